# Two commands matter: `make run` serves the demonstration venue, `make test` proves the house. Both do all set-up.

PORT ?= 8080
DATA_DIR ?= data
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
DEMO := $(PY) -m tierslieu.cli demo --port $(PORT) --data-dir "$(DATA_DIR)"
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run day dev test test-devices check bench wheel lock clean words

run: $(VENV)/run web/dist/.stamp ## the demonstration venue on http://localhost:8080
	@exec $(DEMO)

day: $(VENV)/run web/dist/.stamp ## the same, replaying a lively fictional day
	@exec $(DEMO) --day

dev: $(VENV)/test web/dist/.stamp ## the same, restarted when the code changes
	@$(PY) -m watchfiles --filter python "$(DEMO) --reload" tierslieu devices

test: $(VENV)/test $(VENV)-moonraker/ready web/dist/.stamp ## every check and every test
	@tests/support/install_tools.sh
	@$(MAKE) --no-print-directory check
	$(PY) -m pytest -n 3 --dist loadscope --no-loadscope-reorder $(TESTS)

test-devices: $(VENV)/test $(VENV)-octoprint/ready ## the same stories against OctoPrint, which takes longer
	@tests/support/install_tools.sh
	TIERSLIEU_TEST_OCTOPRINT=1 $(PY) -m pytest tests/devices $(TESTS)

check: $(VENV)/test web/dist/.stamp ## format, lint, types, floors, translations, migrations
	$(VENV)/bin/ruff format --check --quiet .
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/mypy
	cd web && ../$(VENV)/bin/mypy --config-file ../pyproject.toml frontend.py hatch_build.py
	$(VENV)/bin/lint-imports --no-cache
	$(PY) -m tests.house.words --check
	$(PY) -m tests.house.migrations

bench: $(VENV)/test web/dist/.stamp ## speed and weight, as ratios measured in one run
	$(PY) -m tests.bench $(BENCH)

words: $(VENV)/test ## bring the translation catalogues up to date with the sources
	$(PY) -m tests.house.words

wheel: $(VENV)/test web/dist/.stamp ## the installable package, in dist/
	$(PY) -m hatchling build -t wheel

lock: ## for maintainers: choose and pin every dependency anew
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  --all-extras pyproject.toml -o deploy/locks/run.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  --all-extras --group dev -c deploy/locks/run.txt pyproject.toml -o deploy/locks/test.txt
	uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	  --group node -o deploy/locks/node.txt
	for one in moonraker octoprint; do uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
	  --no-annotate --python-version 3.11 --group $$one -o deploy/locks/$$one.txt; done

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed."; exit 1; }
	@$(PYTHON) -m venv $(VENV) && touch $@

$(VENV)/run: $(VENV)/python deploy/locks/run.txt
	@echo "Installing what the service needs…"
	@$(PIP) -r deploy/locks/run.txt && touch $@

$(VENV)/test: $(VENV)/run deploy/locks/test.txt
	@echo "Installing what the tests need…"
	@$(PIP) -r deploy/locks/test.txt && touch $@

$(VENV)/node: $(VENV)/run deploy/locks/node.txt
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "Installing Node…"; $(PIP) -r deploy/locks/node.txt; }
	@touch $@

# Print servers that the tests speak to: each has an environment of its own, and none of it comes with the service.
$(VENV)-moonraker/ready $(VENV)-octoprint/ready: $(VENV)-%/ready: deploy/locks/%.txt | $(VENV)/python
	@echo "Installing $*, for the tests…"
	@$(PYTHON) -m venv $(VENV)-$* && $(VENV)-$*/bin/python -m pip install --quiet --disable-pip-version-check \
	  --no-deps --require-hashes -r $< && touch $@

web/dist/.stamp: $(VENV)/node $(shell find web/src web/templates web/build web/package.json web/build.mjs tierslieu/words -type f -not -name '*.mo' 2>/dev/null)
	@echo "Building the front-end parts…"
	@$(PY) web/frontend.py && touch $@

clean: ## forget everything that was built or installed (never the data)
	rm -rf $(VENV) $(VENV)-* web/dist web/node_modules dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
