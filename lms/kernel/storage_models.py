"""The register of stored files: what must exist, and with which bytes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import Model


class StoredFileRow(Model):
    """One stored file, written in the transaction that stores it; `doctor` and `backup` read it."""

    __tablename__ = "core_stored_file"

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    content_type: Mapped[str] = mapped_column(sa.String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)
