# Every target sets up what it needs in .venv first, pinned by constraints.txt. With a Python of your own:
# make PYTHON=python3.13 test
PYTHON ?= python3
BIN := .venv/bin
# pip reads these from the environment, so that they also hold for the build of the package itself.
export PIP_CONSTRAINT := constraints.txt
export PIP_BUILD_CONSTRAINT := constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test check bench bench-full soak wordpress pictures messages clean
.DELETE_ON_ERROR:

help:
	@echo 'make demo    post the sample article to an embedded Discord, in your browser'
	@echo 'make test    run the tests'
	@echo 'make check   formatting, lint, types, import arrows, then the tests'
	@echo 'make bench   measure speed and memory, as ratios (a quarter of an hour; make bench-full: all sizes)'
	@echo 'make soak    try 300 schedules of faults and kills, and compare (about an hour)'
	@echo 'make wordpress  let a real WordPress take an export and give it back (needs Debian’s packages of it)'
	@echo 'make messages   bring the catalogues of translations up to the source'
	@echo 'make pictures  take the README’s pictures from the real page (needs Chromium)'
	@echo 'make clean   remove what make and the tools have made (never your data)'

demo: .venv/runtime
	@$(BIN)/oped demo

test: .venv/dev
	@$(BIN)/pytest -n auto --cov

check: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

messages: .venv/dev
	@$(BIN)/python -m tests.catalogues

pictures: .venv/dev
	@$(BIN)/python docs/make_pictures.py

bench: .venv/dev
	@$(BIN)/python -m tests.bench

bench-full: .venv/dev
	@$(BIN)/python -m tests.bench --full

soak: .venv/dev
	@$(BIN)/python -m tests.soak

wordpress: .venv/dev
	@$(BIN)/python -m tests.wordpress

clean:
	rm -rf .venv dist *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bot cogs tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The two stamps: what it takes to run Oped, and what it takes to work on it.
.venv/runtime: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Setting up .venv to run Oped; this happens once.'
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo 'Setting up .venv to work on Oped; this happens once.'
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch .venv/runtime $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Oped needs Python 3.11 or newer. Name yours: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
