#!/usr/bin/env bash
# The handbook as a site that needs no other machine, in build/handbook (or the folder named). Any warning is a fault:
# a link to nowhere, a page that the navigation forgot.
set -euo pipefail
cd "$(dirname "$0")/.."

export NO_MKDOCS_2_WARNING=1 # what the theme's authors think of the next mkdocs; the lock says which one we use
.venv/bin/mkdocs build --strict --clean --site-dir "${1:-build/handbook}"
echo "the handbook is in ${1:-build/handbook}/index.html"
