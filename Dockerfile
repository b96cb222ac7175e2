# syntax=docker/dockerfile:1
# Three stages: the web app, the Python environment with Orbiter in it, and what runs: that environment and nothing that builds.

FROM node:22.17.0-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
# A lock file that was made elsewhere may lack the packages of this platform; `npm install` keeps to it all the same.
RUN npm ci --no-audit --no-fund --silent || npm install --no-audit --no-fund --loglevel=error
COPY docs /build/docs
COPY web ./
RUN npm run --silent build -- --logLevel warn

FROM python:3.12.11-slim-bookworm AS package
WORKDIR /build
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9 hatchling==1.33.0
COPY pyproject.toml uv.lock ./
RUN uv export --frozen --quiet --no-dev --no-emit-project --output-file requirements.txt
RUN python -m venv --without-pip /opt/orbiter
RUN pip --python /opt/orbiter/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt
COPY README.md LICENSE ./
COPY scripts/hatch_build.py scripts/
COPY alembic alembic
COPY docs docs
COPY src src
COPY --from=web /build/web/dist web/dist
RUN python -m hatchling build -t wheel -d dist
RUN uv pip install --quiet --offline --no-deps --python /opt/orbiter/bin/python dist/orbiter_api-*.whl
# Compiled now, since the account that runs it cannot write there.
RUN /opt/orbiter/bin/python -m compileall -q /opt/orbiter/lib/python3*/site-packages/orbiter /opt/orbiter/lib/python3*/site-packages/orbiter_api
RUN /opt/orbiter/bin/orbiter openapi > /dev/null

FROM python:3.12.11-slim-bookworm
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.12/site-packages/* /usr/local/lib/python3.12/ensurepip
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin orbiter && install -d -o orbiter -g orbiter -m 0700 /data
COPY --from=package /opt/orbiter /opt/orbiter
ENV PATH=/opt/orbiter/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    ORBITER_HOST=0.0.0.0 \
    ORBITER_PORT=8000 \
    ORBITER_DATABASE_URL=sqlite+aiosqlite:////data/orbiter.db
USER orbiter
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# By the address that it is bound to, which is a name that it always answers to, whatever ORBITER_ALLOWED_HOSTS says.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://0.0.0.0:' + os.environ['ORBITER_PORT'] + '/api/health', timeout=4)"]
ENTRYPOINT ["orbiter"]
CMD ["serve"]
