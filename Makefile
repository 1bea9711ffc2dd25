# Shortcuts; every line here is also in the README or in CONTRIBUTING.md.
PYTHON := .venv/bin/python

.PHONY: demo test check words lock
.venv: requirements.lock pyproject.toml
	python3 -m venv .venv
	.venv/bin/pip install -q -r requirements.lock
	.venv/bin/pip install -q --no-deps -e .
	touch .venv

demo: .venv          ## The product with made-up people, on this machine
	.venv/bin/lms demo

test: .venv          ## Everything: tests, lint, types, rules
	$(PYTHON) -m pytest

check: .venv         ## Only lint, types and rules
	$(PYTHON) -m pytest tests/contract/test_tools.py tests/contract/test_checkers.py

words: .venv         ## Read new texts into the translation files
	$(PYTHON) tools/catalogues.py update all

lock:                ## New versions within the ranges of pyproject.toml
	tools/lock.sh --upgrade
