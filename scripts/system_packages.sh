#!/usr/bin/env bash
# Install the Debian packages that a part of the portal needs, or name them in one line.
#   scripts/system_packages.sh documents|browser|search|java17
set -euo pipefail

case "${1:-documents}" in
  documents) packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core) ;;
  browser) packages=(chromium) ;;
  search) packages=(default-jdk-headless maven) ;;
  java17) packages=(openjdk-17-jre-headless) ;;
  *) echo "usage: $0 documents|browser|search|java17" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  if command -v dpkg-query >/dev/null; then
    # t64 is what Debian 13 and Ubuntu 24.04 call some of these libraries.
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      dpkg-query -W -f='${Status}' "${package}t64" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  fi
done
[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "Please install: sudo apt-get install -y ${missing[*]}" >&2
  exit 1
fi
