#!/usr/bin/env bash
# Bring the search servers that tests start: Java and Maven if they are missing, and jars from
# Maven Central under var/search-servers. What no Java of this machine runs is left out and named.
set -euo pipefail
cd "$(dirname "$0")/.."

names() { .venv/bin/python -m tests.search.server.launch 2>/dev/null; }
left_out() { .venv/bin/python -m tests.search.server.launch 2>&1 >/dev/null; }

command -v mvn >/dev/null && names >/dev/null || scripts/system_packages.sh search
# Elasticsearch 7.10 runs on Java 17 at the latest; newer systems have a newer one, some of them
# 17 beside it.
[ -z "$(left_out || true)" ] || scripts/system_packages.sh java17 2>/dev/null || true
left_out >&2
for name in $(names); do
  jars="$PWD/var/search-servers/$name"
  # Named by the pom, so that another version is brought anew.
  mark="$jars/.$(sha256sum "tests/search/server/$name/pom.xml" | cut -c1-16)"
  [ -f "$mark" ] && continue
  echo "Bringing $name"
  rm -rf "$jars"
  mvn --quiet --batch-mode --file "tests/search/server/$name/pom.xml" \
    dependency:copy-dependencies "-DoutputDirectory=$jars"
  touch "$mark"
done
