# syntax=docker/dockerfile:1
# One image for the server and the worker. It holds no secrets and no state:
#   docker build -t synthetic-soul .
#   docker run -p 8000:8000 -v soul:/data --env-file .env synthetic-soul
# Beyond loopback, as in a container, `soul serve` refuses to start without JWT_SECRET and
# PASSWORD_PEPPER; docs/deployment.md says how to make them.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/soul
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY soulscript soulscript
RUN /opt/soul/bin/pip install ./soulscript '.[cluster]'

FROM python:3.12-slim
LABEL org.opencontainers.image.title="Synthetic Soul" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin soul
COPY --from=build /opt/soul /opt/soul
ENV PATH=/opt/soul/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT') or 8000}/v1/meta/ping\", timeout=4)"]
ENTRYPOINT ["soul"]
CMD ["serve", "--host", "0.0.0.0"]
