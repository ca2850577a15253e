# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/quote-monitor
COPY requirements/build.txt requirements/base.txt requirements/metrics.txt requirements/web.txt requirements/
RUN /opt/quote-monitor/bin/pip install --require-hashes -r requirements/build.txt \
 && /opt/quote-monitor/bin/pip install --require-hashes -r requirements/metrics.txt -r requirements/web.txt
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY config config
RUN /opt/quote-monitor/bin/pip install --no-deps --no-build-isolation . \
 && /opt/quote-monitor/bin/pip uninstall --yes hatchling editables trove-classifiers

FROM python:3.13-slim
LABEL org.opencontainers.image.title="quote-monitor" \
      org.opencontainers.image.description="Tells you where a quote appears, in whatever words, the moment it does." \
      org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --create-home --home-dir /home/monitor monitor \
 && install -d -o monitor -g monitor /data
COPY --from=build /opt/quote-monitor /opt/quote-monitor
ENV PATH=/opt/quote-monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    QUOTE_MONITOR_DATABASE__PATH=/data/quote-monitor.db
USER 10001
WORKDIR /home/monitor
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["quote-monitor", "healthcheck"]
ENTRYPOINT ["quote-monitor"]
CMD ["run"]
