#!/usr/bin/env bash
# Everything that can be said about the code without running it. Goes on after a fault and fails at the end.
set -uo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/pythons.sh
. scripts/pythons.sh

failed=()
check() {
    local name="$1"
    shift
    printf '\033[1m%s\033[0m\n' "$name"
    "$@" || failed+=("$name")
}

check "ruff check" .venv/bin/ruff check .
check "ruff format" .venv/bin/ruff format --check .
check "import contracts" .venv/bin/lint-imports
check "house rules" .venv/bin/python -m pytest -q --no-header tests/test_house_rules.py
check "mypy, Python $(version_of .venv/bin/python)" .venv/bin/mypy --python-version "$(version_of .venv/bin/python)"
while read -r version _; do
    check "mypy, Python $version" ".tools/venv-$version/bin/mypy" --python-version "$version"
done < <(other_pythons .venv/bin/python)

if [ "${#failed[@]}" -ne 0 ]; then
    printf 'faults in: %s\n' "$(printf '%s; ' "${failed[@]}")"
    exit 1
fi
echo "lint: clean"
