"""The command: `quote-monitor`, or `python -m monitor`."""

import sys

from monitor.cli import cli
from monitor.core.errors import MonitorError
from monitor.logs import redact


def main() -> None:
    """Run the command line. What a person can mend is one line on standard error and exit code 1."""
    try:
        cli(prog_name="quote-monitor")
    except MonitorError as error:
        print(f"quote-monitor: {redact(str(error))}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
