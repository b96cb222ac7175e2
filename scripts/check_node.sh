#!/bin/sh
# One clear sentence instead of a stack trace from a build tool that met an old Node.
set -eu

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "Orbiter needs Node 20.19 or newer with npm to build its web app; none was found. Install it from your system's packages or nodejs.org." >&2
    exit 1
fi
if ! node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)'; then
    echo "Orbiter needs Node 20.19 or newer to build its web app; found $(node --version). Update Node, then run the command again." >&2
    exit 1
fi
