# make lab · make test · make grade · … (make alone lists them). On Windows see README.md.
# Everything runs in .venv, which is built from the pins the first time.

PYTHON ?= python3
BIN := .venv/bin
ROOT := $(filter 0,$(shell id -u))
READY := .venv/ready
DEV := .venv/ready-dev
# As many tests at once as there are cores, and half as many more where kernels and browsers let a
# core wait. A file's tests stay together, and share what it set up; tests/tiers.py has the order.
PYTEST := $(BIN)/pytest -q --dist loadfile --no-loadscope-reorder -n
MORE := $(shell expr $$(getconf _NPROCESSORS_ONLN) '*' 3 / 2)
FAST := not kernel and not browser and not slow and not long and not torch
# One thread per numeric library: tests and marks must not depend on how many cores a machine has.
export OPENBLAS_NUM_THREADS ?= 1
# Where an image forbids stored bytecode, each process of a run would compile every module again.
unexport PYTHONDONTWRITEBYTECODE

# A Python that was asked for by name, which .venv is then built with.
ASKED := $(if $(filter command environment,$(firstword $(origin PYTHON))),$(PYTHON))
$(shell make/environment check $(ASKED))

.DEFAULT_GOAL := help
.PHONY: help lab test test-all long check coverage lint notebooks tools oracle npm-tools browser \
	grade release bench book kit hub pins clean

help:
	@echo "make lab       open the course in JupyterLab"
	@echo "make test      every check and test but those that take longest (half an hour on two cores)"
	@echo "make grade     take a sample class through release, hand-in, grading and feedback"
	@echo "make check     the fast part of the tests, without kernels or a browser"
	@echo "make test-all  the tests, and then those that take longest (more than an hour on two cores)"
	@echo "make tools     install Debian's packages that tests and hub need (make test calls it)"
	@echo "make browser   bundle the views' JavaScript again (maintainers)"
	@echo "make release   generate release/ from source/ (instructors)"
	@echo "make bench     measure, beside a peer, in one run"
	@echo "make book      lectures and guides as a static site, in build/book/html"
	@echo "make kit       a zip for students without git: notebooks, assignments, wheel and pins"
	@echo "make hub       a JupyterHub for the course on this machine (as root; see deploy/README.md)"
	@echo "make pins      compile the pins from pyproject.toml (maintainers)"
	@echo "make clean     remove .venv and build/"

$(READY): requirements.txt pyproject.toml nbexaminer/pyproject.toml
	@make/environment build $(PYTHON) requirements.txt $@

$(DEV): requirements-dev.txt $(READY)
	@make/environment build $(PYTHON) requirements-dev.txt $@

lab: $(READY)
	@$(if $(ROOT),echo "You are root: all that runs in this JupyterLab runs as root.")
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb \
		$(if $(ROOT),--allow-root)

lint: $(DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	cd nbexaminer && ../$(BIN)/deptry .
	$(BIN)/course clean --check

# a fifth of the examples that make test draws
check: lint npm-tools
	$(PYTEST) auto -m "$(FAST)" --hypothesis-profile=check

# which lines of the package the fast tests run
coverage: $(DEV) npm-tools
	$(PYTEST) auto -m "$(FAST)" --cov --cov-report=term:skip-covered

# nbval compares every stored output of every lecture and every solution with a fresh run
notebooks: $(DEV)
	$(PYTEST) $(MORE) -p no:cacheprovider --nbval notebooks source

test: tools lint npm-tools notebooks
	$(PYTEST) $(MORE) -m "not long"

test-all: test long

long: $(DEV)
	$(PYTEST) $(MORE) -m long

# who is not root is told what to install, before anything runs
tools:
	@make/tools

# PyTorch, which the cells are compared with, is too heavy for the pins; without it tests say in red
# that they did not run. The CPU build, where the index has it by that name.
oracle: $(DEV)
	@$(BIN)/python -c "import torch" 2>/dev/null || \
		$(BIN)/python -m pip install --quiet torch==2.13.0+cpu 2>/dev/null || \
		$(BIN)/python -m pip install --quiet torch==2.13.0

# esbuild and TypeScript, at the versions of the lock file; without them tests say in red that they
# did not run
SOURCES := course_utils/widgets/browser
BUNDLER := build/browser/ready
$(BUNDLER): $(SOURCES)/package.json $(SOURCES)/package-lock.json
	@command -v npm >/dev/null || { echo "make: no npm found; remedy: sudo apt-get install nodejs npm"; exit 1; }
	@rm -rf build/browser && mkdir -p build/browser && cp $^ build/browser
	cd build/browser && npm ci --silent --ignore-scripts --no-fund --no-audit
	@touch $@

npm-tools:
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory $(BUNDLER) || true

browser: $(BUNDLER)
	build/browser/node_modules/.bin/tsc --project $(SOURCES)
	node $(SOURCES)/build.js course_utils/widgets/static

grade: $(READY)
	$(BIN)/course sample

release: $(READY)
	$(BIN)/course release

bench: $(DEV)
	$(BIN)/python -m benchmarks

# warnings are errors, and every link within is followed
book: $(DEV)
	$(BIN)/python docs/book/build.py build/book

kit: $(READY)
	$(BIN)/course kit

# JupyterHub's proxy, from npm, at the versions of deploy/package-lock.json
PROXY := build/proxy/ready
$(PROXY): deploy/package.json deploy/package-lock.json
	@command -v npm >/dev/null || { echo "make: no npm found; remedy: sudo apt-get install nodejs npm"; exit 1; }
	mkdir -p build/proxy && cp $^ build/proxy
	cd build/proxy && npm ci --silent --no-fund --no-audit
	@touch $@

hub: $(DEV) $(PROXY)
	@$(BIN)/python -m deploy.hub $(if $(PORT),--port $(PORT)) $(if $(STATE),--state $(STATE)) \
		$(if $(SETTINGS),--settings $(SETTINGS))

pins: $(DEV)
	make/pins

clean:
	rm -rf .venv build
