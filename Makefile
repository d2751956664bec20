# Two commands do all set-up: `make demo` and `make test`. Both need Python 3.11+ and Debian.
PYTHON ?= python3
BIN := .venv/bin
SERVERS := .venv/servers
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup setup-dev demo test lint bench clean

help:
	@echo "make demo    a live make-believe estate, judged at the centre"
	@echo "make test    lint, types, layers and all tests (installs what they need)"
	@echo "make bench   every figure, one JSON line each"

setup: .venv/.runtime

setup-dev: .venv/.dev

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tests/peers/install-debian.sh python3-venv
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps -e .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	@sh tests/peers/unpack-debian.sh $(SERVERS) prometheus=prometheus prometheus-alertmanager=prometheus-alertmanager
	@$(BIN)/cctv-monitor demo --programs $(SERVERS) $(ARGS)

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup-dev
	@sh tests/peers/install-debian.sh $$(cat tests/peers/debian-packages.txt)
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 2 --dist worksteal

bench: setup-dev
	@sh tests/peers/install-debian.sh gcc libc6-dev libssl-dev ffmpeg
	$(BIN)/pip install -q aiortsp==1.4.0
	$(BIN)/python -m bench

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis bench/limit/build
