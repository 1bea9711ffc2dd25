"""The audit trail: who changed what, with names of fields and never their values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import IntPk, Model, db
from lms.kernel.permissions import Actor


class _HasId(Protocol):
    id: Mapped[int]


class AuditEntry(Model):
    """One change. Ids and field names only, so that erasing a person never breaks the trail."""

    __tablename__ = "core_audit_entry"

    id: Mapped[IntPk]
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(sa.String(60))
    account_id: Mapped[int | None] = mapped_column(sa.Integer)
    enrolment_id: Mapped[int | None] = mapped_column(sa.Integer)
    workshop_id: Mapped[int | None] = mapped_column(sa.Integer, index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(60), default="")
    subject_id: Mapped[int | None] = mapped_column(sa.Integer)
    fields: Mapped[str] = mapped_column(sa.String(500), default="")
    reason: Mapped[str] = mapped_column(sa.String(500), default="")


def record(
    *,
    action: str,
    actor: Actor,
    subject: object | None = None,
    workshop_id: int | None = None,
    fields: Sequence[str] = (),
    reason: str = "",
) -> None:
    """Add an entry to the running transaction. `action` is `owner.verb_past`; `reason` is what the actor typed."""
    db.session.add(
        AuditEntry(
            at=now(),
            action=action,
            account_id=actor.account_id,
            enrolment_id=actor.enrolment.id if actor.enrolment else None,
            workshop_id=workshop_id,
            subject_type=getattr(subject, "__tablename__", "") if subject is not None else "",
            subject_id=getattr(subject, "id", None),
            fields=",".join(fields)[:500],
            reason=reason[:500],
        )
    )


def newest() -> int:
    """The number of the newest entry, 0 before the first; one look at the end of the primary key."""
    return db.session.execute(_NEWEST).scalar() or 0


_NEWEST = sa.text("SELECT max(id) FROM core_audit_entry")


def entries(*, workshop_id: int | None = None, limit: int = 50) -> list[AuditEntry]:
    """The newest entries, of one workshop when given."""
    query = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if workshop_id is not None:
        query = query.where(AuditEntry.workshop_id == workshop_id)
    return list(db.session.scalars(query))
