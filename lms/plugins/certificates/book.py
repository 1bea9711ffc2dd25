"""One file with all certificates of a role, for printing: made by a job, kept until a newer one is there."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.clock import now
from lms.kernel.db import db, insert_ignore, unit_of_work
from lms.kernel.errors import LmsError, NotFound
from lms.kernel.jobs import JobHandle, JobState, enqueue, job_status
from lms.kernel.pdfium import pdfium
from lms.kernel.permissions import Actor
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates import merging, queries
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Book

JOB = "certificates.book"
CHUNK = 50  # papers that are open at a time
_TRIES = 3
_PATIENCE = 600  # seconds for the last step


def start(*, workshop_id: int, role: PaperRole, actor: Actor) -> Book:
    """Make the print file of a role, or join the making that runs. Raises NotFound when there is nothing to print."""
    if not queries.count_valid(workshop_id, role):
        raise NotFound
    book = _open_book(workshop_id, role)
    book.job_id = enqueue(JOB, key=f"{JOB}:{book.id}", args={"book_id": book.id}, actor_id=actor.account_id)
    db.session.flush()
    return book


def _open_book(workshop_id: int, role: PaperRole) -> Book:
    key = f"{workshop_id}:{role.value}"
    values = {"workshop_id": workshop_id, "role": role, "open_key": key, "created_at": now()}
    for _try in range(_TRIES):  # the open one may end between the two statements
        insert_ignore(Book, {**values, "storage_key": "", "papers": 0, "size": 0}, keys=("open_key",))
        book = db.session.scalar(sa.select(Book).filter_by(open_key=key))
        if book is not None:
            return book
    raise LmsError("no print file could be opened")


def book_by_id(book_id: int) -> Book:
    """Raises NotFound."""
    found = db.session.get(Book, book_id) if book_id < BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def newest(workshop_id: int, role: PaperRole) -> Book | None:
    """The print file that is being made, else the one that is there."""
    query = sa.select(Book).filter_by(workshop_id=workshop_id, role=role)
    return db.session.scalar(query.order_by(Book.id.desc()).limit(1))


@dataclass(frozen=True, kw_only=True)
class State:
    """How far a print file is. `is_stale` means that papers came or went since it was made."""

    done: int
    total: int
    is_over: bool
    has_failed: bool
    is_stale: bool


def state_of(book: Book) -> State:
    """The state of a print file and its job as the database has them now."""
    job = job_status(book.job_id) if book.job_id else None
    is_done = book.finished_at is not None
    has_failed = not is_done and job is not None and job.state is JobState.FAILED
    return State(
        done=job.done if job else 0,
        total=job.total if job else 0,
        is_over=is_done or has_failed,
        has_failed=has_failed,
        is_stale=is_done and _is_stale(book),
    )


def _is_stale(book: Book) -> bool:
    papers = sa.select(sa.func.count(Certificate.id), sa.func.max(Certificate.issued_at)).where(
        Certificate.workshop_id == book.workshop_id,
        Certificate.role == book.role,
        Certificate.kind == PaperKind.CERTIFICATE,
        Certificate.status == CertificateStatus.VALID,
    )
    count, newest = db.session.execute(papers.where(Certificate.storage_key != "")).one()
    return bool(count != book.papers or (newest is not None and newest > book.created_at))


def run(*, job: JobHandle, book_id: int) -> None:
    """Join the papers in portions, then the portions; safe to run again after a crash."""
    book = db.session.get(Book, book_id)
    if book is None or book.finished_at is not None:
        return
    workshop_id, role = book.workshop_id, book.role
    with unit_of_work():
        book.created_at = now()  # the papers below are those of this moment
    keys = [row.storage_key for row in queries.files_of(workshop_id, role, PaperKind.CERTIFICATE)]
    db.session.rollback()  # the work takes a while and needs no transaction
    if not keys:
        raise CertificateRefused(_("There is nothing to print any more."))
    storage().guard()
    with tempfile.TemporaryDirectory(prefix="lms-book-") as folder:
        whole, papers = _bind(job, keys, Path(folder))
        with whole.open("rb") as file:
            stored = storage().put(_key(workshop_id, book_id), file, content_type="application/pdf")
    with unit_of_work():
        _finish(book_id, stored.key, papers=papers, size=stored.size)
    job.progress(len(keys) + 1, len(keys) + 1)


def _key(workshop_id: int, book_id: int) -> str:
    """The same at every attempt, so that a killed one leaves nothing behind."""
    return f"certificates/{workshop_id}/books/{book_id}.pdf"


def _bind(job: JobHandle, keys: Sequence[str], folder: Path) -> tuple[Path, int]:
    """The file with all papers, and how many they are; a portion of papers is in memory at a time."""
    is_duplex = _has_backs(keys)
    parts: list[Path] = []
    papers = done = 0
    for portion in _portions(keys):
        files = list(_read(portion))
        parts.append(folder / f"{len(parts):05}.pdf")
        with pdfium() as library:
            merging.join(library, files, parts[-1], is_duplex=is_duplex)
        papers, done = papers + len(files), done + len(portion)
        job.progress(done, len(keys) + 1)
    if len(parts) == 1:
        return parts[0], papers
    whole = folder / "whole.pdf"
    command = [sys.executable, merging.__file__, str(whole), *map(str, parts)]
    subprocess.run(command, check=True, timeout=_PATIENCE)
    return whole, papers


def _has_backs(keys: Sequence[str]) -> bool:
    """Whether any paper has a back page: then every one begins on the front of a sheet."""
    for portion in _portions(keys):
        files = list(_read(portion))
        with pdfium() as library:
            if any(merging.page_count(library, data) > 1 for data in files):
                return True
    return False


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + CHUNK] for at in range(0, len(keys), CHUNK))


def _read(keys: Sequence[str]) -> Iterator[bytes]:
    for key in keys:
        try:
            yield storage().read(key)
        except FileMissing:  # erased while the book was made
            continue


def _finish(book_id: int, key: str, *, papers: int, size: int) -> None:
    book = db.session.get(Book, book_id)
    if book is None:  # removed meanwhile, since somebody who is in it was erased
        return storage().delete(key)
    book.storage_key, book.papers, book.size = key, papers, size
    book.open_key, book.finished_at = None, now()
    db.session.flush()
    older = sa.select(Book).where(Book.workshop_id == book.workshop_id, Book.role == book.role, Book.id < book.id)
    for row in db.session.scalars(older):
        _remove(row)
    return None


def remove_of(workshop_ids: Sequence[int]) -> None:
    """Remove the print files of workshops, for they show everybody's papers; they are quickly made again."""
    for row in db.session.scalars(sa.select(Book).where(Book.workshop_id.in_(list(workshop_ids)))):
        _remove(row)


def _remove(row: Book) -> None:
    storage().delete(_key(row.workshop_id, row.id))
    db.session.delete(row)
