#!/usr/bin/env bash
# All tests on the default Python, the quick ones on every other one the machine has. Options are pytest's.
#
# Quick tests (no servers, no live peers) run in as many processes as there are cores; those with servers and live peers
# in one more, as they mostly wait. Tests marked `alone` keep time and come one after another. Those marked `long` run on
# the default Python only. The demo waits for people who speak most of its time: the other Pythons have their turn
# meanwhile, behind it.
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

# behind NAME COMMAND...: begins it in the background; `told NAME` waits for it and shows what it said.
behind() {
    local name="$1"
    shift
    "$@" >"$said/$name" 2>&1 &
    begun[$name]=$!
}

told() {
    local code=0
    wait "${begun[$1]}" || code=$?
    printf '\033[1m%s\033[0m\n' "$1"
    cat "$said/$1"
    [ "$code" -eq 0 ] || exit "$code"
}

quick_on() {
    "${@:2}" ".tools/venv-$1/bin/python" -m pytest "${spread[@]}" -n auto -m "$quick and not long"
}

quick="not live and not server and not alone"
mapfile -t others < <(other_pythons .venv/bin/python | cut -d' ' -f1)
live=(.venv/bin/python -m pytest "${spread[@]}" -n "$(($(nproc) + 1))" --no-loadscope-reorder
    -m "(live or server) and not alone" --durations=5)

run "Python $version: quick tests" .venv/bin/python -m pytest "${spread[@]}" -n auto -m "$quick"
if [ "${#chosen[@]}" -gt 0 ]; then
    run "Python $version: tests with servers and live peers" "${live[@]}"
    run "Python $version: tests that are alone" .venv/bin/python -m pytest -q -m "alone"
    for other in "${others[@]}"; do
        run "Python $other: quick tests" ".tools/venv-$other/bin/python" -m pytest "${spread[@]}" -m "$quick and not long"
    done
    exit
fi

# The quick tests of other Pythons give way to what keeps time: the first Python's run while live tests wait for their
# peers, the others' while the demo's people speak.
said="$(mktemp -d)"
declare -A begun
trap 'kill "${begun[@]}" 2>/dev/null || true; rm -rf "$said"' EXIT
for other in "${others[@]:0:1}"; do
    behind "Python $other: quick tests" quick_on "$other" nice -n 19
done
run "Python $version: tests with servers and live peers" "${live[@]}"
for other in "${others[@]:0:1}"; do
    told "Python $other: quick tests"
done
run "Python $version: tests that are alone" .venv/bin/python -m pytest -m alone --durations=5 --deselect "$demo"
behind "Python $version: the demo" .venv/bin/python -m pytest "$demo"
for other in "${others[@]:1}"; do
    run "Python $other: quick tests" quick_on "$other" nice -n 19
done
told "Python $version: the demo"
