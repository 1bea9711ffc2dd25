"""`lms quiz import` and `lms quiz export` as people type them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lms.plugins.quiz.cli import command

GIFT = "::Satu:: 1+1? {=2 ~3}\n\n::Dua:: Benar? {T}\n\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """`run("import", text_of_the_file, *options)`."""

    def call(name: str, text: str, *options: str) -> Any:
        path = tmp_path / "soal, kelas A.gift"
        path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(command, [name, str(path), *options])

    return call


def test_dry_run_reports_counts_and_ends_with_zero(run: Any) -> None:
    result = run("import", "$CATEGORY: A/B\n\n" + GIFT, "--dry-run", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["total"] == 2
    assert {kind: count for kind, count in report["counts"].items() if count} == {"choice": 1, "truefalse": 1}
    assert (report["categories"], report["errors"]) == (["A/B"], [])
    assert set(report["counts"]) >= {
        "multichoice",
        "shortanswer",
        "numerical",
        "matching",
        "ordering",
        "cloze",
        "essay",
    }


def test_errors_are_told_by_place_and_end_with_one(run: Any) -> None:
    result = run("import", GIFT + "::Tiga:: Tanpa kunci {~a ~b}\n", "--dry-run", "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["total"], len(report["errors"])) == (1, 2, 1)
    assert set(report["errors"][0]) == {"where", "reason"}


def test_missing_file_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["import", str(tmp_path / "tidak ada.gift"), "--dry-run", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["errors"][0]["reason"]


def lms(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lms"
    return subprocess.run([program, "--data", folder, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.integration
def test_import_and_export_in_an_installation(tmp_path: Path) -> None:
    from lms.config import Mode, prepare_installation

    folder, source, target = tmp_path / "data", tmp_path / "a.gift", tmp_path / "b.gift"
    prepare_installation(folder, mode=Mode.DEVELOPMENT, base_url="http://127.0.0.1:1")
    source.write_text(GIFT, encoding="utf-8")
    assert lms(folder, "db", "upgrade").returncode == 0
    first = lms(folder, "quiz", "import", str(source), "--json")
    assert (first.returncode, json.loads(first.stdout)["added"]) == (0, 2), first.stderr
    again = lms(folder, "quiz", "import", str(source), "--json")
    assert json.loads(again.stdout)["skipped"] == 2
    out = lms(folder, "quiz", "export", str(target), "--format", "gift")
    assert out.returncode == 0, out.stderr
    assert json.loads(CliRunner().invoke(command, ["import", str(target), "--dry-run", "--json"]).stdout)["total"] == 2
