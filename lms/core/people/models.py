"""People: participants, speakers and committee members, with or without an account."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.people import names
from lms.core.people.enums import Gender
from lms.kernel.db import IntPk, Model, str_enum


class Person(Model):
    """A human being. The phone number is a contact and not a key: two people of a small home may share one."""

    __tablename__ = "core_person"

    id: Mapped[IntPk]
    full_name: Mapped[str] = mapped_column(sa.String(names.NAME_LENGTH))  # as wanted on the certificate, no titles
    title_front: Mapped[str] = mapped_column(sa.String(names.FRONT_LENGTH), default="")
    title_back: Mapped[str] = mapped_column(sa.String(names.BACK_LENGTH), default="")
    gender: Mapped[Gender | None] = mapped_column(str_enum(Gender, 1))
    phone_e164: Mapped[str | None] = mapped_column(sa.String(16), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(254))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_account.id", ondelete="SET NULL"), unique=True)
    search_name: Mapped[str] = mapped_column(sa.String(names.KEY_LENGTH), index=True)  # names.search_key(full_name)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    @property
    def formal_name(self) -> str:
        """ "Dra. Hj. Ratna Wulandari, M.Si."."""
        return names.formal_name(self.title_front, self.full_name, self.title_back)

    @property
    def initials(self) -> str:
        return names.initials(self.full_name)
