# Needs make and Python 3.11 or newer; everything else is installed into .venv from requirements.lock.
#   make demo    a course that begins now, on http://127.0.0.1:5000 (PORT=5055 make demo for another port)
#   make install what runs the rooms, and no more: for a site of your own
#   make test    all tests but the long ones below; ARGS="-k roster" passes words on to pytest
#   make browser every page, seat and phase in every width and light, and a contact sheet in artefacts/sheet
#   make lint    ruff and mypy
#   make bench   the speed of a practice hour, beside a bare relay
#   make soak    the long runs of the same promises
#   make words   brings the catalogues up to date with what the code says (translators)
#   make lock    resolves pyproject.toml anew (maintainers)

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock
PORT ?= 5000
ARGS ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FIND_PYTHON := for name in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done
PYTHON ?= $(shell $(FIND_PYTHON))

.PHONY: demo install test browser lint bench soak words lock clean tools

demo: $(VENV)/.runtime
	@PALLPRACTICE_PORT="$(PORT)" $(BIN)/pallpractice demo

install: $(VENV)/.runtime

test: $(VENV)/.complete tools
	node --test tests/js/*.test.js
	$(BIN)/python -m pytest -m "not soak and not matrix and not alone" -n 2 $(ARGS) $(OR_NONE)
	$(BIN)/python -m pytest -m "alone and not soak and not matrix" $(ARGS) $(OR_NONE)

# Where ARGS choose none of one kind: pytest's answer to that.
OR_NONE = $(if $(ARGS),|| [ $$? -eq 5 ])

browser: $(VENV)/.complete tools
	$(BIN)/python -m pytest -m browser -n 2 -rP --durations=10 $(ARGS)

lint: $(VENV)/.complete
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.complete
	$(BIN)/python -m tests.bench $(ARGS)

soak: $(VENV)/.complete tools
	$(BIN)/python -m pytest -m soak $(ARGS)

# Every sentence of the code, into every catalogue. LANGUAGE=fr begins one that is not there yet.
words: $(VENV)/.runtime
	mkdir -p .cache
	$(BABEL) extract -F pyproject.toml --no-default-keywords -k no_other --project pallpractice \
		--add-location=file --sort-by-file --no-wrap -o .cache/words.pot .
	$(if $(LANGUAGE),$(BABEL) init --no-wrap -i .cache/words.pot -d pallpractice/translations -l $(LANGUAGE))
	$(BABEL) update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		-i .cache/words.pot -d pallpractice/translations

BABEL = $(BIN)/python -m babel.messages.frontend -q

# A browser, Node and strace, which no Python package brings.
tools: $(VENV)/.complete
	@sh .ci/tools "$(BIN)"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) can't make an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# The lock has two parts: what runs the rooms, and below the cut what tests them and what several machines need.
$(VENV)/.runtime: $(LOCK) | $(BIN)/python
	@echo "Installing what pallpractice needs into $(VENV) ..."
	@sed '/^# --- cut/,$$d' $(LOCK) > $(VENV)/runtime.txt
	@$(PIP) install --require-hashes -r $(VENV)/runtime.txt
	@$(BIN)/python -c 'import site; print(site.getsitepackages()[0])' | { read -r folder; pwd > "$$folder/pallpractice.pth"; }
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m pallpractice.cli "$$@"\n' > $(BIN)/pallpractice
	@chmod +x $(BIN)/pallpractice
	@touch $@

$(VENV)/.complete: $(LOCK) | $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	@$(PIP) install --require-hashes -r $(LOCK)
	@touch $(VENV)/.runtime $@

# Run it on Python 3.11. The hashes are of every file the index has, so that the lock serves every machine.
lock: | $(BIN)/python
	$(PIP) install pip-tools
	mkdir -p .cache/lock
	$(call COMPILE,all) --all-extras pyproject.toml
	$(call COMPILE,runtime) --constraint .cache/lock/all.txt pyproject.toml
	@{ echo "# Made by \`make lock\` from pyproject.toml. What runs the rooms:"; cat .cache/lock/runtime.txt; \
		echo "# --- cut: what tests them, and what several machines need"; \
		awk 'FNR == NR { if (/==/) known[$$1] = 1; next } /==/ { keep = !($$1 in known) } keep' \
			.cache/lock/runtime.txt .cache/lock/all.txt; } > $(LOCK)

COMPILE = PIP_FIND_LINKS= $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file .cache/lock/$(1).txt

clean:
	rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts
