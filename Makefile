# The words of this house: `make` prints them. Only Python 3.11+, make and a compiler are needed.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check docs eval eval-models serve
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export OMP_NUM_THREADS ?= 2

help: ## print these words
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 13

setup: $(READY) ## create .venv and install everything, once

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[dev,ocr,oidc,s3,train]'
	mkdir -p .typing && ln -sfn .. .typing/beishen
	touch $(READY)

demo: $(READY) ## review the two sample documents of examples/ and write out/*.html
	$(BIN)/beishen review examples/*.docx
	$(BIN)/beishen review examples/*.docx --format html --out out

test: $(READY) ## run the tests
	$(BIN)/python -m pytest -q

check: $(READY) ## lint, formatting, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -p beishen

docs: $(READY) ## write docs/cli.md, docs/rules.md, docs/report.schema.json and the output in README from the program
	$(BIN)/python -m beishen.service.cli.reference docs
	$(BIN)/python -m beishen.service.cli.excerpt README.md

eval: $(READY) ## measure every room, write eval/results/scoreboard.md (ONLY="review gold" picks rooms)
	$(BIN)/python -m beishen.eval.scoreboard $(if $(ONLY),--only $(ONLY))

eval-models: $(READY) ## measure both models beside their baselines and ablations; every score is kept in out/
	$(BIN)/python -m beishen.eval.models_clause --ablations --speed 1000
	$(BIN)/python -m beishen.eval.models_relation

serve: $(READY) ## start pages, API and one worker on http://127.0.0.1:8765/
	$(BIN)/beishen serve
