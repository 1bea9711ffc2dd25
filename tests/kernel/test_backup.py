from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from bare import bare_app, running
from flask import Flask

from lms.kernel import archive
from lms.kernel.archive import BadArchive, NotEmpty
from lms.kernel.db import db, unit_of_work
from lms.kernel.declarations import Job
from lms.kernel.job_models import JobRow
from lms.kernel.jobs import enqueue
from lms.kernel.storage import storage
from lms.kernel.storage_models import StoredFileRow

NOTE = Job(name="note", handler=lambda **_args: None)


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An installation with two files and one job, on each database."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    (tmp_path / "home").mkdir()
    changes = {"database_url": url} if url else {}
    with running(bare_app(tmp_path / "home", NOTE, **changes)) as app:
        storage().put("materials/1", b"slides", content_type="application/pdf")
        storage().put("certificates/1", b"certificate", content_type="application/pdf")
        enqueue("note", args={"number": 1})
        yield app


def state() -> tuple[list[tuple[object, ...]], dict[str, bytes]]:
    """Every row and every stored byte of the current installation."""
    db.session.rollback()
    rows = [
        tuple(row) for model in (JobRow, StoredFileRow) for row in db.session.execute(sa.select(*model.__table__.c))
    ]
    db.session.rollback()
    return rows, {key: storage().read(key) for key in storage().iter_keys()}


def change_everything() -> None:
    storage().delete("materials/1")
    storage().put("materials/2", b"later", content_type="application/pdf")
    enqueue("note", args={"number": 2})


def test_a_restored_backup_is_what_was_there_and_a_second_time_too(home: Flask, tmp_path: Path) -> None:
    before = state()
    archive.create(tmp_path / "backup.zip")
    change_everything()
    assert state() != before
    archive.restore(tmp_path / "backup.zip", replace=True)
    assert state() == before
    archive.restore(tmp_path / "backup.zip", replace=True)
    assert state() == before


def test_an_installation_with_data_is_not_replaced_unasked(home: Flask, tmp_path: Path) -> None:
    archive.create(tmp_path / "backup.zip")
    change_everything()
    now_there = state()
    with pytest.raises(NotEmpty, match="--force"):
        archive.restore(tmp_path / "backup.zip", replace=False)
    assert state() == now_there


def test_a_backup_moves_to_an_empty_installation(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    with running(bare_app(tmp_path / "old", NOTE)):
        storage().put("materials/1", b"slides", content_type="application/pdf")
        before = state()
        archive.create(tmp_path / "backup.zip")
    with running(bare_app(tmp_path / "new", NOTE)):
        archive.restore(tmp_path / "backup.zip", replace=False)
        assert state() == before


def test_the_manifest_says_what_is_inside(home: Flask, tmp_path: Path) -> None:
    archive.create(tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as file:
        assert sorted(file.namelist()) == ["database", "files/certificates/1", "files/materials/1", "manifest.json"]
        manifest = json.loads(file.read("manifest.json"))
    assert manifest["dialect"] == db.engine.dialect.name
    assert manifest["files"]["materials/1"]["size"] == 6
    assert manifest["missing"] == []
    assert home.config["SECRET_KEY"].encode() not in (tmp_path / "backup.zip").read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def _flip(path: Path, at: int) -> None:
    body = bytearray(path.read_bytes())
    body[at] ^= 1
    path.write_bytes(body)


def test_any_flipped_byte_of_a_member_is_found_and_nothing_is_touched(home: Flask, tmp_path: Path) -> None:
    archive.create(tmp_path / "backup.zip")
    whole = (tmp_path / "backup.zip").read_bytes()
    before = state()
    for place in (whole.index(b"slides"), whole.index(b"certificate", 200), len(whole) // 3):
        (tmp_path / "backup.zip").write_bytes(whole)
        _flip(tmp_path / "backup.zip", place)
        with pytest.raises(BadArchive):
            archive.restore(tmp_path / "backup.zip", replace=True)
    assert state() == before


def test_whatever_byte_is_flipped_the_archive_is_refused_or_holds_the_same(home: Flask, tmp_path: Path) -> None:
    made = archive.create(tmp_path / "backup.zip")
    whole = (tmp_path / "backup.zip").read_bytes()
    for place in range(0, len(whole), 7):
        (tmp_path / "backup.zip").write_bytes(whole)
        _flip(tmp_path / "backup.zip", place)
        try:
            found = archive.verify(tmp_path / "backup.zip")
        except BadArchive:
            continue
        assert (found.database, found.files) == (made.database, made.files)


def test_a_cut_or_foreign_file_is_no_archive(home: Flask, tmp_path: Path) -> None:
    archive.create(tmp_path / "backup.zip")
    whole = (tmp_path / "backup.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "note.zip").write_bytes(b"hello")
    for name in ("cut.zip", "note.zip", "absent.zip"):
        with pytest.raises(BadArchive):
            archive.verify(tmp_path / name)


def test_a_stored_file_that_changed_stops_the_backup(home: Flask, tmp_path: Path) -> None:
    storage().backend.write("materials/1", iter([b"other!"]), "application/pdf")
    with pytest.raises(BadArchive, match="materials/1"):
        archive.create(tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()


def test_a_stored_file_that_is_gone_is_named(home: Flask, tmp_path: Path) -> None:
    storage().backend.delete("materials/1")
    assert archive.create(tmp_path / "backup.zip").missing == ["materials/1"]


def test_a_backup_of_another_database_kind_is_refused(home: Flask, tmp_path: Path) -> None:
    archive.create(tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as old, zipfile.ZipFile(tmp_path / "other.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(db.engine.dialect.name.encode(), b"other"))
    with pytest.raises(BadArchive):
        archive.restore(tmp_path / "other.zip", replace=True)


def test_a_backup_under_load_holds_every_row_acknowledged_before_it(home: Flask, tmp_path: Path) -> None:
    acknowledged: list[int] = []
    over = threading.Event()

    def write() -> None:
        with home.app_context():
            while not over.is_set():
                with unit_of_work():
                    row = JobRow(name="load", key=None, args={})
                    db.session.add(row)
                    db.session.flush()
                acknowledged.append(row.id)

    writers = [threading.Thread(target=write) for _n in range(3)]
    for writer in writers:
        writer.start()
    try:
        while len(acknowledged) < 20:
            over.wait(0.01)
        before = set(acknowledged)
        archive.create(tmp_path / "backup.zip")
        assert len(acknowledged) > len(before), "writers went on meanwhile"
    finally:
        over.set()
        for writer in writers:
            writer.join()
    archive.restore(tmp_path / "backup.zip", replace=True)
    assert before <= set(db.session.scalars(sa.select(JobRow.id)))
