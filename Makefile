# `make run` on an empty machine ends with Orbiter in the browser; `make test` is everything a change must pass.
# Needs Python 3.11+, Node 20.19+, git and make. The rest is put into .venv/ and web/node_modules/.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# uv takes the Python of this machine: a downloaded interpreter would be a second one to keep up to date.
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1

# Bytecode is kept also where the environment forbids Python to write it: the tests start a server hundreds of times.
export PYTHONDONTWRITEBYTECODE :=

BIN := .venv/bin
STAMPS := .venv/stamps
WEB_SOURCES := $(shell find web/src web/public docs CHANGELOG.md web/index.html web/vite.config.ts web/tsconfig.json -type f 2>/dev/null)

# Each stamp is the last time that its step succeeded; a step runs again only when something it reads is newer.
VENV := $(STAMPS)/venv
RUNTIME := $(STAMPS)/runtime
TOOLS := $(STAMPS)/tools
NPM := web/node_modules/.installed
SPA := web/dist/index.html

# A start reads bytecode also where the environment forbids Python to write it: one second instead of three.
COMPILE := $(BIN)/python -m compileall -q src

help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

# `serve` brings the database to the newest schema itself, so nothing stands between this and the first request.
run: $(RUNTIME) $(SPA) ## set up what is missing, then start on http://127.0.0.1:8000 (HOST=, PORT= and ORBITER_* change it)
	@$(COMPILE)
	@exec $(BIN)/orbiter serve

dev: $(RUNTIME) $(NPM) ## API that restarts on a change, and Vite with hot reload
	@exec $(BIN)/python -m scripts.dev

migrate: $(RUNTIME) ## bring the database to the newest schema
	@$(BIN)/orbiter migrate

test: $(TOOLS) $(SPA) ## check + unit, API, web and browser tests, with a summary
	@$(COMPILE)
	@$(BIN)/python -m scripts.gates lint imports architecture fresh unit + pyright web-check web-test e2e

check: lint pyright imports architecture fresh web-check ## all static gates

lint: $(TOOLS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

pyright: $(TOOLS)
	$(BIN)/pyright

imports: $(TOOLS)
	$(BIN)/lint-imports

architecture: $(TOOLS)
	$(BIN)/pytest -q tests/architecture $(PYTEST_ARGS)

fresh: $(TOOLS) $(NPM)
	$(BIN)/python -m scripts.generate --check

web-check: $(NPM)
	cd web && npm run --silent check

# Tests wait often, for a server to start or a lease to end: one process more than there are cores.
UNIT_PROCESSES := $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)

unit: $(TOOLS) $(SPA) ## Python tests without a browser
	$(BIN)/pytest -q -n $(UNIT_PROCESSES) --maxprocesses 5 --dist worksteal --ignore tests/architecture --ignore tests/e2e tests $(PYTEST_ARGS)

web-test: $(NPM) ## the SPA's own tests
	cd web && npm run --silent test

e2e: $(TOOLS) $(SPA) ## browser tests against a real server
	$(BIN)/pytest -q -n 2 --dist loadfile tests/e2e $(PYTEST_ARGS)

fix: $(TOOLS) $(NPM) ## format, and repair what the linters can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npx --no-install biome check --write .

types: $(TOOLS) $(NPM) ## regenerate what is made from other files: the SPA's types, .env.example, the pages of settings and licences
	$(BIN)/python -m scripts.generate

new-domain: $(TOOLS) $(NPM) ## make a REST domain: name=notes row=5 (thing=note scope=projects:write)
	@$(BIN)/python -m scripts.new_domain '$(name)' '$(row)' '$(thing)' '$(scope)'
	@$(BIN)/python -m scripts.generate

bench: $(TOOLS) $(SPA) ## measure speed and memory
	$(BIN)/python -m bench $(BENCH_ARGS)

soak: $(TOOLS) $(SPA) ## the fault tests at full size
	TEST_SOAK=1 $(BIN)/pytest -q -m soak --timeout 3600 tests $(PYTEST_ARGS)

wheel: $(TOOLS) $(SPA) ## build the distribution into dist/
	$(BIN)/python -m hatchling build -t wheel

clean: ## remove everything that the commands above made (not your data)
	rm -rf .venv web/node_modules web/dist dist .cache .pytest_cache .ruff_cache .hypothesis test-results

$(VENV):
	@sh scripts/make_venv.sh
	@mkdir -p $(STAMPS) && touch $@

$(RUNTIME): $(VENV) pyproject.toml uv.lock
	@sh scripts/sync.sh --no-dev
	@touch $@

$(TOOLS): $(VENV) pyproject.toml uv.lock
	@sh scripts/sync.sh
	@touch $@ $(RUNTIME)

$(NPM): web/package.json web/package-lock.json
	@sh scripts/check_node.sh
	@echo "Installing the web packages (the first time takes a minute or two) ..."
# `npm ci` refuses a lock file without the packages of other platforms; `npm install` keeps to it all the same, and says
# what is wrong when something is.
	@cd web && (npm ci --no-audit --no-fund --silent 2>/dev/null || npm install --no-audit --no-fund --loglevel=error)
	@touch $@

$(SPA): $(NPM) $(WEB_SOURCES)
	@echo "Building the web app ..."
	@cd web && npm run --silent build -- --logLevel warn
	@touch $@

.PHONY: help run dev migrate test check lint pyright imports architecture fresh web-check unit web-test e2e fix types new-domain bench soak wheel clean
