#!/usr/bin/env bash
# Regenerate requirements.lock: every version and hash, for every platform and Python from 3.11 on. Needs uv.
#   tools/lock.sh [--upgrade | --upgrade-package NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
new=$(mktemp)
trap 'rm -f "$new"' EXIT
cp requirements.lock "$new"
"${UV:-uv}" pip compile --quiet --universal --generate-hashes --python-version 3.11 --all-extras --no-header \
  "$@" pyproject.toml -o "$new" >/dev/null
{
  echo "# Every version and hash of the product, its extras and its tests. Made by tools/lock.sh, do not edit."
  grep -v '^# This file\|^#    uv \|^# Every version' "$new" | sed "s|$PWD/||g"
} >requirements.lock
