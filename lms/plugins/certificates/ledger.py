"""The transparency log: one append-only Merkle tree per year over issued certificates, and its signed heads.

An entry names the moment, the number and the hash of the file, and no person. Whoever keeps a signed head can show
later that nothing up to it was changed or removed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from lms.kernel.clock import now
from lms.kernel.db import after_commit, db, insert_ignore
from lms.kernel.memory import remembered
from lms.plugins.certificates import merkle
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Log, LogHead, LogLeaf, SignatureKey

_FOR_EVER = float("inf")


class LogDamaged(RuntimeError):
    """An entry of the log is missing."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That a leaf is among the first `head.size` ones of its year; `path` runs from the leaf to the root."""

    year: int
    leaf: LogLeaf
    head: LogHead
    path: tuple[str, ...]  # hex


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """That the first `second` leaves begin with the first `first` ones; roots and path in hex."""

    first: int
    second: int
    first_root: str
    second_root: str
    path: tuple[str, ...]


@dataclass
class _Kept:
    """The tree of committed leaves that this process knows; it is replaced, never changed."""

    tree: merkle.Tree


def utc_text(moment: datetime) -> str:
    """ "2026-11-27T03:00:00.000000Z": one way of writing it, since it is hashed and signed."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def entry_text(*, issued_at: datetime, number_text: str, sha256: str) -> str:
    """What the log says about a certificate; `sha256` is of its file, in hex."""
    return "\n".join(("lokakarya-log-1", utc_text(issued_at), number_text, sha256))


def statement_of(*, year: int, size: int, root: str, signed_at: datetime) -> bytes:
    """The bytes that a head's signature covers."""
    return f"lokakarya-head-1\n{year}\n{size}\n{root}\n{utc_text(signed_at)}".encode()


def append(certificate: Certificate) -> LogLeaf:
    """Add a flushed certificate to the log of its year of issue, in the caller's transaction; once for each.

    Holds the log of that year until the transaction ends, so that positions have no gaps: take other locks before it.
    """
    log = lock_log(certificate.issued_on.year)
    known = db.session.scalar(sa.select(LogLeaf).filter_by(certificate_id=certificate.id))
    if known is not None:
        return known
    entry = entry_text(issued_at=certificate.issued_at, number_text=certificate.number_text, sha256=certificate.sha256)
    leaf = LogLeaf(
        log_id=log.id,
        position=log.size,
        certificate_id=certificate.id,
        entry=entry,
        leaf_hash=merkle.leaf_hash(entry.encode()).hex(),
    )
    log.size += 1
    db.session.add(leaf)
    db.session.flush()
    return leaf


def append_missing() -> dict[int, int]:
    """Add certificates that were issued before there was a log, in the order of issue; `{year: how many}`."""
    logged = sa.select(LogLeaf.certificate_id)
    entries = load_only(
        Certificate.issued_at, Certificate.issued_on, Certificate.number_text, Certificate.sha256, raiseload=True
    )
    query = sa.select(Certificate).where(Certificate.id.not_in(logged)).options(entries)
    query = query.order_by(Certificate.issued_at, Certificate.id)
    added: dict[int, int] = {}
    for certificate in list(db.session.scalars(query)):
        append(certificate)
        year = certificate.issued_on.year
        added[year] = added.get(year, 0) + 1
    return added


def lock_log(year: int) -> Log:
    """The log of a year, made when it is new and locked until the transaction ends.

    SQLite knows no row lock: there the unit of work itself has begun as the only writer.
    """
    query = sa.select(Log).filter_by(year=year).with_for_update().execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        insert_ignore(Log, {"year": year, "size": 0}, keys=("year",))
        found = db.session.scalars(query).one()
    return found


def sign_head(year: int) -> LogHead | None:
    """Sign the log of a year as it is now, in the caller's transaction; the head there is when nothing was added.

    None while the year has no entry. Raises what the signer raises when the key cannot be used.
    """
    log = lock_log(year)
    known = db.session.scalar(_at_size(log.id, log.size))
    if known is not None or not log.size:
        return known
    from lms.plugins.certificates import keys  # noqa: PLC0415 -- slow import

    signer = keys.statement_signer()
    root, moment = _written_tree(log).root(log.size).hex(), now()
    statement = statement_of(year=year, size=log.size, root=root, signed_at=moment)
    head = LogHead(
        log_id=log.id,
        size=log.size,
        root=root,
        signed_at=moment,
        signature=base64.b64encode(signer.sign(statement)).decode(),
        key_id=signer.key.id,
    )
    db.session.add(head)
    db.session.flush()
    return head


