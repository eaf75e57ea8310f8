#!/usr/bin/env bash
# The handbook as a site that needs no other machine, in build/handbook (or the folder named). Any warning is a fault:
# a link to nowhere, a page that the navigation forgot.
set -euo pipefail
cd "$(dirname "$0")/.."
site="${1:-build/handbook}"

export NO_MKDOCS_2_WARNING=1 # what the theme's authors think of the next mkdocs; the lock says which one we use
.venv/bin/mkdocs build --strict --clean --site-dir "$site"
# For diagrams, and for browsers without ResizeObserver (before 2020), the theme's script would ask a CDN. No page has a
# diagram; such a browser does without.
sed -i 's#https://unpkg\.com/#absent/#g' "$site"/assets/javascripts/bundle.*.min.js
find "$site/assets" -name '*.map' -delete
echo "the handbook is in $site/index.html"
