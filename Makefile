# Everything a developer runs, on a machine with a Rust toolchain, Python 3 with pip, Node.js 20 or newer with npm (for
# the TypeScript example, which `make test` runs), and make; package registries are the only network that is used.
# `make help` lists the targets: each line with two hashes is its help.

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help test fmt lint tests nats-server soak fuzz bench demo deb

# The lock file is the build that was tested; a target that changed it silently would test another one.
CARGO ?= cargo
LOCKED := --locked

# nextest runs each test in a process of its own and ends a hanging one. Where it is missing, cargo's own runner
# runs the same tests: no target asks anybody to install it.
NEXTEST := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo yes)

# How many seeds a soak goes through, and from which on, so that a night's run can be continued.
SOAK_SEEDS ?= 2000
SOAK_FROM ?= 1
# How often a soak kills the daemon at random, and a tenth of that the server.
SOAK_KILLS ?= 60
# How long each target is fuzzed.
FUZZ_SECONDS ?= 60

help: ## What can be made.
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-12s %s\n", $$1, $$2 }'

# The order is the order of seconds: what fails fast fails first. Recursive, since -j would mix the outputs and the
# builds would wait for each other's lock anyway.
# What the machine cannot test is told before and after, since the runner is silent on what passes.
test: ## The whole gate: formatting, lints, tidiness, every test; SWITCHBOARD_NO_SKIP=1 lets none be skipped.
	@$(MAKE) --no-print-directory fmt
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory nats-server
	@tests/tools/skips.sh
	@$(MAKE) --no-print-directory tests
	@tests/tools/skips.sh

fmt: ## Formatting, as a question; `cargo fmt` is the answer.
	$(CARGO) fmt --check

lint: ## Lints of Cargo.toml and .clippy.toml; a warning is a failure.
	$(CARGO) clippy $(LOCKED) --all-targets -- -D warnings

# Examples in the docs are run by cargo alone; nextest does not know them. Cargo's runner knows no groups: more than
# two servers at once, each of which syncs to disk, would measure the disk.
tests: ## Every test, without formatting and lints.
ifeq ($(NEXTEST),yes)
	$(CARGO) nextest run $(LOCKED) --no-fail-fast
	$(CARGO) test $(LOCKED) --doc
else
	$(CARGO) test $(LOCKED) --no-fail-fast -- --test-threads 2
endif

# Before the tests, so that a download does not count against the time of whichever test comes first.
nats-server: ## Finds a nats-server, or installs the pinned one into .tools/; prints its path.
	@tests/tools/nats-server.sh
	@tests/tools/python.sh >/dev/null
	@tests/tools/typescript.sh >/dev/null
	@for server in exim postfix; do tests/tools/mta.sh $$server >/dev/null || echo "$$server will not be tested" >&2; done
	@tests/tools/cargo-deb.sh >/dev/null || echo "the package will not be tested" >&2

soak: ## The seeded simulation over SOAK_SEEDS (2000) from SOAK_FROM (1), then SOAK_KILLS (60) kills, then fuzz.
	SWITCHBOARD_SEEDS=$(SOAK_SEEDS) SWITCHBOARD_SEED_FROM=$(SOAK_FROM) $(CARGO) test $(LOCKED) --test simulation -- --nocapture
	SWITCHBOARD_KILLS=$(SOAK_KILLS) $(CARGO) test $(LOCKED) --test shell crash:: -- --nocapture --test-threads 2
	@$(MAKE) --no-print-directory fuzz

# The first build takes minutes: it watches every branch of the daemon's library.
fuzz: ## What strangers send, for FUZZ_SECONDS (60) each of the targets in fuzz/; needs a C++ compiler.
	@FUZZ_SECONDS=$(FUZZ_SECONDS) fuzz/run.sh

bench: ## The numbers that we hold ourselves to; BENCH_RATE, BENCH_MESSAGES and BENCH_OPEN change the load.
	$(CARGO) bench $(LOCKED)
	@deploy/bench/run

deb: ## The Debian package, in target/debian/, by a cargo-deb that is built into .tools/ once.
	@tests/tools/cargo-deb.sh >/dev/null
	$$(tests/tools/cargo-deb.sh) --locked

demo: ## A small contact centre over a real NATS, before your eyes; FOREVER=1 goes on, by SEED (1), until ctrl-C.
	@deploy/demo/run $(if $(FOREVER),--forever) $(if $(SEED),--seed $(SEED))
