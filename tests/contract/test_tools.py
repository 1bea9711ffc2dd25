"""The quality gate: every tool of the house runs as one test, so that one command checks everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools import catalogues, third_party
from tools.checks import layers, sizes, templates, wording

ROOT = Path(__file__).resolve().parents[2]
# One group: on a small machine these must not all run at once.
pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("tools")]


def run(*command: str) -> None:
    """Run a tool of the virtual environment; what it says is shown with the failure."""
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout[-8000:], done.stderr[-2000:], sep="")
        pytest.fail(f"`{' '.join(command)}` is not content", pytrace=False)


def accept(faults: list[str], fix: str) -> None:
    """Show one fault a line, and fail with what to do."""
    if faults:
        print("\n".join(faults[:80]))
        pytest.fail(f"{len(faults)} faults. {fix}", pytrace=False)


def test_code_is_formatted() -> None:
    run("ruff", "format", "--check", "--quiet", "--diff", ".")


def test_code_has_no_lint() -> None:
    run("ruff", "check", "--output-format", "concise", ".")


def test_types_are_right() -> None:
    run("mypy", "--no-error-summary")


def test_imports_point_inward() -> None:
    run("lint-imports", "--no-cache")


def test_imports_follow_the_rules_of_the_house() -> None:
    accept(layers.check(), "See tools/checks/layers.py.")


def test_everything_is_small() -> None:
    accept(sizes.check(), "Split what is too long.")


def test_templates_are_safe_and_translatable() -> None:
    accept(templates.check(), "See tools/checks/templates.py.")


def test_wording_is_clean() -> None:
    accept(wording.check(), "Name no machine and no registry; keep the section Unreleased.")


def test_catalogues_are_complete() -> None:
    accept(catalogues.check(), "Run tools/catalogues.py update, then fill the Indonesian messages.po.")


def test_messages_of_the_form_library_are_translated() -> None:
    accept(catalogues.form_library(write=False), "Fill lms/translations/id/LC_MESSAGES/wtforms.po.")


def test_licences_are_permissive() -> None:
    accept(third_party.refused(third_party.packages()), "Choose another package, or judge it in tools/third_party.py.")


def test_list_of_third_parties_is_current() -> None:
    accept(third_party.stale(), "Run tools/third_party.py.")
