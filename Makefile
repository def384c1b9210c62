# Пакгауз. `make help` lists what can be made.
SHELL := /bin/bash
PORT ?= 8000
DEMO_DATA ?= $(CURDIR)/var/demo
PY := .venv/bin/python
export PORT

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-reset test lint bench relevance search-fuzz e2e races search-servers messages clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: ## install what is missing
	@scripts/bootstrap.sh
	@scripts/system_packages.sh documents

demo: setup ## the portal with demo data on http://127.0.0.1:8000
	@DATA_DIR=$(DEMO_DATA) PAKGAUZ_DEMO=1 DEBUG=0 DJANGO_SETTINGS_MODULE=b2b_apps.config.settings.dev \
	  $(PY) manage.py demo --port $(PORT)

demo-reset: ## the same, starting afresh
	@rm -rf $(DEMO_DATA)
	@$(MAKE) --no-print-directory demo

test: setup ## all tests but those in a browser (those are e2e; .ci/run runs both)
	@echo "Not run: search on a real OpenSearch and Elasticsearch (make search-servers), make e2e, make races"
	@$(PY) -m pytest -n 2 --dist loadscope --no-loadscope-reorder

lint: setup ## format, style, types, imports, templates, migrations
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/djlint templates --quiet --lint
	@$(PY) manage.py check
	@$(PY) manage.py makemigrations --check --dry-run

bench: setup ## measurements, as ratios to a baseline of the same run (ONLY=id, SIZE=products)
	@$(PY) -m tests.bench $(ONLY) --size $(or $(SIZE),100000)

relevance: setup ## judged queries on the demo catalogue; writes docs/search-relevance.md
	@$(PY) -m tests.search.relevance

search-fuzz: setup ## 100,000 odd texts asked of the embedded engine (COUNT=, SEED=)
	@$(PY) -m tests.search.fuzz --count $(or $(COUNT),100000) --seed $(or $(SEED),1)

races: setup ## races over HTTP against the real server, each shown to fail without its lock (ROUNDS=50)
	@RACES_ROUNDS=$(or $(ROUNDS),50) $(PY) -m pytest -m race tests/races

e2e: setup ## the main job in a real browser with the 1C simulator
	@scripts/system_packages.sh browser
	@$(PY) -m pytest -m e2e tests/e2e

search-servers: setup ## search on a real OpenSearch and a real Elasticsearch, from Maven Central
	@scripts/search_servers.sh
	@$(PY) -m pytest -m search_server tests/search

messages: setup ## which texts have no Russian yet, which of the wordlists are unused
	@$(PY) -m scripts.messages

clean: ## remove what was made: data, caches, the virtual environment
	rm -rf var .venv .mypy_cache .ruff_cache .pytest_cache
