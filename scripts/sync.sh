#!/bin/sh
# Installs exactly what uv.lock names. Arguments go to uv (`--no-dev`: without the developers' tools).
# uv.lock names the public index. Where that is out of reach, pip gets the same versions, checked by the same hashes,
# from whatever index this machine is configured for.
set -eu

uv=.venv/bin/uv
echo "Installing the Python packages ..."

# Compiled once, now: what the server and the process beside it (models/clients/litellm.py) load, a fifth of what there is.
compile_what_is_used() {
    .venv/bin/python -c "import orbiter_api.app"
    : | LITELLM_LOCAL_MODEL_COST_MAP=True LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS=True LITELLM_MODE=PRODUCTION \
        .venv/bin/python -I -m orbiter.models.clients.litellm >/dev/null
}

if $uv sync --frozen --inexact --quiet "$@"; then
    compile_what_is_used
    exit 0
fi

echo "The public index did not answer uv; trying this machine's pip configuration." >&2
mkdir -p .cache
$uv export --frozen --quiet --no-emit-project "$@" --output-file .cache/requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --requirement .cache/requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
compile_what_is_used
