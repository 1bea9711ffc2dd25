"""A taught session with its speaker, sample files made on the spot, and a way to send them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from PIL import Image
from pptx import Presentation
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms.kernel import clock
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.storage import storage
from lms.plugins.materials.models import Material, MaterialVersion
from lms.plugins.schedule.api import Plan, Session, create_session

FIRST_DAY = date(2026, 12, 2)
WIB = ZoneInfo("Asia/Pontianak")


def wib(text: str, day: int = 1) -> datetime:
    """08:30 on the first (or another) day of the workshop."""
    return datetime.combine(FIRST_DAY.replace(day=1 + day), time.fromisoformat(text), WIB)


@cache
def pptx(words: str = "Kepemimpinan") -> bytes:
    """A real presentation of one slide with a web link."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = words
    run = slide.placeholders[1].text_frame.paragraphs[0].add_run()
    run.text = "Tautan"
    run.hyperlink.address = "https://contoh.id/modul"
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def pdf(pages: int = 1, note: str = "") -> bytes:
    """A small and complete PDF."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode()]
    parts += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"] * pages
    body, places = f"%PDF-1.4\n%{note}\n".encode(), []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += f"{number} 0 obj".encode() + part + b"endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size, start = len(parts) + 1, len(body)
    tail = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    )
    return body + tail.encode()


def picture(kind: str = "PNG", side: tuple[int, int] = (8, 6)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", side, "teal").save(file, kind)
    return file.getvalue()


def repacked(whole: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """An Office file after `change` worked on its `{part: bytes}`."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def with_parts(**parts: bytes) -> bytes:
    """The presentation with further parts; `__` stands for a slash and `_dot_` for a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    return repacked(pptx(), lambda known: known.update(named))


def linking(relation: str, target: str, *, mode: str = 'TargetMode="External"', encoding: str = "utf-8") -> bytes:
    """The presentation with one more relationship."""
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><Relationships '
        'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/{relation}" Target="{target}" {mode}/>'
        "</Relationships>"
    )
    return with_parts(ppt__slides___rels__slide9_dot_xml_dot_rels=text.encode(encoding))


def materials() -> list[Material]:
    query = sa.select(Material).order_by(Material.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def versions() -> list[MaterialVersion]:
    query = sa.select(MaterialVersion).order_by(MaterialVersion.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def stored(app: Any) -> set[str]:
    """The keys of all bytes that are stored."""
    with app.test_request_context():
        return set(storage().iter_keys("materials/"))


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[None]:
    """It is the evening before the first day."""
    with clock.freeze(wib("19:00", day=0)):
        yield


@pytest.fixture
def workshop(factories: Any) -> Any:
    return factories.workshop(title="Tata kelola LKSA", starts_on=FIRST_DAY, ends_on=date(2026, 12, 3))


@pytest.fixture
def speaker(workshop: Any, factories: Any) -> Any:
    person = factories.person(full_name="Budi Santoso")
    return factories.enrolment(workshop=workshop, person=person, role=Role.NARASUMBER)


@pytest.fixture
def add_session(workshop: Any) -> Callable[..., Session]:
    def add(starts: str = "08:30", ends: str = "10:00", *, speakers: Any = (), **values: Any) -> Session:
        where = values.pop("workshop", workshop)
        plan = Plan(
            **{"title": "Kepemimpinan", "day": 1, "jp": 2, **values},
            starts=time.fromisoformat(starts),
            ends=time.fromisoformat(ends),
            speaker_ids=tuple(row.id for row in speakers),
        )
        return create_session(workshop_id=where.id, plan=plan, actor=SYSTEM)

    return add


@pytest.fixture
def session(add_session: Any, speaker: Any) -> Session:
    """08.30 to 10.00, by Budi."""
    row: Session = add_session(speakers=[speaker])
    db.session.expire(row)
    return row


@pytest.fixture
def wati(workshop: Any, factories: Any) -> Any:
    return factories.enrolment(workshop=workshop, person=factories.person(full_name="Wati Lestari"))


@pytest.fixture
def send(as_user: Any, session: Session, speaker: Any) -> Callable[..., Any]:
    """`send(bytes, "name.pdf", title=…, opens=…, client=…, url=…)` as the speaker's phone does it."""

    def post(data: bytes, name: str = "materi.pdf", *, client: Any = None, url: str = "", **form: str) -> Any:
        file = FileStorage(io.BytesIO(data), name, content_type=form.pop("mime", "application/octet-stream"))
        browser = client or as_user.ticket(speaker)
        target = url or f"/tiket/materi/{session.id}/unggah"
        fields = {"title": "", "opens": "with_session", **form, "file": file}
        boundary, body = encode_multipart(fields)  # in memory: the test browser leaves its temporary files open
        return browser.post(target, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    return post
