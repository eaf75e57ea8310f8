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
check "known holes in dependencies" scripts/audit.sh
check "house rules" .venv/bin/python -m pytest -q --no-header tests/test_house_rules.py
check "Containerfile" .venv/bin/hadolint deploy/Containerfile
check "compose file" .venv/bin/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
# mypy takes one core: the Pythons have their turn side by side.
told="$(mktemp -d)"
trap 'rm -rf "$told"' EXIT
declare -A checking
check_types() {
    "$2" --python-version "$1" >"$told/$1" 2>&1 &
    checking[$1]=$!
}
check_types "$(version_of .venv/bin/python)" .venv/bin/mypy
while read -r version _; do
    check_types "$version" ".tools/venv-$version/bin/mypy"
done < <(other_pythons .venv/bin/python)
for version in "${!checking[@]}"; do
    wait "${checking[$version]}" || failed+=("mypy, Python $version")
    printf '\033[1mmypy, Python %s\033[0m\n' "$version"
    cat "$told/$version"
done

if [ "${#failed[@]}" -ne 0 ]; then
    printf 'faults in: %s\n' "$(printf '%s; ' "${failed[@]}")"
    exit 1
fi
echo "lint: clean"
