#!/usr/bin/env bash
# Bring .venv up to uv.lock: uses uv if there is one, else takes it from PyPI.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null; then
  python=$(command -v python3 || true)
  [ -n "$python" ] || { echo "Please install Python 3.11 or later (python3, python3-venv)." >&2; exit 1; }
  if [ ! -x var/tools/bin/uv ]; then
    "$python" -m venv var/tools 2>/dev/null || {
      if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq >/dev/null && apt-get install -y -qq python3-venv >/dev/null
        "$python" -m venv var/tools
      else
        echo "Please install: sudo apt-get install -y python3-venv" >&2; exit 1
      fi
    }
    var/tools/bin/pip install --quiet --disable-pip-version-check uv
  fi
  PATH="$PWD/var/tools/bin:$PATH"
fi
uv sync --frozen --quiet
