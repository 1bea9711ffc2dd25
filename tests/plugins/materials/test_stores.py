"""On a folder and on a bucket, with real commits: several uploads at once, and nothing held while bytes are written."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.materials import queries, services
from lms.plugins.materials.errors import FileRefused
from lms.plugins.materials.intake import received
from lms.plugins.materials.models import Material, MaterialVersion
from lms.plugins.schedule.api import Plan, create_session, session_by_id
from lms.testing import factories
from lms.testing.clients import Clients
from lms.testing.live import at_once, committed, live_app
from lms.testing.services_plugin import fresh_database
from tests.plugins.materials.conftest import pdf

PHONES = 4
pytestmark = pytest.mark.integration


@pytest.fixture(params=["sqlite-folder", "postgresql-folder", "sqlite-bucket"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, int]]:
    """`(app, session id)`, committed."""
    database, store = request.param.split("-")
    url = request.getfixturevalue("postgres_base") if database == "postgresql" else ""
    url = fresh_database(url, f"materials_{uuid.uuid4().hex[:12]}") if url else ""
    more = {"storage_url": request.getfixturevalue("s3_url")} if store == "bucket" else {}
    with live_app(tmp_path, url, **more) as app:
        with app.test_request_context(), unit_of_work():
            speaker = factories.enrolment(role=Role.NARASUMBER)
            plan = Plan(title="Satu", day=1, jp=2, starts=time(8, 30), ends=time(10, 0), speaker_ids=(speaker.id,))
            number = create_session(workshop_id=speaker.workshop_id, plan=plan, actor=SYSTEM).id
        yield app, number


def keys(app: Flask) -> list[str]:
    with app.app_context():
        return list(storage().iter_keys("materials/"))


def upload(session_id: int, pages: int, material_id: int | None = None) -> int:
    session = session_by_id(session_id)
    material = queries.material_by_id(material_id) if material_id else None
    with received(workshop_id=session.workshop_id, file=io.BytesIO(pdf(pages))) as arrived, unit_of_work():
        version = services.upload(
            session=session, title="Modul", filename="a.pdf", file=arrived, actor=SYSTEM, material=material
        )
        return version.number


def test_one_upload_sent_four_times_at_once_is_one_material(live: tuple[Flask, int]) -> None:
    app, session_id = live
    assert at_once(app, lambda _phone: upload(session_id, 1), count=PHONES) == [1] * PHONES
    assert len(committed(app, Material)) == len(committed(app, MaterialVersion)) == len(keys(app)) == 1


def test_four_versions_at_once_get_four_numbers(live: tuple[Flask, int]) -> None:
    app, session_id = live
    with app.test_request_context():
        upload(session_id, 1)
        (material,) = committed(app, Material)
    results = at_once(app, lambda phone: upload(session_id, phone + 2, material.id), count=PHONES)
    assert sorted(map(str, results)) == ["2", "3", "4", "5"], results
    assert len(keys(app)) == 5


def test_control_without_a_lock_the_same_number_is_taken_twice(
    live: tuple[Flask, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL; SQLite has one writer at a time anyway."""
    app, session_id = live
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return
    with app.test_request_context():
        upload(session_id, 1)
        (material,) = committed(app, Material)
    monkeypatch.setattr(services, "_lock", lambda _session: None)
    failed = 0
    for round_ in range(5):
        results = at_once(
            app, lambda phone, at=round_: upload(session_id, 10 * at + phone + 2, material.id), count=PHONES
        )
        failed += sum(isinstance(result, sa.exc.IntegrityError) for result in results)
    assert failed > 0
    assert len(keys(app)) == len(committed(app, MaterialVersion))  # what failed left no bytes


def test_a_file_is_checked_and_written_while_nobody_waits(live: tuple[Flask, int]) -> None:
    """Another writer gets in between receiving a file and noting it down."""
    app, session_id = live
    with app.test_request_context():
        workshop_id = session_by_id(session_id).workshop_id
        with received(workshop_id=workshop_id, file=io.BytesIO(pdf(1))) as arrived:
            done = at_once(app, lambda phone: upload(session_id, phone + 2), count=PHONES)
            assert done == [1] * PHONES, done
            with unit_of_work():
                services.upload(
                    session=session_by_id(session_id), title="Lain", filename="a.pdf", file=arrived, actor=SYSTEM
                )
        db.session.remove()
    assert len(committed(app, Material)) == PHONES + 1


def test_what_fails_after_the_file_arrived_leaves_no_bytes(live: tuple[Flask, int]) -> None:
    app, session_id = live
    with app.test_request_context():
        workshop_id = session_by_id(session_id).workshop_id
        file = io.BytesIO(pdf(1))
        with pytest.raises(FileRefused), received(workshop_id=workshop_id, file=file), unit_of_work():
            raise FileRefused("later", "file")
        db.session.remove()
    assert keys(app) == []


def test_a_download_works_alike_on_both_stores(live: tuple[Flask, int]) -> None:
    app, session_id = live
    with app.test_request_context():
        upload(session_id, 3)
        with unit_of_work():
            client = Clients(app).committee(session_by_id(session_id).workshop)
        (material,) = committed(app, Material)
        db.session.remove()
    whole = pdf(3)
    address = f"/materi/{material.id}/a.pdf"
    answer = client.get(address)
    assert (answer.status_code, answer.data) == (200, whole)
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, whole[10:20])
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.head(address).headers["Content-Length"] == str(len(whole))
    client.post(f"/kelola/materi/{material.id}/hapus")
    assert keys(app) == []
    assert client.get(address).status_code == 404
