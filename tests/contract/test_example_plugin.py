"""The worked example of a third party: installed for one run, migrated, and tested by its own tests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "lms-plugin-ratings"
# One group: each of these starts processes of its own.
pytestmark = [pytest.mark.contract, pytest.mark.xdist_group("tools")]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What `pip install -e` would leave behind, on the path of child processes only: this process stays as it is."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    facts = tmp_path / "site" / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n")
    points = [f"{name} = {value}" for name, value in project["entry-points"]["lms.plugins"].items()]
    (facts / "entry_points.txt").write_text("\n".join(["[lms.plugins]", *points, ""]))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "PYTEST_"))}
    own = {"PYTHONPATH": os.pathsep.join([str(facts.parent), str(EXAMPLE), str(ROOT)]), "LMS_ENV": "development"}
    secret = {"LMS_SECRET_KEY": "the key of a throw-away installation 0123456789"}
    ci = {"LMS_CI": os.environ["LMS_CI"]} if "LMS_CI" in os.environ else {}
    return {**kept, **own, **secret, **ci, "LMS_STRICT_PLUGINS": "1"}


def run(environment: dict[str, str], *command: str) -> str:
    """Output of a child process that must succeed."""
    done = subprocess.run(
        [sys.executable, *command], cwd=EXAMPLE, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        print(done.stdout[-6000:], done.stderr[-3000:], sep="")
        pytest.fail(f"{' '.join(command)} ended with status {done.returncode}", pytrace=False)
    return done.stdout


def lms(environment: dict[str, str], folder: Path, *arguments: str) -> str:
    code = "from lms.kernel.cli import main; main()"
    return run(environment, "-c", code, "--data", str(folder), *arguments)


def test_its_own_tests_pass(environment: dict[str, str]) -> None:
    """Page, panels, event, evidence, translations and personal data, on both databases."""
    said = run(environment, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", str(EXAMPLE / "tests"))
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None, said
    assert int(passed[1]) >= 16


def test_its_migrations_fit_and_uninstalling_it_leaves_a_sound_product(
    environment: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    sound = {"ok": True, "owners": {}}
    lms(environment, folder, "db", "upgrade")
    assert json.loads(lms(environment, folder, "db", "check", "--json")) == sound
    lms(environment, folder, "db", "downgrade", "--owner", "ratings", "base")
    at = json.loads(lms(environment, folder, "db", "current", "--json"))
    assert (at["ratings"]["current"], at["core"]["current"]) == (None, at["core"]["head"])
    lms(environment, folder, "db", "upgrade")
    uninstalled = {**environment, "PYTHONPATH": str(ROOT)}
    assert json.loads(lms(uninstalled, folder, "db", "check", "--json")) == sound
