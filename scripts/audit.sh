#!/usr/bin/env bash
# Is a known hole in what we depend on? Asks for every package of uv.lock, and that each is pinned by its hashes.
# Usage: scripts/audit.sh [PROJECT]   (this one, unless another folder with a uv.lock is named)
#
# The answers come from PyPI, or from an OSV service of your own: AUDIT_OSV_URL=https://osv.example/v1/query.
# Fails for a hole that scripts/audit-exceptions.toml does not excuse, and for packages that were not answered for. Where
# nobody can be asked at all it says so, claims nothing, and does not fail: a machine without the internet can lint.
set -euo pipefail
project="$(realpath "${1:-$(dirname "$0")/..}")"
cd "$(dirname "$0")/.."

uv=.tools/uv/bin/uv
[ -x "$uv" ] || uv="$(command -v uv)" || {
    echo "uv is missing; scripts/setup.sh test gets it" >&2
    exit 2
}
told="$(mktemp -d)"
trap 'rm -rf "$told"' EXIT

"$uv" export --quiet --frozen --offline --project "$project" --all-extras --all-groups --no-emit-project \
    --format requirements-txt --output-file "$told/requirements.txt"
asking=(--requirement "$told/requirements.txt" --disable-pip --progress-spinner off --timeout 15 --format json)
[ -z "${AUDIT_OSV_URL:-}" ] || asking+=(--vulnerability-service osv --osv-url "$AUDIT_OSV_URL")
# What it answers with is judged by what it says, not by its exit code: that is 0 for packages it could not ask about.
.venv/bin/pip-audit "${asking[@]}" >"$told/answer.json" 2>"$told/errors" || true
.venv/bin/python scripts/audit_report.py "$project" "$told/answer.json" "$told/errors"
