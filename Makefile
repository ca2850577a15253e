# Two commands for a start: `make demo` and `make test`. Both create the environment they need in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help demo run web test check format lint types arrows setup docs catalogue lock clean

help:  ## list what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Creating the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

# Each stamp is newer than the lock file it was installed from.
$(VENV)/base.stamp: $(BIN)/python requirements/base.txt requirements/build.txt pyproject.toml
	@echo "Installing what the program needs ..."
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/base.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/base.stamp requirements/dev.txt
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/web.stamp: $(VENV)/base.stamp requirements/web.txt
	@echo "Installing what the review pages need ..."
	@$(PIP) install --require-hashes -r requirements/web.txt
	@touch $@

demo: $(VENV)/web.stamp  ## run the whole program on sample feeds, with its pages: no token, no internet
	@$(BIN)/quote-monitor demo $(ARGS)

web: $(VENV)/web.stamp  ## serve the review pages over the database in data/
	@$(BIN)/quote-monitor web $(ARGS)

run: $(VENV)/base.stamp  ## run it for real, with the settings in config/
	@$(BIN)/quote-monitor run $(ARGS)

setup: $(VENV)/dev.stamp  ## create the environment for working on the program

test: $(VENV)/dev.stamp  ## run every test
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: format lint types arrows test  ## all that must be true before a commit

format: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check .

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	@$(BIN)/mypy

arrows: $(VENV)/dev.stamp
	@$(BIN)/lint-imports

docs: $(VENV)/dev.stamp  ## write the parts of the documents that the code knows
	@$(BIN)/python -m tests.docs.reference
	@$(BIN)/python -m monitor.store.schema_page > docs/schema.md

catalogue: $(VENV)/dev.stamp  ## bring the translations in step with the code, and compile them
	@$(BIN)/python -m tests.docs.catalogue

lock: ## write requirements/*.txt anew from pyproject.toml (needs uv)
	@for extra in base metrics web dev; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --custom-compile-command "make lock" \
			$$([ $$extra = base ] || echo --extra $$extra -c requirements/base.txt) \
			pyproject.toml -o requirements/$$extra.txt; done

clean:  ## remove the environment and what tests left
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
