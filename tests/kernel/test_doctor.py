from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from bare import Build
from flask import Flask

from lms.kernel import engine
from lms.kernel.clock import freeze, now
from lms.kernel.db import db, unit_of_work
from lms.kernel.diagnosis import CHECKS, Check, diagnose, documents
from lms.kernel.job_models import JobRow
from lms.kernel.storage import storage
from lms.kernel.typesetting import FONTS


def findings(part: str) -> list[Check]:
    """What one part of the doctor says."""
    db.session.rollback()
    return list(CHECKS[part]())


def faults() -> list[str]:
    """Names of what is bad; the kernel's test app has no migrations, so those are left out."""
    db.session.rollback()
    return [f"{c.name}: {c.detail}" for c in diagnose() if c.ok is False and c.name != "migrations"]


def test_a_sound_installation_has_no_fault(bare: Flask) -> None:
    storage().reserve = lambda space: 0
    storage().put("materials/1", b"slides", content_type="application/pdf")
    assert faults() == []


def test_one_flipped_byte_in_a_stored_file_is_found_by_name(bare: Flask, tmp_path: Path) -> None:
    for number in range(3):
        storage().put(f"materials/{number}", b"slides", content_type="application/pdf")
    (path,) = (tmp_path / "files").glob("??/materials/1")
    path.write_bytes(b"slidez")
    bad = [check.detail for check in findings("files") if check.ok is False]
    assert bad == ["materials/1: its bytes are not those that were stored", "3 stored, 1 bad"]


def test_a_missing_file_is_found_by_name(bare: Flask) -> None:
    storage().put("materials/1", b"slides", content_type="application/pdf")
    storage().backend.delete("materials/1")
    assert findings("files")[0] == Check(name="file", ok=False, detail="materials/1: missing")


def test_bytes_without_a_row_are_noted_but_no_fault(bare: Flask, tmp_path: Path) -> None:
    storage().backend.write("orphan", iter([b"x"]), "text/plain")
    (path,) = (tmp_path / "files").glob("??/orphan")
    os.utime(path, (0, 0))
    assert [(check.ok, check.detail[:1]) for check in findings("files")] == [(True, "0"), (None, "1")]


def test_a_damaged_database_page_is_found(bare: Flask, tmp_path: Path) -> None:
    with unit_of_work():
        for number in range(300):
            db.session.add(JobRow(name=f"row-{number:04}", key=f"key-{number:04}", args={"text": "x" * 100}))
    db.session.remove()
    db.engine.dispose()
    path = tmp_path / "test.sqlite"
    path.write_bytes(path.read_bytes().replace(b"key-0150", b"key-9999"))  # its index is out of order now
    pages = {check.name: check for check in findings("sqlite")}["sqlite pages"]
    assert pages.ok is False


def test_late_jobs_ask_for_a_worker(bare: Flask) -> None:
    with unit_of_work():
        db.session.add(JobRow(name="late", args={}))
    assert [check.ok for check in findings("jobs")] == [True]
    with freeze(now().replace(year=now().year + 1)):
        (late,) = findings("jobs")
    assert late.ok is False
    assert "lms worker" in late.detail


def test_too_little_space_is_a_fault(bare: Flask) -> None:
    storage().reserve = lambda space: space.free + 1
    assert [check.ok for check in findings("space")] == [False]


def test_redis_that_does_not_answer_is_a_fault_and_stops_no_other_check(build: Build) -> None:
    build(redis_url="redis://127.0.0.1:1/0")
    storage().reserve = lambda space: 0
    assert faults() == ["redis: ConnectionError"]


def test_redis_that_answers_is_sound(build: Build, redis_url: str) -> None:
    build(redis_url=redis_url)
    assert findings("redis") == [Check(name="redis", ok=True)]


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 53, 4), True),
    ],
)
def test_wal_is_for_builds_without_the_race(version: tuple[int, ...], safe: bool) -> None:
    assert engine.is_wal_safe(version) is safe


def test_an_unsafe_build_gets_truncate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "is_wal_safe", lambda _version: False)
    made = sa.create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}", module=sqlite3)
    engine.prepare(made)
    with made.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"
    made.dispose()


def test_the_fonts_of_the_product_are_where_the_doctor_looks(bare: Flask) -> None:
    assert findings("documents")[0] == Check(name="documents", ok=True, detail="Typst sets a page")


def test_missing_fonts_are_a_fault(tmp_path: Path) -> None:
    (check,) = documents(tmp_path)
    assert (check.ok, check.detail) == (False, f"no fonts in {tmp_path}: install the product anew")


def test_the_product_has_chinese_letters_of_its_own() -> None:
    assert [check.ok for check in documents(FONTS, system=False)] == [True]


def test_a_machine_without_chinese_letters_is_noted_but_no_fault(tmp_path: Path) -> None:
    for font in FONTS.glob("PlusJakartaSans-*.ttf"):
        (tmp_path / font.name).write_bytes(font.read_bytes())
    page, letters = documents(tmp_path, system=False)
    assert (page.ok, letters.ok) == (True, None)
    assert "Noto Sans CJK" in letters.detail
