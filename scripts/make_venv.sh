#!/bin/sh
# Makes .venv with uv in it, from the newest suitable Python on this machine (or from $PYTHON).
set -eu

is_suitable() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
        if is_suitable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no Python")
    echo "Orbiter needs Python 3.11 or newer; found $found. Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi

# Debian ships Python without ensurepip; a pip outside the environment can fill it as well.
if [ ! -x .venv/bin/python ] && ! "$python" -m venv .venv >/dev/null 2>&1; then
    rm -rf .venv
    if ! { "$python" -m venv --without-pip .venv && "$python" -m pip --version >/dev/null 2>&1; }; then
        rm -rf .venv
        echo "$python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2
        exit 1
    fi
fi

if [ ! -x .venv/bin/uv ]; then
    echo "Making .venv from $("$python" --version) ..."
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
    else
        "$python" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check uv
    fi
fi
