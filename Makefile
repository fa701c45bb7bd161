# make lab · make test · make check · make grade · make release · make bench · make book · make kit · make hub
# Everything runs in .venv, which is built from the pins the first time. On Windows see README.md.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# As many tests at once as there are cores; a file's tests stay together, and share what it set up.
PYTEST := $(BIN)/pytest -q -n auto --dist loadfile
# One thread per numeric library: tests and marks must not depend on how many cores a machine has.
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help lab test check lint notebooks grade release bench book kit hub pins clean

help:
	@echo "make lab      open the course in JupyterLab"
	@echo "make test     every check and test (about half an hour on two cores)"
	@echo "make check    the fast part, without kernels or a browser (a minute and a quarter)"
	@echo "make grade    take a sample class through release, hand-in, grading and feedback"
	@echo "make release  generate release/ from source/ (instructors)"
	@echo "make bench    measure, beside a peer, in one run"
	@echo "make book     lectures and guides as a static site, in build/book/html"
	@echo "make kit      a zip for students without git: notebooks, assignments, wheel and pins"
	@echo "make hub      a JupyterHub for the course on this machine (as root; see deploy/README.md)"
	@echo "make pins     compile requirements.txt from pyproject.toml (maintainers)"
	@echo "make clean    remove .venv and build/"

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: no $(PYTHON) found; remedy: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"make: Python {v[0]}.{v[1]} is too old, the course needs 3.11 or newer; remedy: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "make: this Python cannot build environments; remedy: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m course_utils.grading.formgrader >/dev/null
	@mkdir -p .venv/etc/jupyter && cp course_utils/widgets/jupyter_nbconvert_config.json .venv/etc/jupyter/
	@touch $@

lab: $(READY)
	$(BIN)/jupyter lab notebooks/00_start_here.ipynb \
		--ServerApp.kernel_websocket_connection_class=course_utils.server.connection.PromptConnection

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/course clean --check

check: lint
	$(PYTEST) -m "not kernel and not browser and not slow"

# nbval compares every stored output of every lecture and every solution with a fresh run
notebooks: $(READY)
	$(PYTEST) -p no:cacheprovider --nbval notebooks source

test: lint notebooks
	$(PYTEST)

grade: $(READY)
	$(BIN)/course sample

release: $(READY)
	$(BIN)/course release

bench: $(READY)
	$(BIN)/python -m benchmarks

# warnings are errors, and every link within is followed
book: $(READY)
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

hub: $(READY) $(PROXY)
	@$(BIN)/python -m deploy.hub $(if $(PORT),--port $(PORT)) $(if $(STATE),--state $(STATE)) \
		$(if $(SETTINGS),--settings $(SETTINGS))

# the command that made requirements.txt
pins: $(READY)
	$(BIN)/python -m pip install --quiet uv==0.13.9
	echo "-e .[dev]" | $(BIN)/uv pip compile - --universal --fork-strategy fewest --python-version 3.11 \
		--no-header --quiet --output-file requirements.txt

clean:
	rm -rf .venv build
