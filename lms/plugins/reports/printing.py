"""A report as paper: its numbers turned into the texts that are printed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.i18n import clockz, number, percent, shortday
from lms.plugins.reports import figures, periods
from lms.plugins.reports.models import Report
from lms.plugins.reports.paper import HeadlineNumber, RegionalReport, RegionRow, render_report


def headline(content: dict[str, Any]) -> tuple[HeadlineNumber, ...]:
    """The five numbers of page 1."""
    planned, done = figures.total(content, "plans_total"), figures.total(content, "plans_done")
    organisations = figures.total(content, "organisations")
    return (
        HeadlineNumber(
            label=_("Organisations reached"),
            value=_shown(figures.total(content, "attended")),
            note=_("of %(total)s registered", total=_shown(organisations)),
        ),
        HeadlineNumber(
            label=_("Participants"), value=_shown(figures.total(content, "participants")), note=_("present")
        ),
        HeadlineNumber(label=_("Workshops"), value=_shown(figures.total(content, "workshops")), note=_("held")),
        HeadlineNumber(
            label=_("Gain"), value=percent(figures.mean_gain(content)), note=_("of the gap to a full score")
        ),
        HeadlineNumber(
            label=_("Plans"), value=_shown(done), note=_("of %(total)s activities done", total=_shown(planned))
        ),
    )


def pdf_of(report: Report, content: dict[str, Any]) -> bytes:
    """The PDF for the governor."""
    organiser, moment = report.organiser, now()
    return render_report(
        RegionalReport(
            title=report.title,
            period_text=f"{periods.name_of(report.period)} ({periods.text_of(report.period)})",
            issuer=organiser.name,
            letterhead=tuple(filter(None, (organiser.name, organiser.address, organiser.contact))),
            headline_numbers=headline(content),
            regions=tuple(_row(row) for row in content["regions"]),
            findings=tuple(figures.findings(content)),
            recommendations=tuple(_said(row) for row in report.recommendations),
            narrative=report.narrative,
            printed_at_text=f"{shortday(moment)}, {clockz(moment)}",
            verify_url=url_for("reports.verify", code=report.verify_code, _external=True) if report.verify_code else "",
            verify_code=report.verify_code or "",
            version_text=_("version %(number)s", number=report.version) if report.is_frozen else _("DRAFT"),
        )
    )


def _said(row: Any) -> str:
    owner = f" ({row.owner})" if row.owner else ""
    return f"{row.text}{owner}. {row.evidence}".strip()


def _shown(value: Decimal | None) -> str:
    return "–" if value is None else number(value)


def _int(value: str | None) -> int | None:
    return None if value is None else int(Decimal(value))


def _row(row: dict[str, Any]) -> RegionRow:
    return RegionRow(
        code=row["code"],
        name=row["name"],
        organisations=_int(row["organisations"]),
        organisations_attended=_int(row["attended"]),
        participants=_int(row["participants"]),
        hours_jp=_int(row["hours"]),
        gain_text=percent(Decimal(row["gain"])) if row["gain"] is not None else "–",
        plans_total=_int(row["plans_total"]),
        plans_done=_int(row["plans_done"]),
        coverage=figures.coverage(row),
    )
