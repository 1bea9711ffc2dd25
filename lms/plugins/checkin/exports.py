"""The log of scans as a table for download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.exports.api import Column, ColumnKind
from lms.kernel.declarations import Export
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import Actor
from lms.plugins.checkin import log, wording
from lms.plugins.checkin.log import LogFilter, LogLine
from lms.plugins.checkin.permissions import MANAGE
from lms.plugins.checkin.wording import reason


def _columns() -> Sequence[Column]:
    return (
        Column("number", _("No."), ColumnKind.NUMBER),
        Column("session", _("Session")),
        Column("name", _("Name")),
        Column("organisation", _("Organisation")),
        Column("direction", _("Coming or leaving")),
        Column("verdict", _("Verdict")),
        Column("reason", _("Reason")),
        Column("counted_time", _("Time that counts")),
        Column("device_time", _("Clock of the device")),
        Column("server_time", _("Arrived at the server")),
        Column("skew", _("Device ahead by (seconds)"), ColumnKind.NUMBER),
        Column("method", _("Method")),
        Column("device", _("Device")),
        Column("staff", _("Scanned by")),
        Column("flags", _("Worth a look")),
        Column("answer", _("Answer at the door")),
        Column("correction", _("Correction")),
        Column("undone_by", _("Taken back by")),
        Column("undone_at", _("Taken back at")),
        Column("undone_reason", _("Why it was taken back")),
    )


def _rows(*, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    for line in log.every(int(filters["workshop_id"]), LogFilter.read(filters)):
        yield _row(line)


def _row(line: LogLine) -> Sequence[object]:
    undone = line.undone
    return (
        line.scan_id,
        line.session,
        line.name,
        line.affiliation,
        str(log.DIRECTIONS[line.direction]),
        str(log.VERDICTS[line.verdict]),
        reason(line.reason) if line.reason else line.note,
        _exact(line.at),
        _exact(line.client_time),
        _exact(line.server_time),
        line.skew_seconds,
        wording.method(line.method),
        line.device,
        line.who,
        ", ".join(wording.flag(flag) for flag in line.flags),
        line.answer,
        line.correction,
        undone.who if undone else "",
        _exact(undone.at) if undone else "",
        undone.why if undone else "",
    )


def _exact(moment: datetime | None) -> str:
    """To the second, in the zone of the workshop; as text, since spreadsheets drop the seconds."""
    return moment.astimezone(page_zone()).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


EXPORTS = (Export(key="checkin.scans", label=_l("Log of scans"), permission=MANAGE, columns=_columns, rows=_rows),)
