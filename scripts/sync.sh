#!/bin/sh
# Installs exactly what uv.lock names. Arguments go to uv (`--no-dev`: without the developers' tools).
# uv.lock names the public index. Where that is out of reach, pip gets the same versions, checked by the same hashes,
# from whatever index this machine is configured for.
set -eu

uv=.venv/bin/uv
echo "Installing the Python packages ..."
if $uv sync --frozen --inexact --compile-bytecode --quiet "$@"; then
    exit 0
fi

echo "The public index did not answer uv; trying this machine's pip configuration." >&2
mkdir -p .cache
$uv export --frozen --quiet --no-emit-project "$@" --output-file .cache/requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement .cache/requirements.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
