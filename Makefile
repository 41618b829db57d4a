# Every command a person needs. `make demo` and `make test` do their own set-up on a machine that has
# Python 3.11 or newer and a Rust toolchain; the stamps in .venv make the second time quick.

PYTHON ?= python3
BIN := .venv/bin
CRATE := --manifest-path native/Cargo.toml
SINK := --manifest-path perf/sink/Cargo.toml
FUZZ := --manifest-path native/fuzz/Cargo.toml
# Seconds of fuzzing for each target, and what ends it: an input that takes ten, or memory that grows.
FUZZ_SECONDS ?= 60
FUZZ_LIMITS = -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 -max_len=800
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
.PHONY: help demo test check test-long fuzz bench wheel format clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: .venv/.built ## Rehearse an import of a million rows on the embedded sandbox
	@$(BIN)/bulkimport demo

test: .venv/.dev ## Run all tests but the long ones
	cargo test $(CRATE) --no-default-features --quiet
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal

check: .venv/.dev ## Check style, types, the native stub and the floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict bulkimport
	$(BIN)/python -m mypy.stubtest bulkimport._native --mypy-config-file pyproject.toml
	$(BIN)/lint-imports --no-logo
	cargo fmt $(CRATE) --check
	cargo fmt $(SINK) --check
	cargo fmt $(FUZZ) --check
	cargo clippy $(CRATE) --all-targets --quiet -- -D warnings
	cargo clippy $(CRATE) --all-targets --no-default-features --quiet -- -D warnings
	cargo clippy $(SINK) --all-targets --quiet -- -D warnings
	cargo clippy $(FUZZ) --no-default-features --bins --quiet -- -D warnings

test-long: .venv/.dev ## Run the longer proofs
	$(BIN)/python -m pytest -m long --timeout 3600
	@if command -v cargo-fuzz >/dev/null; then $(MAKE) fuzz; \
	  else echo "not fuzzed: that needs \`cargo install cargo-fuzz\`" >&2; fi

# A stable compiler takes the flags of coverage and sanitizer only when it is told to.
fuzz: export RUSTC_BOOTSTRAP := 1
fuzz: ## Fuzz the native half, a minute each target (FUZZ_SECONDS=600 for longer)
	@command -v cargo-fuzz >/dev/null || { echo "needs \`cargo install cargo-fuzz\`" >&2; exit 1; }
	cd native && for target in $$(cargo fuzz list); do mkdir -p fuzz/corpus/$$target && \
	  cargo fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- $(FUZZ_LIMITS) || exit 1; done

bench: .venv/.bench ## Measure against peers: one table of ratios (BENCH_ROWS=100000 for a look)
	$(BIN)/python perf/bench.py

wheel: .venv/.dev ## Build the wheel into dist/
	$(BIN)/maturin build --release --out dist

format: .venv/.dev ## Format Python and Rust, and mend what can be mended by machine
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cargo fmt $(CRATE)
	cargo fmt $(SINK)
	cargo fmt $(FUZZ)

clean: ## Remove what builds and tests leave behind; runs and .venv stay
	rm -rf native/target native/fuzz/target perf/sink/target dist .venv/.built .venv/.dev .venv/.bench bulkimport/_native.*.so
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
