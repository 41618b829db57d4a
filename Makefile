# Every command a person needs. `make demo` and `make test` do their own set-up on a machine that has
# Python 3.11 or newer and a Rust toolchain; the stamps in .venv make the second time quick.

PYTHON ?= python3
BIN := .venv/bin
CRATE := --manifest-path native/Cargo.toml
SINK := --manifest-path perf/sink/Cargo.toml
NATIVE := pyproject.toml $(wildcard native/Cargo.* native/build.rs native/src/*.rs native/src/*/*.rs)

# A toolchain that rustup put there minutes ago is found before the shell is restarted.
export PATH := $(PATH):$(HOME)/.cargo/bin
# maturin and PyO3 ask the environment where to build: always for our own .venv.
export VIRTUAL_ENV := $(CURDIR)/.venv
export PYO3_PYTHON := $(CURDIR)/.venv/bin/python
# maturin installs what is missing by pip.
export PIP_QUIET := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport CONDA_PREFIX PYTHONHOME PYTHONPATH

.DEFAULT_GOAL := help
.PHONY: help demo test check test-long bench wheel format clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: .venv/.built ## Rehearse an import of a million rows on the embedded sandbox
	@$(BIN)/bulkimport demo

test: .venv/.dev ## Run all tests but the long ones
	cargo test $(CRATE) --no-default-features --quiet
	$(BIN)/python -m pytest --numprocesses 2

check: .venv/.dev ## Check style, types, the native stub and the floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict bulkimport
	$(BIN)/python -m mypy.stubtest bulkimport._native --mypy-config-file pyproject.toml
	$(BIN)/lint-imports --no-logo
	cargo fmt $(CRATE) --check
	cargo fmt $(SINK) --check
	cargo clippy $(CRATE) --all-targets --quiet -- -D warnings
	cargo clippy $(CRATE) --all-targets --no-default-features --quiet -- -D warnings
	cargo clippy $(SINK) --all-targets --quiet -- -D warnings

test-long: .venv/.dev ## Run the longer proofs
	$(BIN)/python -m pytest -m long --timeout 3600

bench: .venv/.bench ## Measure against peers: one table of ratios (BENCH_ROWS=100000 for a look)
	$(BIN)/python perf/bench.py

wheel: .venv/.dev ## Build the wheel into dist/
	$(BIN)/maturin build --release --out dist

format: .venv/.dev ## Format Python and Rust, and mend what can be mended by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cargo fmt $(CRATE)
	cargo fmt $(SINK)

clean: ## Remove what builds and tests leave behind; runs and .venv stay
	rm -rf native/target perf/sink/target dist .venv/.built .venv/.dev .venv/.bench bulkimport/_native.*.so
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bulkimport tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up --------------------------------------------------------------------------------------

cargo-is-there = command -v cargo >/dev/null || { \
  echo "bulkimport builds its native half with Rust and found no \`cargo\`: install a toolchain from https://rustup.rs and type this again" >&2; exit 1; }

# pip is the last thing that arrives in a new environment, so its presence says that it is whole.
.venv/bin/pip:
	@$(cargo-is-there)
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "bulkimport needs Python 3.11 or newer and found no \`$(PYTHON)\`: install it, or name yours: make PYTHON=/path/to/python" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "bulkimport needs Python 3.11 or newer and \`$(PYTHON)\` is older: name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "bulkimport needs Python's venv module, which \`$(PYTHON)\` lacks: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@echo "setting up .venv and building the native half: this is done once"
	"$(PYTHON)" -m venv .venv

.venv/.built: $(NATIVE) | .venv/bin/pip
	@$(cargo-is-there)
	$(BIN)/python -m pip install 'maturin>=1.9.4,<2'
	$(BIN)/maturin develop --release --quiet
	@touch $@

.venv/.dev: $(NATIVE) | .venv/bin/pip
	@$(cargo-is-there)
	$(BIN)/python -m pip install 'maturin>=1.9.4,<2'
	$(BIN)/maturin develop --release --quiet --extras dev
	@touch .venv/.built $@

.venv/.bench: $(NATIVE) | .venv/bin/pip
	@$(cargo-is-there)
	$(BIN)/python -m pip install 'maturin>=1.9.4,<2'
	$(BIN)/maturin develop --release --quiet --extras bench
	@touch .venv/.built $@
