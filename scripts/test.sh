#!/usr/bin/env bash
# All tests on the default Python, and the quick ones on the oldest and the newest of those the machine has. Options are
# pytest's.
#
# Quick tests (no servers, no live peers) run in as many processes as there are cores, behind the demo, which waits for
# people who speak most of its time and must be heard at once when they do; those with servers and live peers run in two more, as they mostly wait. Tests marked
# `alone` keep time and come one after another. Those marked `long`, pages, commands and journeys run on the default
# Python only: they stand on the rooms that are tested on both. The Pythons between are held by the types (`make lint`).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/pythons.sh
. scripts/pythons.sh

chosen=("$@")
demo=tests/live/test_demo.py
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
    run "Python $version: quick tests" "$@" .venv/bin/python -m pytest "${spread[@]}" -n auto \
        -m "not live and not server and not alone"
    local other
    while read -r other _; do
        run "Python $other: quick tests" "$@" ".tools/venv-$other/bin/python" -m pytest "${spread[@]}" -n auto \
            -m "not live and not server and not alone and not long" \
            --ignore tests/console --ignore tests/hotline --ignore tests/journeys
    done < <(outermost_pythons .venv/bin/python)
}

live() {
    run "Python $version: tests with servers and live peers" .venv/bin/python -m pytest "${spread[@]}" \
        -n "$(($(nproc) + 2))" --no-loadscope-reorder -m "(live or server) and not alone" --durations=5
}

if [ "${#chosen[@]}" -gt 0 ]; then
    quick
    live
    run "Python $version: tests that are alone" .venv/bin/python -m pytest -q -m "alone"
    exit
fi
# aside COMMAND...: takes only what others leave. Linux weighs sessions against each other before it looks at who in them
# is nice (sched(7), autogroup): so it is a session of its own, and nice as a whole.
aside() {
    setsid --wait bash -c '{ echo 19 >/proc/self/autogroup; } 2>/dev/null || true; exec nice -n 19 "$@"' aside "$@"
}

told="$(mktemp)"
.venv/bin/python -m pytest "$demo" >"$told" 2>&1 &
telling=$!
trap 'kill "$telling" 2>/dev/null || true; pkill -P $$ 2>/dev/null || true; rm -f "$told"' EXIT
quick aside
printf '\033[1m%s\033[0m\n' "Python $version: the demo"
code=0
wait "$telling" || code=$?
cat "$told"
[ "$code" -eq 0 ] || exit "$code"
live
run "Python $version: tests that are alone" .venv/bin/python -m pytest -m alone --durations=5 --deselect "$demo"
