"""Administrative regions of Indonesia, from province to village."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.regions.enums import RegionKind
from lms.kernel.db import Model, str_enum


class Region(Model):
    """A region by its Kemendagri code with dots ("61.71.05.1001"). A code that was ever loaded is never deleted."""

    __tablename__ = "core_region"

    code: Mapped[str] = mapped_column(sa.String(13), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[RegionKind] = mapped_column(str_enum(RegionKind))
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("core_region.code"), index=True)
    bps_code: Mapped[str | None] = mapped_column(sa.String(10))
    postal_code: Mapped[str | None] = mapped_column(sa.String(5))
    timezone: Mapped[str | None] = mapped_column(sa.String(40))  # provinces only; zones.py derives it for the others
    valid_from: Mapped[date | None]  # since when the name or kind is in force, where the loader was told
    search_name: Mapped[str] = mapped_column(sa.String(200), index=True)  # names.search_key(name)

    @property
    def level(self) -> int:
        """1 province, 2 kabupaten/kota, 3 kecamatan, 4 desa/kelurahan."""
        return self.code.count(".") + 1
