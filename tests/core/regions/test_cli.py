"""`lms regions`: what an installer types."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.kernel.cli import lms


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line on a new, migrated SQLite installation."""
    monkeypatch.setenv("LMS_ENV", "development")
    monkeypatch.setenv("LMS_SECRET_KEY", "a test secret that is long enough 0123456789")
    monkeypatch.setenv("LMS_DATABASE_URL", f"sqlite:///{tmp_path / 'test.sqlite'}")

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(lms, ["--data", str(tmp_path), *words])

    assert invoke("db", "upgrade").exit_code == 0
    return invoke


def test_loading_a_province_says_what_it_brought(run: Callable[..., Result]) -> None:
    first = json.loads(run("regions", "load", "61", "--json").stdout)
    assert first == {"province": "61", "added": 2334, "changed": 0, "unchanged": 0, "kept": 0}
    again = run("regions", "load", "61")
    assert again.stdout == "province 61, added 0, changed 0, unchanged 2334, kept 0\n"


def test_the_list_says_what_is_loaded(run: Callable[..., Result]) -> None:
    run("regions", "load", "61")
    rows = json.loads(run("regions", "list", "--json").stdout)
    assert len(rows) == 38
    assert [row["code"] for row in rows if row["is_loaded"]] == ["61"]
    assert "61  WIB   Kalimantan Barat  (loaded)" in run("regions", "list").stdout.splitlines()


def test_an_unknown_province_fails(run: Callable[..., Result]) -> None:
    assert run("regions", "load", "99").exit_code != 0
