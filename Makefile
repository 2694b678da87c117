# Nothing is needed but python3 (3.10 or newer, with venv), make and git: `make check` and `make test` install the rest.

PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2
TESTS  ?= tests

BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed

# The pair that `make test-pair` tries: a version, a pattern such as 2.0.*, or latest.
ALEMBIC    ?= latest
SQLALCHEMY ?= latest
PAIR := .venv-pair-$(notdir $(PYTHON))-$(subst *,x,$(ALEMBIC)-$(SQLALCHEMY))
pinned = '$(1)$(if $(filter latest,$(2)),,==$(2))'

# How many promotions `make chaos` kills, and with which chance: a number, or 7:42 for one trial.
KILLS ?= 200
SEED  ?=

# The installed version that the tests use beside the embedded one.
POSTGRESQL ?= 15

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup check test docs pictures format bench bench-load chaos clean test-pair test-postgresql

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Install everything into .venv (the other targets do it when it is due)

check: $(STAMP) ## Prove the reference history: sound, well written, and really applied, up and down
	@$(BIN)/assay check --all
	@$(BIN)/python .ci/round_trip.py

test: $(STAMP) ## Lint, type-check and test everything (TESTS=tests/history for a part)
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --quiet -n $(JOBS) --dist worksteal $(TESTS)

docs: $(STAMP) ## Write the generated pages anew
	@$(BIN)/python -m assay.docs

pictures: $(STAMP) ## Make the pictures of the README anew, from what Assay really says
	@$(BIN)/python docs/make_pictures.py

format: $(STAMP) ## Format the code, and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format

bench: $(STAMP) ## Measure against `alembic --sql | sqlfluff`, side by side
	@$(BIN)/python -m benchmarks

bench-load: $(STAMP) ## Measure how long queries wait behind a migration, by Assay and by plain Alembic
	@$(BIN)/python -m benchmarks.load

chaos: $(STAMP) ## Disturb promotions until KILLS=200 were killed; SEED=7 makes the same chance again
	@$(BIN)/python -m tests.promote.chaos --kills $(KILLS) $(addprefix --seed=,$(SEED))

test-pair: ## Test the wheel beside ALEMBIC=1.7.5 SQLALCHEMY=1.4.54, with PYTHON=python3.10
	@$(call preflight)
	@$(PYTHON) -m venv --clear $(PAIR)
	@$(PAIR)/bin/python -m pip install -qq --upgrade 'pip>=25.1'
	@$(PAIR)/bin/python -m pip install -qq . --group test \
	  $(call pinned,alembic,$(ALEMBIC)) $(call pinned,sqlalchemy,$(SQLALCHEMY))
	@$(PAIR)/bin/python -m pip list 2>/dev/null | grep -iE '^(alembic|sqlalchemy|alembic-assay) '
	@$(PAIR)/bin/python -m pytest --quiet -n $(JOBS) --dist worksteal $(TESTS) \
	  $(addprefix --ignore=,$(NEEDS_CHECKOUT)) $(addprefix --deselect=,$(NEEDS_REFERENCE))

test-postgresql: $(STAMP) ## Test on an installed POSTGRESQL=14 what asks PostgreSQL anything
	@TEST_POSTGRESQL=$(POSTGRESQL) $(BIN)/python -m pytest --quiet -n $(JOBS) --dist worksteal \
	  tests/catalog tests/drift tests/preflight tests/reference tests/rules tests/scratch tests/trace

# The reference database is SQLAlchemy 2; the hooks and the frame need the development tools.
NEEDS_CHECKOUT  := tests/reference tests/hooks tests/frame tests/workflows
NEEDS_REFERENCE := tests/render/test_differential.py::test_the_reference_history_is_rendered_whole \
  tests/plan/test_reference.py::test_up_and_down

clean: ## Remove what the targets made, the environments included
	@rm -rf .venv .venv-pair-* build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache tests/frame/node/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml
	@$(call preflight)
	@echo "Setting up $(VENV) with $$($(PYTHON) --version); the first time this takes about a minute."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install -qq --editable . --group dev
	@$(BIN)/python -m compileall -q tools models migrations
	@touch $@

# Say what is missing before pip does, in words that help.
define preflight
command -v $(PYTHON) >/dev/null || { \
  echo "Assay needs Python 3.10 or newer, and there is no $(PYTHON) here. Install it, or name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }; \
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
  echo "Assay needs Python 3.10 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }; \
$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv; then run make $(MAKECMDGOALS) again." >&2; exit 1; }
endef