def proof_of(certificate: Certificate) -> Proof | None:
    """The proof against the newest head; None while no head covers the certificate, or it was never logged."""
    row = db.session.execute(
        sa.select(LogLeaf, Log.year)
        .join(Log, Log.id == LogLeaf.log_id)
        .filter(LogLeaf.certificate_id == certificate.id)
    ).first()
    return proof_of_leaf(row[0], row[1]) if row is not None else None


def proof_of_leaf(leaf: LogLeaf, year: int) -> Proof | None:
    """The same for a leaf at hand."""
    head = db.session.scalar(_newest_head(), {"log": leaf.log_id})
    if head is None or head.size <= leaf.position:
        return None
    path = _tree(leaf.log_id, head.size).inclusion(leaf.position, head.size)
    return Proof(year=year, leaf=leaf, head=head, path=tuple(step.hex() for step in path))


def consistency(log: Log, first: int, second: int) -> Consistency:
    """The proof between two sizes, 0 < first <= second <= log.size; raises ValueError for others."""
    if not 0 < first <= second <= log.size:
        raise ValueError("sizes")
    tree = _tree(log.id, second)
    return Consistency(
        first=first,
        second=second,
        first_root=tree.root(first).hex(),
        second_root=tree.root(second).hex(),
        path=tuple(step.hex() for step in tree.consistency(first, second)),
    )


def years() -> list[int]:
    """The years that have a log, the newest first."""
    return list(db.session.scalars(sa.select(Log.year).filter(Log.size > 0).order_by(Log.year.desc())))


def log_of(year: int) -> Log | None:
    """The log of a year."""
    return db.session.scalar(sa.select(Log).filter_by(year=year))


def heads_of(log_id: int, *, limit: int, size: int | None = None) -> list[LogHead]:
    """The signed heads of a log with their keys, the newest first; only the one over `size` leaves when given."""
    query = sa.select(LogHead).filter_by(log_id=log_id).options(joinedload(LogHead.key))
    if size is not None:
        query = query.filter_by(size=size)
    return list(db.session.scalars(query.order_by(LogHead.size.desc()).limit(limit)))


def is_genuine(head: LogHead, *, year: int) -> bool:
    """Whether the head's signature is that of its key."""
    statement = statement_of(year=year, size=head.size, root=head.root, signed_at=head.signed_at)
    return _is_signed(head.key, statement, head.signature)


def _is_signed(key: SignatureKey, statement: bytes, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 -- slow import
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415 -- slow import

    public = load_pem_public_key(key.public_pem.encode())
    if not isinstance(public, Ed25519PublicKey):
        return False
    try:
        public.verify(base64.b64decode(signature), statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def _at_size(log_id: int, size: int) -> sa.Select[LogHead]:
    return sa.select(LogHead).filter_by(log_id=log_id, size=size).options(joinedload(LogHead.key))


@cache
def _newest_head() -> sa.Select[LogHead]:
    """Made once: every verification page asks for it."""
    query = sa.select(LogHead).where(LogHead.log_id == sa.bindparam("log", type_=sa.Integer))
    return query.options(joinedload(LogHead.key)).order_by(LogHead.size.desc()).limit(1)


def _tree(log_id: int, size: int) -> merkle.Tree:
    """A tree with at least `size` leaves, all committed: what a rollback takes back would stay here."""
    kept = _kept(log_id)
    if len(kept.tree) < size:
        kept.tree = _grown(kept.tree, log_id)
    return kept.tree


def _written_tree(log: Log) -> merkle.Tree:
    """The tree as this transaction sees it, kept for others once it is committed."""
    kept = _kept(log.id)
    tree = _grown(kept.tree, log.id)

    def keep() -> None:
        if len(tree) > len(kept.tree):
            kept.tree = tree

    after_commit(keep)
    return tree


def _kept(log_id: int) -> _Kept:
    return remembered("certificates.log", log_id, lambda: _Kept(tree=merkle.Tree()), seconds=_FOR_EVER)


def _grown(tree: merkle.Tree, log_id: int) -> merkle.Tree:
    values: dict[str, Any] = {"log": log_id, "start": len(tree)}
    rows = db.session.execute(_leaves_from(), values).all()
    if [row.position for row in rows] != list(range(len(tree), len(tree) + len(rows))):
        raise LogDamaged("the log has a gap: run `lms certificates audit`")
    grown = tree.copy()
    grown.extend(bytes.fromhex(row.leaf_hash) for row in rows)
    return grown


@cache
def _leaves_from() -> sa.Select[int, str]:
    query = sa.select(LogLeaf.position, LogLeaf.leaf_hash).where(
        LogLeaf.log_id == sa.bindparam("log", type_=sa.Integer),
        LogLeaf.position >= sa.bindparam("start", type_=sa.Integer),
    )
    return query.order_by(LogLeaf.position)
