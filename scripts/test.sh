#!/usr/bin/env bash
# All tests on the default Python; the quick ones (no servers, no live peers) on every other one the machine has.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/pythons.sh
. scripts/pythons.sh

.venv/bin/python -m pytest "$@"
while read -r version _; do
    printf '\033[1mPython %s: unit tests\033[0m\n' "$version"
    ".tools/venv-$version/bin/python" -m pytest -q -p no:cacheprovider -m "not live and not server" "$@"
done < <(other_pythons .venv/bin/python)
