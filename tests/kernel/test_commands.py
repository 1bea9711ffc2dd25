"""The command line of an installation: database, doctor, backup and restore, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from lms import create_app
from lms.kernel.cli import lms
from lms.kernel.db import db
from lms.kernel.storage import storage
from lms.testing.plugin import SECRET, make_settings
from lms.testing.services_plugin import fresh_database

Run = Callable[..., Result]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    return fresh_database(request.getfixturevalue("postgres_base"), f"lms_commands_{worker_id}")


@pytest.fixture
def run(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on a new installation."""
    monkeypatch.setenv("LMS_ENV", "development")
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    monkeypatch.setenv("LMS_DATABASE_URL", url)

    def invoke(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(lms, ["--data", str(tmp_path), *words], input=typed)

    return invoke


def names(url: str) -> list[str]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return [
                str(name) for name in connection.execute(sa.text("SELECT name FROM core_account ORDER BY id")).scalars()
            ]
    finally:
        engine.dispose()


def add(run: Run, name: str) -> None:
    login = f"{name.lower()}@contoh.id"
    assert run("admin", "create", "--name", name, "--email", login, typed="kuda laut membaca\n").exit_code == 0


def test_a_database_is_checked_before_during_and_after_its_upgrade(run: Run) -> None:
    fresh = json.loads(run("db", "check", "--json").stdout)
    assert fresh["ok"] is False
    assert "core" in fresh["owners"]
    assert run("db", "check").exit_code == 1
    for _time in range(2):
        assert run("db", "upgrade").exit_code == 0
    checked = run("db", "check", "--json")
    assert (checked.exit_code, json.loads(checked.stdout)) == (0, {"ok": True, "owners": {}})
    current = json.loads(run("db", "current", "--json").stdout)
    assert all(row["current"] == row["head"] for row in current.values())
    assert f"core: {current['core']['head']}" in run("db", "current").stdout


def test_one_owner_goes_down_and_up_again_alone(run: Run) -> None:
    run("db", "upgrade")
    assert run("db", "downgrade", "--owner", "reports", "base").exit_code == 0
    rows = json.loads(run("db", "current", "--json").stdout)
    assert rows["reports"]["current"] is None
    assert rows["core"]["current"] == rows["core"]["head"]
    assert list(json.loads(run("db", "check", "--json").stdout)["owners"]).count("reports") == 1
    assert run("db", "upgrade", "--owner", "reports").exit_code == 0
    assert run("db", "check").exit_code == 0


def test_an_unknown_owner_is_an_error_and_no_trace(run: Run) -> None:
    failed = run("db", "upgrade", "--owner", "nobody")
    assert failed.exit_code != 0
    assert "Traceback" not in failed.output


def test_the_doctor_says_what_is_missing_and_then_that_all_is_well(run: Run) -> None:
    before = json.loads(run("doctor", "--json").stdout)
    assert before["ok"] is False
    assert run("doctor").exit_code == 1
    assert "BAD " in run("doctor").stdout
    run("db", "upgrade")
    after = json.loads(run("doctor", "--json").stdout)
    bad = {check["name"] for check in after["checks"] if check["ok"] is False}
    assert "migrations" not in bad
    assert "migrations" in {check["name"] for check in after["checks"]}


def test_a_backup_is_for_its_owner_alone_and_writes_over_nothing(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    add(run, "Sari")
    file = tmp_path / "out" / "backup.zip"
    file.parent.mkdir()
    made = run("backup", str(file), "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o077 == 0
    assert SECRET.encode() not in file.read_bytes()
    again = run("backup", str(file))
    assert again.exit_code == 2
    assert "--force" in again.output
    assert run("backup", str(file), "--force").exit_code == 0


def test_a_restored_backup_brings_back_rows_and_files_and_asks_first(run: Run, url: str, tmp_path: Path) -> None:
    run("db", "upgrade")
    add(run, "Sari")
    app = create_app(make_settings(tmp_path, url))
    with app.app_context():
        storage().put("materials/1", b"slides", content_type="application/pdf")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    file = tmp_path / "backup.zip"
    assert run("backup", str(file)).exit_code == 0
    add(run, "Budi")
    assert names(url) == ["Sari", "Budi"]
    refused = run("restore", str(file))
    assert refused.exit_code != 0
    assert names(url) == ["Sari", "Budi"]
    done = run("restore", str(file), "--force", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout[done.stdout.index("{") :])["files"] == 1
    assert names(url) == ["Sari"]
    assert run("db", "check").exit_code == 0


def test_a_damaged_or_absent_archive_changes_nothing(run: Run, url: str, tmp_path: Path) -> None:
    run("db", "upgrade")
    add(run, "Sari")
    file = tmp_path / "backup.zip"
    file.write_bytes(b"no archive")
    assert run("restore", str(file), "--force").exit_code != 0
    assert run("restore", str(tmp_path / "absent.zip"), "--force").exit_code == 2
    assert names(url) == ["Sari"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LMS_SECRET_KEY", "", "LMS_SECRET_KEY"),
        ("LMS_SECRET_KEY", "x" * 64, "random"),
        ("LMS_SECRET_KEY", "changeme", "LMS_SECRET_KEY"),
        ("LMS_ENV", "live", "production"),
        ("LMS_REDIS_URL", "redis://10.0.0.5:6379/0", "password"),
        ("LMS_DATABASE_URL", "postgresql://lms@10.0.0.5/lms", "password"),
        ("LMS_DATABASE_URL", "mysql://localhost/lms", "sqlite"),
    ],
)
def test_an_unsafe_installation_does_not_start_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("LMS_ENV", "production")
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    monkeypatch.setenv(name, value)
    refused = CliRunner().invoke(lms, ["--data", str(tmp_path), "db", "check"])
    assert refused.exit_code != 0
    assert words in str(refused.exception)


def test_debug_is_refused_outside_development(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    for mode in ("production", "demo"):
        monkeypatch.setenv("LMS_ENV", mode)
        monkeypatch.setenv("LMS_DEBUG", "1")
        refused = CliRunner().invoke(lms, ["--data", str(tmp_path), "db", "check"])
        assert "debug" in str(refused.exception).lower()


def test_the_commands_are_listed_without_an_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMS_SECRET_KEY", raising=False)
    listed = CliRunner().invoke(lms, ["--help"])
    assert listed.exit_code == 0
    for name in ("admin", "backup", "db", "doctor", "restore", "serve", "worker"):
        assert name in listed.stdout
