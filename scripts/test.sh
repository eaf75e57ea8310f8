#!/usr/bin/env bash
# All tests on the default Python, then the quick ones on every other one the machine has. Quick tests (no servers, no
# live peers) run in as many processes as there are cores; the others one after another: they keep time. Those marked
# `long` run on the default Python only.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/pythons.sh
. scripts/pythons.sh

chosen=("$@")

# run TITLE PYTHON OPTION...: pytest with what was chosen; where that leaves nothing to run (5), it is no fault.
run() {
    local title="$1" python="$2" code=0
    shift 2
    printf '\033[1m%s\033[0m\n' "$title"
    "$python" -m pytest "$@" "${chosen[@]}" || code=$?
    [ "$code" -eq 0 ] || { [ "$code" -eq 5 ] && [ "${#chosen[@]}" -gt 0 ]; } || exit "$code"
}

spread=(-q -p no:cacheprovider -n auto --dist loadfile)
version="$(version_of .venv/bin/python)"
run "Python $version: quick tests" .venv/bin/python "${spread[@]}" -m "not live and not server"
run "Python $version: tests with servers and live peers" .venv/bin/python -m "live or server"
while read -r version _; do
    run "Python $version: quick tests" ".tools/venv-$version/bin/python" "${spread[@]}" \
        -m "not live and not server and not long"
done < <(other_pythons .venv/bin/python)
