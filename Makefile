# Needs nothing but make and Python >= 3.11; `make help` lists what it does.
.DEFAULT_GOAL := help
SHELL := /bin/sh

PORT ?= 8000
HOME_DIR ?= data
DEMO ?= 1
WORKERS ?= 2
UPGRADE ?= 0

# Any Python 3 that works may start the bootstrap, which looks for the newest one itself.
STARTERS := .venv/bin/python $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
START = $(shell for name in $(STARTERS); do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 7))' >/dev/null 2>&1 \
	&& echo "$$name" && exit; done; echo python3)
BOOTSTRAP = @PYTHON="$(PYTHON)" $(START) tools/bootstrap.py
VENV = .venv/bin/python
RUN = $(VENV) -m

.PHONY: help run test test-all check bench screenshots lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Start the store with a demonstration class (PORT=, HOME_DIR=, DEMO=0)
	$(BOOTSTRAP)
	@LRS_HOME="$(HOME_DIR)" LRS_PORT="$(PORT)" exec $(RUN) lrs serve $(if $(filter 0,$(DEMO)),,--demo)

test: ## Run the tests that end within ten minutes (ARGS= goes to pytest)
	$(BOOTSTRAP) --dev
	@$(RUN) pytest -n $(WORKERS) --dist worksteal --ignore=tests/benchmark -m "not slow" $(ARGS)

test-all: ## Run every test: the long faults too, and then the figures
	$(BOOTSTRAP) --dev
	@$(RUN) pytest -n $(WORKERS) --dist worksteal --ignore=tests/benchmark $(ARGS)
	@$(MAKE) --no-print-directory bench

check: ## Lint, formatting, types and the direction of imports
	$(BOOTSTRAP) --dev
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) mypy
	@$(VENV) -c "from importlinter.cli import lint_imports_command as lint; lint()"

bench: ## Measure throughput, latency and size (ARGS= goes to each measurement)
	$(BOOTSTRAP) --dev
	@for file in tests/benchmark/bench_*.py; do \
		echo "== $$file"; $(VENV) "$$file" $(ARGS) || exit 1; done

screenshots: ## Take the pictures of docs/pages.md again
	$(BOOTSTRAP) --dev
	@$(VENV) tools/screenshots.py

lock: ## Recompute requirements*.lock (UPGRADE=1 takes newer versions)
	$(BOOTSTRAP) --dev
	@$(VENV) tools/lock.py $(if $(filter 1,$(UPGRADE)),--upgrade,)

clean: ## Remove .venv and everything that was built; data stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
