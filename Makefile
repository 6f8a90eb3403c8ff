# `make run` and `make test` are all that is needed; both install what they use into .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGE := tests/javascript
# Dependency groups need pip 25.1; a new environment may bring an older one.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# Where nothing may cache bytecode, each of the tests' many processes compiles the project anew, and
# the tests take a third longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test quick coverage check check-page models audit format docs lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/run.stamp ## Serve http://127.0.0.1:8000
	$(BIN)/soul serve

test: $(VENV)/dev.stamp ## Run all tests
	$(BIN)/pytest

quick: $(VENV)/dev.stamp ## Run the unit tests
	$(BIN)/pytest -m unit -n auto --hypothesis-profile=quick

coverage: $(VENV)/dev.stamp ## Run the tests of what is pure, which they cover to the last branch
	$(BIN)/pytest soulscript/tests tests/mind --cov=soulscript --cov=synthetic_soul.mind \
		--cov-report=term:skip-covered --cov-fail-under=100

check: $(VENV)/dev.stamp check-page ## Run the linters, the type checkers and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

check-page:
	@if command -v npm >/dev/null; then \
		npm ci --prefix $(PAGE) --silent && npm run --prefix $(PAGE) --silent check; \
	else \
		echo "there is no npm: the scripts of the page are not checked"; \
	fi

# Several threads would wait for each other longer than they work. Talk comes last: its lines are
# interpreted, and that reads languages and danger.
models: export OMP_NUM_THREADS = 1
models: $(VENV)/dev.stamp ## Train the classifiers of nlu anew, from the lines in training/data
	$(INSTALL) --group train
	$(BIN)/python -m training.languages
	$(BIN)/python -m training.crisis
	$(BIN)/python -m training.reply_check
	$(BIN)/python -m training.talk

audit: $(VENV)/dev.stamp ## Ask PyPI for known vulnerabilities of the pinned dependencies
	$(INSTALL) --group audit
	$(BIN)/pip-audit --requirement constraints.txt --no-deps --disable-pip

format: $(VENV)/dev.stamp ## Format the code and sort its imports
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	@if command -v npm >/dev/null; then \
		npm ci --prefix $(PAGE) --silent && npm run --prefix $(PAGE) --silent format; \
	fi

docs: $(VENV)/dev.stamp ## Write the generated pages anew
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/licences.py

lock: $(VENV)/dev.stamp ## Pin the newest versions of all dependencies in constraints.txt
	$(INSTALL) uv
	$(BIN)/uv pip compile pyproject.toml --extra cluster --group dev --group audit --upgrade --universal \
		--python-version 3.11 --no-emit-package soulscript --no-header --quiet \
		--output-file constraints.txt

clean: ## Remove the environment and all caches
	rm -rf $(VENV) $(PAGE)/node_modules .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml soulscript/pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) -e ./soulscript -e .
	touch $@

$(VENV)/dev.stamp: pyproject.toml soulscript/pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --upgrade 'pip>=25.1'
	$(INSTALL) -e ./soulscript -e '.[cluster]' --group dev
	touch $@ $(VENV)/run.stamp
