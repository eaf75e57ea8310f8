#!/usr/bin/env bash
# All tests on the default Python, and the quick ones on the oldest and the newest of those the machine has. Options are
# pytest's.
#
# Quick tests (no servers, no live peers) run in as many processes as there are cores; those with servers and live peers
# in two more, as they mostly wait. Tests marked `alone` keep time, or listen to people who speak: nothing runs beside
# them. Those marked `long`, pages, commands and journeys run on the default Python only: they stand on the rooms that are
# tested on both. The Pythons between are held by the types (`make lint`).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/pythons.sh
. scripts/pythons.sh

chosen=("$@")
spread=(-q -p no:cacheprovider --dist loadfile)
version="$(version_of .venv/bin/python)"
unset PYTHONDONTWRITEBYTECODE # the many processes that tests start would compile the whole program each

# run TITLE COMMAND...: pytest with what was chosen; where that leaves nothing to run (5), it is no fault.
run() {
    local code=0
    printf '\033[1m%s\033[0m\n' "$1"
    shift
    "$@" "${chosen[@]}" || code=$?
    [ "$code" -eq 0 ] || { [ "$code" -eq 5 ] && [ "${#chosen[@]}" -gt 0 ]; } || exit "$code"
}

quick() {
    run "Python $version: quick tests" .venv/bin/python -m pytest "${spread[@]}" -n auto \
        -m "not live and not server and not alone"
    local other
    while read -r other _; do
        run "Python $other: quick tests" ".tools/venv-$other/bin/python" -m pytest "${spread[@]}" -n auto \
            -m "not live and not server and not alone and not long" \
            --ignore tests/console --ignore tests/hotline --ignore tests/journeys
    done < <(outermost_pythons .venv/bin/python)
}

live() {
    run "Python $version: tests with servers and live peers" .venv/bin/python -m pytest "${spread[@]}" \
        -n "$(($(nproc) + 2))" --no-loadscope-reorder -m "(live or server) and not alone" --durations=5
}

quick
live
run "Python $version: tests that are alone" .venv/bin/python -m pytest -m "alone" --durations=5
