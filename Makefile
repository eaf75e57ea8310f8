# Every target sets itself up first; the second time that takes a second. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo serve test lint format bench screenshots handbook

PYTHON := .venv/bin/python
ARGS ?=
ONLY ?=

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the whole story on this machine, with speaking callers (ARGS=--once: end by itself)
	@scripts/setup.sh demo
	@.venv/bin/hotline demo $(ARGS)

serve: ## run the hotline (ARGS: options of `hotline serve`)
	@scripts/setup.sh demo
	@.venv/bin/hotline serve $(ARGS)

test: ## all tests, the quick ones on the oldest and the newest Python too (ARGS: options of pytest)
	@scripts/setup.sh test
	@scripts/test.sh $(ARGS)

lint: ## ruff, mypy on every Python, import contracts, house rules
	@scripts/setup.sh test
	@scripts/lint.sh

format: ## put the code into the house's format
	@scripts/setup.sh test
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only --quiet .

bench: ## measure and write bench.json (ONLY=sip, churn, speech, routing, promises, sizing or console)
	@scripts/setup.sh test
	@$(PYTHON) -m hotline.bench $(if $(ONLY),--only $(ONLY))

screenshots: ## draw the console's pages into docs/images
	@scripts/setup.sh test
	@$(PYTHON) scripts/screenshots.py

handbook: ## build the handbook's site into build/handbook, in English and Chinese
	@scripts/setup.sh test
	@scripts/handbook.sh
