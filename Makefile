# Every target sets up what it needs. PYTHON picks the interpreter, DATA the folder with the data sets and vgg16/.
PYTHON ?= python3
DATA ?= datasets
PORT ?= 5000
BIN := .venv/bin
AWS_TOOLS := aws-sam-cli==1.170.0 awscli==1.46.3 cfn-lint==1.58.0
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm

.PHONY: run test lint lighthouse train bench clean

run: .venv/serve ## serve the page and the API on http://127.0.0.1:5000
	$(BIN)/python local_server.py --port $(PORT)

test: .venv/test .sam/ready node_modules ## every test, in real Chromium and real containers too
	tests/install-system-tools
	tests/install-image-builder
	$(BIN)/python -m pytest

lint: .venv/serve .venv/lint .sam/ready node_modules ## format, lint and types, of Python, JavaScript and the template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy function local_server.py training
	$(NPM) run --silent lint
	.sam/bin/cfn-lint --regions us-east-1 eu-west-1 -- template.yaml
	SAM_CLI_TELEMETRY=0 .sam/bin/sam validate --lint --region eu-west-1

lighthouse: node_modules ## grade the page that `make run` serves: performance, accessibility, best practices
	$(NPM) run --silent lighthouse -- http://127.0.0.1:$(PORT)

train: .venv/train ## the whole chain, hours; resumes where it stopped
	$(BIN)/python -m training.features --data $(DATA)
	$(BIN)/python -m training.train --data $(DATA)
	$(BIN)/python -m training.reinforce --data $(DATA)
	$(BIN)/python -m training.export --data $(DATA)
	$(BIN)/python -m training.calibrate --data $(DATA)
	for set in flickr8k coco; do \
		$(BIN)/python -m training.evaluate --data $(DATA) --set $$set && \
		$(BIN)/python -m training.tags --data $(DATA) --set $$set || exit 1; \
	done

bench: .venv/train ## time the two engines against each other
	$(BIN)/python -m benchmarks.engines

clean: ## forget the environments
	rm -rf .venv .sam node_modules build

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Glimpse needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv

node_modules: package.json package-lock.json | .venv/bin/python
	tests/install-system-tools node
	$(NPM) ci --silent
	@touch $@

.venv/serve: EXTRAS :=
.venv/test: EXTRAS := [test]
.venv/train: EXTRAS := [train]
.venv/lint: EXTRAS := [lint]
.venv/serve .venv/test .venv/train .venv/lint: .venv/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.$(EXTRAS)'
	@touch $@

# AWS's command-line tools, in an environment of their own: they hold some packages at older versions than the project.
.sam/ready: Makefile
	$(PYTHON) -m venv .sam
	.sam/bin/pip install --quiet --disable-pip-version-check $(AWS_TOOLS)
	@touch $@
