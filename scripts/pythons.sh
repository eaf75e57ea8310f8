# Which Pythons this machine has. To be sourced; every function prints paths.
# shellcheck shell=bash

SUPPORTED_PYTHONS="3.11 3.12 3.13"

# version_of PYTHON: prints 3.12 for a working interpreter; fails for one that does not run (a pyenv shim that is not
# selected is such a one).
version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

# python_of VERSION: the interpreter of a version, from PATH, uv's or pyenv's folder.
python_of() {
    local candidate
    for candidate in "$(command -v "python$1" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        if [ -x "$candidate" ] && [ "$(version_of "$candidate")" = "$1" ]; then
            "$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))'
            return 0
        fi
    done
    return 1
}

# default_python: python3 if it is of a supported version, else the oldest supported one that there is.
default_python() {
    local version found
    version="$(version_of python3 || true)"
    case " $SUPPORTED_PYTHONS " in
        *" $version "*)
            python3 -c 'import os, sys; print(os.path.realpath(sys.executable))'
            return 0
            ;;
    esac
    for version in $SUPPORTED_PYTHONS; do
        if found="$(python_of "$version")"; then
            printf '%s\n' "$found"
            return 0
        fi
    done
    return 1
}

# other_pythons DEFAULT: `VERSION PATH` for each other supported version that the machine has.
other_pythons() {
    local version found default
    default="$(version_of "$1")"
    for version in $SUPPORTED_PYTHONS; do
        [ "$version" != "$default" ] || continue
        if found="$(python_of "$version")"; then
            printf '%s %s\n' "$version" "$found"
        fi
    done
}

# outermost_pythons DEFAULT: of the default and the others the oldest and the newest, without the default.
outermost_pythons() {
    { printf '%s -\n' "$(version_of "$1")"; other_pythons "$1"; } | sort -V | sed -n '1p;$p' | sort -u | grep -v -- ' -$' || true
}
