# Every target sets up what it needs. PYTHON picks the interpreter, DATA the folder with flickr8k/ and vgg16/.
PYTHON ?= python3
DATA ?= training/data
PORT ?= 5000
BIN := .venv/bin

.PHONY: run test lint train bench clean

run: .venv/serve ## serve the page and the API on http://127.0.0.1:5000
	$(BIN)/python local_server.py --port $(PORT)

test: .venv/test ## every test, in real Chromium too
	tests/install-chromium
	$(BIN)/python -m pytest

lint: .venv/serve .venv/lint ## formatting, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy function local_server.py

train: .venv/train ## the whole chain, about two hours; resumes where it stopped
	$(BIN)/python -m training.features --data $(DATA)
	$(BIN)/python -m training.train --data $(DATA)
	$(BIN)/python -m training.train --data $(DATA) --start runs/decoder/best.npz --out runs/restarted --epochs 4 --learning-rate 1e-3
	$(BIN)/python -m training.reinforce --data $(DATA) --trained runs/restarted
	$(BIN)/python -m training.export --data $(DATA)
	$(BIN)/python -m training.evaluate --data $(DATA) --engine tensorflow
	$(BIN)/python -m training.evaluate --data $(DATA) --engine litert --against runs/reports/dev-tensorflow.json
	$(BIN)/python -m training.tags --data $(DATA)

bench: .venv/train ## time the two engines against each other
	$(BIN)/python -m benchmarks.engines

clean: ## forget the environment
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Glimpse needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv

.venv/serve: EXTRAS :=
.venv/test: EXTRAS := [test]
.venv/train: EXTRAS := [train]
.venv/lint: EXTRAS := [lint]
.venv/serve .venv/test .venv/train .venv/lint: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.$(EXTRAS)'
	@touch $@
