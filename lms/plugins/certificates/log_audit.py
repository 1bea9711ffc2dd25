"""The audit of the transparency log: everything is computed again from the certificates and their files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.kernel.db import db
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates import ledger, merkle
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Log, LogHead, LogLeaf

_CHUNK = 500  # rows read at once


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """The first thing that is wrong in a year; `position` counts from 0, `number` is "" where none is known."""

    position: int
    number: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class YearReport:
    """What the audit of one year found. `erased` files are gone on request; their entries were checked."""

    year: int
    leaves: int
    heads: int
    files: int
    erased: int
    before_log: int  # certificates without an entry, issued before the log began
    flaw: Flaw | None


@dataclass(frozen=True, kw_only=True)
class _Leaf:
    position: int
    entry: str
    leaf_hash: str
    issued_at: datetime
    issued_on: date
    number_text: str
    sha256: str
    storage_key: str


class _Broken(Exception):
    """Ends the audit of a year at its first flaw."""

    def __init__(self, position: int, number: str, problem: str) -> None:
        super().__init__(problem)
        self.flaw = Flaw(position=position, number=number, problem=problem)


class _Year:
    """One pass over a year, leaf by leaf."""

    def __init__(self, year: int, log: Log | None, *, with_files: bool) -> None:
        self.year, self.log, self.with_files = year, log, with_files
        self.leaves = self.files = self.erased = 0
        self.heads = {head.size: head for head in _heads(log)} if log is not None else {}
        self.tree = merkle.Tree()
        self.proven = 0  # so many first leaves agree with a signed head

    def run(self) -> YearReport:
        flaw = None
        try:
            self._check()
        except _Broken as broken:
            flaw = broken.flaw
        return YearReport(
            year=self.year,
            leaves=self.leaves,
            heads=len(self.heads),
            files=self.files,
            erased=self.erased,
            before_log=_unlogged(self.year, is_before=True)[0],
            flaw=flaw,
        )

    def _check(self) -> None:
        if self.log is not None:
            for leaf in _leaves(self.log):
                self._leaf(leaf)
                self._head(self.heads.get(self.leaves))
            self._end(self.log)
        count, number = _unlogged(self.year, is_before=False)
        if count:
            raise _Broken(self.leaves, number, "this certificate has no entry in the log")

    def _leaf(self, leaf: _Leaf) -> None:
        if leaf.position != self.leaves:
            raise _Broken(self.leaves, "", f"the entry is missing: the next one is at {leaf.position}")
        if leaf.issued_on.year != self.year:
            raise _Broken(leaf.position, leaf.number_text, "the certificate is of another year")
        entry = ledger.entry_text(issued_at=leaf.issued_at, number_text=leaf.number_text, sha256=leaf.sha256)
        if leaf.entry != entry:
            problem = "moment, number or hash of the certificate differ from the entry"
            raise _Broken(leaf.position, leaf.number_text, problem)
        digest = merkle.leaf_hash(entry.encode())
        if leaf.leaf_hash != digest.hex():
            raise _Broken(leaf.position, leaf.number_text, "the hash of the entry is not the recorded one")
        self._file(leaf)
        self.tree.extend([digest])
        self.leaves += 1

    def _file(self, leaf: _Leaf) -> None:
        if not leaf.storage_key:
            self.erased += 1
            return
        if not self.with_files:
            return
        try:
            data = storage().read(leaf.storage_key)
        except FileMissing:
            raise _Broken(leaf.position, leaf.number_text, "the file is missing") from None
        if hashlib.sha256(data).hexdigest() != leaf.sha256:
            raise _Broken(leaf.position, leaf.number_text, "the file was changed")
        self.files += 1

    def _head(self, head: LogHead | None) -> None:
        if head is None:
            return
        if head.root != self.tree.root(head.size).hex():
            where = (
                f"an entry from {self.proven} to {head.size - 1} is not the one that the head over {head.size} signed"
            )
            raise _Broken(self.proven, "", where)
        if not ledger.is_genuine(head, year=self.year):
            raise _Broken(head.size - 1, "", f"the signature of the head over {head.size} entries is wrong")
        self.proven = head.size

    def _end(self, log: Log) -> None:
        signed = max(self.heads, default=0)
        if signed > self.leaves:
            raise _Broken(self.leaves, "", f"the entry is missing: a head over {signed} entries was signed")
        if log.size != self.leaves:
            raise _Broken(self.leaves, "", f"the entry is missing: the log counts {log.size}")


def audit(*, year: int | None = None, with_files: bool = True) -> list[YearReport]:
    """Check every year, or the one asked for, oldest first. Reads the database and the files, never what is kept."""
    return [_Year(found, ledger.log_of(found), with_files=with_files).run() for found in _years(year)]


def _years(year: int | None) -> list[int]:
    if year is not None:
        return [year]
    logged = set(db.session.scalars(sa.select(Log.year)))
    issued = set(db.session.scalars(sa.select(sa.extract("year", Certificate.issued_on)).distinct()))
    return sorted(logged | {int(found) for found in issued})


def _leaves(log: Log) -> Iterator[_Leaf]:
    """Entries with their certificates in order, so many at a time: a long log must not fill the memory."""
    query = sa.select(
        LogLeaf.position,
        LogLeaf.entry,
        LogLeaf.leaf_hash,
        Certificate.issued_at,
        Certificate.issued_on,
        Certificate.number_text,
        Certificate.sha256,
        Certificate.storage_key,
    ).join(Certificate, Certificate.id == LogLeaf.certificate_id)
    query, start = query.where(LogLeaf.log_id == log.id).order_by(LogLeaf.position).limit(_CHUNK), -1
    while rows := db.session.execute(query.where(LogLeaf.position > start)).all():
        yield from (_Leaf(**row._mapping) for row in rows)
        start = rows[-1].position


def _heads(log: Log) -> list[LogHead]:
    query = sa.select(LogHead).filter_by(log_id=log.id).options(joinedload(LogHead.key))
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _unlogged(year: int, *, is_before: bool) -> tuple[int, str]:
    """How many certificates of a year have no entry, and the first one's number.

    The log began with the certificate of the lowest id that has an entry: rows before it are older than the log.
    """
    began = db.session.scalar(sa.select(sa.func.min(LogLeaf.certificate_id)))
    query = sa.select(Certificate.id, Certificate.number_text).where(
        sa.extract("year", Certificate.issued_on) == year,
        Certificate.id.not_in(sa.select(LogLeaf.certificate_id)),
    )
    if began is not None:
        query = query.where(Certificate.id < began if is_before else Certificate.id > began)
    elif not is_before:
        return 0, ""
    rows = db.session.execute(query.order_by(Certificate.id)).all()
    return len(rows), rows[0].number_text if rows else ""
