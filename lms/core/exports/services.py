"""Keeping track of downloads: who took which table."""

from __future__ import annotations

from lms.core.exports.enums import FileFormat
from lms.kernel import audit
from lms.kernel.declarations import Export
from lms.kernel.permissions import Actor


def record_download(*, export: Export, file_format: FileFormat, workshop_id: int | None, actor: Actor) -> None:
    """Note in the audit trail that the actor asked for this table; every time, since every copy is a new one."""
    audit.record(
        action="exports.downloaded",
        actor=actor,
        workshop_id=workshop_id,
        fields=(f"{export.key}.{file_format.value}",),
    )
