# Every target sets up what it needs. PYTHON picks the interpreter, DATA the folder with the data sets and vgg16/.
PYTHON ?= python3
DATA ?= datasets
PORT ?= 5000
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
UV := $(BIN)/uv pip install --quiet --link-mode copy --compile-bytecode
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm
# As many tests at once as there are processors, whole files to one process, which shares servers and models.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
TYPED := function collection local_server.py infra benchmarks training tests

# Some machines forbid Python to keep bytecode: the tests' many processes would compile all that they import.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run check quick test lint types policy lighthouse train bench lock sbom help clean

run: .venv/serve ## serve the page and the API on http://127.0.0.1:5000; with PHOTOS=FOLDER that folder's photos
	$(if $(PHOTOS),$(BIN)/glimpse serve "$(patsubst ~/%,$(HOME)/%,$(PHOTOS))",$(BIN)/python local_server.py) --port $(PORT)

check: .venv/dev .sam/ready build/policy/ready node_modules ## lint, types, and the tests that take seconds; about a minute once everything is set up
	$(MAKE) --no-print-directory --jobs 2 lint quick

quick: .venv/dev node_modules
	$(NPM) test --silent
	$(PYTEST) --quiet -m "not slow" tests/unit tests/contract

test: .venv/dev .sam/ready .localstack/ready build/policy/ready node_modules ## every test, in real Chromium and real containers too, with branch coverage
	tests/install-system-tools
	tests/install-image-builder
	$(NPM) test --silent
	$(PYTEST) --cov

lint: .venv/dev .sam/ready node_modules types policy ## format, lint and types, of Python, JavaScript and the template
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(NPM) run --silent lint
	.sam/bin/cfn-lint --regions us-east-1 eu-west-1 -- template.yaml
	SAM_CLI_TELEMETRY=0 .sam/bin/sam validate --lint --region eu-west-1

types: .venv/dev ## what mypy says
	$(BIN)/mypy $(TYPED)

policy: build/policy/ready ## hold the template to security policies; .checkov.yaml names what is meant to stay
	build/policy/bin/checkov --config-file .checkov.yaml

lighthouse: node_modules ## grade the page that `make run` serves: performance, accessibility, best practices
	$(NPM) run --silent lighthouse -- http://127.0.0.1:$(PORT)

train: .venv/dev ## the whole chain, hours; resumes where it stopped
	$(BIN)/python -m training.features --data $(DATA)
	$(BIN)/python -m training.train --data $(DATA)
	$(BIN)/python -m training.reinforce --data $(DATA)
	$(BIN)/python -m training.export --data $(DATA)
	$(BIN)/python -m training.calibrate --data $(DATA)
	for set in flickr8k coco; do \
		$(BIN)/python -m training.evaluate --data $(DATA) --set $$set && \
		$(BIN)/python -m training.tags --data $(DATA) --set $$set || exit 1; \
	done

bench: .venv/dev ## time the two engines against each other
	$(BIN)/python -m benchmarks.engines

lock: .venv/uv ## resolve pyproject.toml into requirements/; infra/lock says how to take newer releases
	infra/lock

sbom: .venv/dev ## list what the image installs, with licences, in build/sbom.json (CycloneDX)
	infra/sbom

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

clean: ## forget the environments
	rm -rf .venv .sam .localstack node_modules build

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Glimpse needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv

# setuptools is in the locks, so that nothing unlocked is downloaded to build the editable package with.
.venv/serve: requirements/serve.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes --requirement $<
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/uv: requirements/uv.txt | .venv/bin/python
	$(PIP) --require-hashes --requirement $<
	@touch $@

.venv/dev: requirements/dev.txt pyproject.toml .venv/uv
	$(UV) --python .venv --require-hashes --requirement $<
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

node_modules: package.json package-lock.json | .venv/bin/python
	tests/install-system-tools node
	$(NPM) ci --silent
	@touch $@

# AWS's command-line tools and the policy tool, each in an environment of its own: they hold some packages at older
# versions than the project.
.sam/ready: requirements/aws.txt .venv/uv
	$(PYTHON) -m venv --without-pip .sam
	$(UV) --python .sam --require-hashes --requirement $<
	@touch $@

# LocalStack does not run on Python 3.11; without a newer one it is left out, and its tests say so.
.localstack/ready: requirements/localstack.txt .venv/uv
	mkdir -p .localstack
	if python=$$(PYTHON="$(PYTHON)" tests/newer-python); then \
		"$$python" -m venv --without-pip .localstack && $(UV) --python .localstack --require-hashes --requirement $<; \
	else \
		echo "LocalStack will not be tested; that needs Python 3.12 or 3.13, which LOCALSTACK_PYTHON may name." >&2; \
	fi
	@touch $@

build/policy/ready: requirements/policy.txt .venv/uv
	$(PYTHON) -m venv --without-pip build/policy
	$(UV) --python build/policy --require-hashes --requirement $<
	@touch $@
