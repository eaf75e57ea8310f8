#!/usr/bin/env bash
# Make the project ready to run. Usage: scripts/setup.sh demo | test
#
#   demo   the program with its speech; needs nothing of the system but Python 3.11 to 3.13
#   test   that, and what lint and tests use: development tools, servers, a browser, one environment per other Python
#
# Idempotent: what is there is left alone. Both use .venv; what `test` sets up serves `demo` too.
set -euo pipefail

goal="${1:?usage: scripts/setup.sh demo|test}"
cd "$(dirname "$0")/.."
# shellcheck source=scripts/pythons.sh
. scripts/pythons.sh

UV_VERSION=0.13.9
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS="${CI:+1}"
[ -n "$UV_NO_PROGRESS" ] || unset UV_NO_PROGRESS

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() {
    printf '%s\n' "$*" >&2
    exit 2
}

# --- system packages ------------------------------------------------------------------------------------------------

# install_packages PACKAGE...: by apt-get, with sudo only when we are not root.
install_packages() {
    command -v apt-get >/dev/null || fail "please install: $*"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "please run as root: apt-get install $*"
        as_root=(sudo)
    fi
    say "installing by apt-get: $*"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2
}

has_program() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || has_program initdb; }
has_sip_over_tls() { compgen -G '/usr/lib/*/kamailio/modules/tls.so' >/dev/null; }
has_cjk_font() { compgen -G '/usr/share/fonts/opentype/noto/NotoSansCJK*' >/dev/null; }

system_packages_for_tests() {
    local missing=()
    has_program mosquitto || missing+=(mosquitto)      # the MQTT broker that events are sent to in tests
    has_postgresql || missing+=(postgresql)            # the contract tests of the ledger on the real server
    has_program chromium || missing+=(chromium)        # the console as a person sees it
    has_program chromedriver || missing+=(chromium-driver) # what drives that browser
    has_cjk_font || missing+=(fonts-noto-cjk)          # Chinese and Korean glyphs in screenshots
    has_program sipp || missing+=(sip-tester)          # callers and called telephones that keep to a script
    has_program baresip || missing+=(baresip-core)     # an agent's telephone, with G.722 and sound files as its audio
    has_program kamailio || missing+=(kamailio)        # the registrar and proxy between us and the telephones
    has_sip_over_tls || missing+=(kamailio-tls-modules) # what it needs to be called by TLS
    has_program curl || missing+=(curl)                # what the handbook asks a running hotline with
    has_program tshark || missing+=(tshark)            # decodes what we send; nothing of ours captures
    has_program systemd-analyze || missing+=(systemd)  # reads the unit in deploy/ as the real service manager would
    [ "${#missing[@]}" -eq 0 ] || install_packages "${missing[@]}"
}

# --- uv and Python --------------------------------------------------------------------------------------------------

# find_uv PYTHON: sets $uv, installing it from PyPI into .tools/uv unless the machine has it.
find_uv() {
    if [ -x .tools/uv/bin/uv ]; then
        uv=.tools/uv/bin/uv
    elif command -v uv >/dev/null; then
        uv="$(command -v uv)"
    else
        say "installing uv $UV_VERSION into .tools/uv"
        rm -rf .tools/uv
        if ! "$1" -m venv .tools/uv 2>/dev/null; then
            rm -rf .tools/uv
            install_packages python3-venv # Debian ships Python without pip; uv comes from PyPI
            "$1" -m venv .tools/uv || fail "$1 cannot make virtual environments; install its venv package"
        fi
        .tools/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
        uv=.tools/uv/bin/uv
    fi
}

# synchronise FOLDER STAMP PYTHON OPTION...: bring the environment to the lock, unless its stamp says it is there.
synchronise() {
    local folder="$1" stamp="$1/.ready-for-$2" python="$3" want
    shift 3
    want="$(cat uv.lock pyproject.toml | sha256sum) $(readlink -f .)"
    [ -x "$folder/bin/python" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return 0
    say "setting up $folder"
    # Compiled now: where the environment forbids Python to write bytecode, every start would compile it all again.
    UV_PROJECT_ENVIRONMENT="$folder" "$uv" sync --frozen --compile-bytecode --python "$python" "$@"
    printf '%s' "$want" >"$stamp"
}

python="$(default_python)" || fail "Python 3.11, 3.12 or 3.13 is needed; on Debian: apt-get install python3"
mkdir -p .tools
case "$goal" in
    demo)
        # --inexact: what the tests have put there stays.
        if [ ! -f .venv/.ready-for-test ]; then
            find_uv "$python"
            synchronise .venv demo "$python" --inexact --extra hearing --no-dev
        else
            find_uv "$python"
            synchronise .venv test "$python" --extra hearing
        fi
        ;;
    test)
        system_packages_for_tests
        find_uv "$python"
        synchronise .venv test "$python" --extra hearing
        while read -r version other; do
            synchronise ".tools/venv-$version" test "$other"
        done < <(other_pythons "$python")
        ;;
    *) fail "usage: scripts/setup.sh demo|test" ;;
esac
