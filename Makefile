# Each target sets up what it needs, once: a virtual environment with the versions of requirements.lock.
.DEFAULT_GOAL := help
.PHONY: help demo run test check format weights messages lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(shell cksum requirements.lock | cut -d' ' -f1)
HOST ?= 127.0.0.1
PORT ?= 8080

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Glance needs Python 3.11 or later; PYTHON=/path/to/python make … names one." >&2; exit 1; }
	@echo "Setting up $(VENV): about 2 GB, a minute or two."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade "pip>=25"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.lock
	@# Bytecode beforehand: a start should not have to compile.
	@$(BIN)/python -m compileall -q bot ml storage migrations
	@rm -f $(VENV)/.ready-*
	@touch $@

demo: $(READY)  ## Glance in a browser, without a token
	@$(BIN)/python -m bot sandbox --host $(HOST) --port $(PORT)

run: $(READY)  ## the bot itself, with the token in .env
	@$(BIN)/python -m bot run

# Two at a time: most whole-bot tests wait, for Telegram's rates or a process, more than they compute.
test: $(READY)  ## the test suite
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: $(READY)  ## style, types, import contracts, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m migrations check

format: $(READY)  ## make the style right
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

weights: $(READY)  ## which weights there are, and where they come from
	@$(BIN)/python -m ml.weights list

# What is new has an empty translation afterwards; what is said no more is dropped.
messages: $(READY)  ## bring bot/locales up to date with the sentences in bot/texts
	$(BIN)/pybabel -q extract --no-wrap --sort-by-file --add-location file --output $(VENV)/messages.pot bot/texts
	for po in bot/locales/*.po; do \
		$(BIN)/pybabel -q update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
			--input-file $(VENV)/messages.pot --output-file $$po --locale $$(basename $$po .po) || exit 1; done

lock: $(READY)  ## choose the versions of requirements.lock anew
	$(BIN)/python -m piptools compile --quiet --strip-extras --extra starter --extra dev --upgrade \
		--no-emit-find-links --no-emit-index-url --output-file requirements.lock pyproject.toml
	sed -i 's/^torch==\([0-9.]*\)+.*/torch==\1/' requirements.lock

clean:  ## remove the virtual environment and caches, never data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
