"""Enrolments: a person in a workshop in one role, with what was true at registration."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.enrolments.enums import EnrolmentStatus, Source
from lms.core.people.models import Person
from lms.core.workshops.models import Workshop
from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access, Role


class Enrolment(Model):
    """A person in a workshop in one role. Organisation and position are copied, because people move."""

    __tablename__ = "core_enrolment"
    __table_args__ = (
        sa.UniqueConstraint("workshop_id", "person_id", "role"),
        sa.Index("ix_core_enrolment_workshop_role_status", "workshop_id", "role", "status"),
    )

    id: Mapped[IntPk]
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("core_workshop.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("core_person.id", ondelete="RESTRICT"), index=True)
    role: Mapped[Role] = mapped_column(str_enum(Role))
    status: Mapped[EnrolmentStatus] = mapped_column(str_enum(EnrolmentStatus), default=EnrolmentStatus.CONFIRMED)
    source: Mapped[Source] = mapped_column(str_enum(Source), default=Source.ONLINE)
    affiliation: Mapped[str] = mapped_column(sa.String(200), default="")
    affiliation_key: Mapped[str] = mapped_column(sa.String(120), default="", index=True)
    region_code: Mapped[str | None] = mapped_column(sa.String(13))  # kabupaten/kota of the organisation
    position: Mapped[str] = mapped_column(sa.String(100), default="")
    task: Mapped[str] = mapped_column(sa.String(120), default="")  # of panitia, e.g. "Registrasi"
    ticket_code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    link_version: Mapped[int] = mapped_column(sa.Integer, default=1)  # raised to revoke the personal link
    badge_version: Mapped[int] = mapped_column(sa.Integer, default=1)  # raised to revoke the badge
    form_nonce: Mapped[str | None] = mapped_column(sa.String(40), unique=True)  # a phone may send the form twice
    consent_text: Mapped[str] = mapped_column(sa.String(20), default="")  # version of the notice agreed to
    consent_at: Mapped[datetime | None]
    may_photograph: Mapped[bool] = mapped_column(default=False)
    may_contact: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime] = mapped_column(index=True)
    cancelled_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    workshop: Mapped[Workshop] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_confirmed(self) -> bool:
        return self.status is EnrolmentStatus.CONFIRMED

    @property
    def access(self) -> Access:
        base = self.workshop.access
        return Access(
            workshop_id=self.workshop_id,
            organiser_id=base.organiser_id,
            region_code=base.region_code,
            affiliation_key=self.affiliation_key,
            enrolment_ids=frozenset({self.id}),
            disabled=base.disabled,
            zone=base.zone,
        )
