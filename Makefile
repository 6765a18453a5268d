# Every target does its own set-up in $(VENV). `make test PYTHON=python3.12` uses another Python and its own folder.
PYTHON ?= python3
VENV := .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input install --constraint constraints.txt
# A plain path entry: the finder of other editable installs costs milliseconds at every start.
EDITABLE := --no-build-isolation --config-settings editable_mode=compat --editable
RUFF := --isolated --line-length 120 --target-version py310 --extend-exclude '.venv*' --no-cache
RULES := --select E,F,W,I,B,C4,PIE,RET,SIM,UP --ignore B008,B905,RET505,SIM105,SIM108,SIM110,SIM905

.PHONY: help run test check lint types layers wheel bench faults clean

help:
	@echo 'make run      install, then drive a desk through its day'
	@echo 'make test     all tests (PYTHON=python3.12: with that Python)'
	@echo 'make check    lint, types and layers'
	@echo 'make wheel    build dist/*.whl'
	@echo 'make bench    measure whole calls against the peers'
	@echo 'make faults   break calls, disks and power (FAULTS=ci: what cannot be broken here is only named)'
	@echo 'make clean    remove what the others made'

run: $(VENV)/.runtime
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh bench/demo.sh

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(TESTS)

check: lint types layers

lint: $(VENV)/.dev
	@$(BIN)/ruff check $(RUFF) $(RULES) .

types: $(VENV)/.dev
	@$(BIN)/mypy

layers: $(VENV)/.dev
	@$(BIN)/lint-imports --no-cache

wheel: $(VENV)/.dev
	@$(BIN)/python -m pip --quiet --quiet --disable-pip-version-check wheel --no-build-isolation --no-deps --wheel-dir dist .
	@ls dist/*.whl

bench: $(VENV)/.dev
	@$(BIN)/python bench/startup.py

faults: $(VENV)/.dev
	@status=0; export FAULTS='$(FAULTS)'; \
	$(BIN)/python -m pytest -q -s -n 2 --dist worksteal tests/faults/every_call.py || status=1; \
	$(BIN)/python -m pytest -q -s $(addprefix tests/faults/,kill_storm.py full_disk.py power_cut.py) || status=1; \
	$(BIN)/python tests/faults/mutants.py || status=1; \
	exit $$status

$(VENV)/.runtime: setup.cfg pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo 'make: there is no $(PYTHON); name one: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c '' || { echo 'make: $(PYTHON) does not start; name another: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo 'make: $(PYTHON) is older than 3.10; name a newer one: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo 'make: $(PYTHON) cannot make virtual environments; install python3-venv (Debian) or your system'\''s package'; exit 1; }
	@echo 'installing into $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) setuptools
	@$(PIP) $(EDITABLE) .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo 'installing the development tools into $(VENV)'
	@$(PIP) $(EDITABLE) '.[dev]'
	@touch $@

clean:
	@rm -rf .venv .venv-* build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
