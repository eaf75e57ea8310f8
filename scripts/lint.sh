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

# What takes long goes on beside the rest, and is told when it is over: mypy takes one core a Python, and the audit waits
# for an advisory service.
told="$(mktemp -d)"
trap 'rm -rf "$told"' EXIT
names=()
processes=()
begin() {
    local name="$1"
    shift
    "$@" >"$told/${#names[@]}" 2>&1 &
    names+=("$name")
    processes+=("$!")
}

version="$(version_of .venv/bin/python)"
begin "known holes in dependencies" scripts/audit.sh
begin "mypy, Python $version" .venv/bin/mypy --python-version "$version"
while read -r version _; do
    begin "mypy, Python $version" ".tools/venv-$version/bin/mypy" --python-version "$version"
done < <(other_pythons .venv/bin/python)

check "ruff check" .venv/bin/ruff check .
check "ruff format" .venv/bin/ruff format --check .
check "import contracts" .venv/bin/lint-imports
check "house rules" .venv/bin/python -m pytest -q --no-header tests/test_house_rules.py
check "Containerfile" .venv/bin/hadolint deploy/Containerfile
check "compose file" .venv/bin/check-jsonschema --builtin-schema vendor.compose-spec deploy/compose.yaml
ended() {
    local code=0
    wait "${processes[$1]}" || code=$?
    cat "$told/$1"
    return "$code"
}
for number in "${!names[@]}"; do
    check "${names[$number]}" ended "$number"
done

if [ "${#failed[@]}" -ne 0 ]; then
    printf 'faults in: %s\n' "$(printf '%s; ' "${failed[@]}")"
    exit 1
fi
echo "lint: clean"
