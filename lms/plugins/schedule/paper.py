"""The agenda on paper: plain data in, PDF bytes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from flask_babel import gettext as _

from lms.kernel.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "typst" / "agenda.typ"


@dataclass(frozen=True, kw_only=True)
class AgendaRow:
    """One slot; `time_text` is "08.30–09.15"; `is_break` rows are set quietly."""

    time_text: str
    title: str
    jp: int
    speaker: str
    room: str
    is_break: bool = False


@dataclass(frozen=True, kw_only=True)
class AgendaDay:
    """One day with its rows in order of time."""

    heading: str
    rows: tuple[AgendaRow, ...]


@dataclass(frozen=True, kw_only=True)
class AgendaPaper:
    """Everything the agenda prints."""

    title: str
    dates_text: str
    place: str
    letterhead: tuple[str, ...]
    days: tuple[AgendaDay, ...]
    jp_total: int
    printed_at_text: str
    is_demo: bool = False
    locale: str = "id"
    labels: Mapping[str, str] = field(default_factory=dict)


def render_agenda(paper: AgendaPaper, *, moment: datetime | None = None) -> bytes:
    """A4 portrait PDF, one table per day.

    The same paper and `moment` (aware; the date in the file) give the same bytes.
    """
    return typeset(
        _TEMPLATE, data={**asdict(paper), "labels": {**_labels(), **paper.labels}}, moment=moment, lenient=True
    )


def _labels() -> dict[str, str]:
    return {
        "heading": _("AGENDA"),
        "time": _("Time"),
        "title": _("Session"),
        "jp": _("JP"),
        "speaker": _("Speaker"),
        "room": _("Room"),
        "total": _("Total training hours (JP)"),
        "printed": _("Printed from the system, %(moment)s", moment="{moment}"),
        "page_of": _("of"),
        "demo": _("Sample data"),
    }
