#!/usr/bin/env bash
# Regenerate the lock files: every version and hash, for every platform and Python from 3.11 on. Needs uv.
#   tools/lock.sh [--upgrade | --upgrade-package NAME]
# requirements.lock holds the product, its extras and its tests; requirements-base.lock the part that one machine
# without extras needs, in the same versions.
set -euo pipefail
cd "$(dirname "$0")/.."
new=$(mktemp)
trap 'rm -f "$new"' EXIT

lock() { # lock FILE COMMENT [uv's options]
  local file=$1 comment=$2
  shift 2
  "${UV:-uv}" pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header "$@" \
    pyproject.toml -o "$new" >/dev/null
  {
    echo "# $comment Made by tools/lock.sh, do not edit."
    grep -v '^# This file\|^#    uv \|^# Every version' "$new" | sed "s|$PWD/||g"
  } >"$file"
}

cp requirements.lock "$new"
lock requirements.lock "Every version and hash of the product, its extras and its tests." --all-extras "$@"
: >"$new"
lock requirements-base.lock "Every version and hash of the product without extras." --constraint requirements.lock
