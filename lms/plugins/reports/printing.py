"""A report as paper: its numbers turned into the texts that are printed."""

from __future__ import annotations

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.core.regions.queries import labels_of
from lms.kernel.clock import now
from lms.kernel.i18n import clockz, number, percent, shortday
from lms.plugins.reports import findings, periods
from lms.plugins.reports.figures import Figures, Row
from lms.plugins.reports.models import Recommendation
from lms.plugins.reports.paper import HeadlineNumber, RegionalReport, RegionRow, render_report
from lms.plugins.reports.queries import Reading


def headline(figures: Figures) -> tuple[HeadlineNumber, ...]:
    """The five numbers of page 1."""
    total = figures.total
    return (
        HeadlineNumber(
            label=_("Organisations reached"),
            value=shown(total.attended),
            note=_("of %(total)s registered, %(percent)s", total=shown(total.organisations),
                   percent=percent(total.coverage)),
        ),
        HeadlineNumber(
            label=_("Participants present"),
            value=shown(total.participants),
            note=_("%(count)s certificates issued", count=shown(total.certificates)),
        ),
        HeadlineNumber(
            label=_("Workshops held"), value=shown(total.workshops), note=_("%(hours)s JP", hours=shown(total.hours))
        ),
        HeadlineNumber(label=_("Gain"), value=gain_text(total.gain), note=_("of the gap to a full score")),
        HeadlineNumber(
            label=_("Planned activities done"),
            value=percent(total.follow_up),
            note=_("%(done)s of %(total)s", done=shown(total.plans_done), total=shown(total.plans_total)),
        ),
    )  # fmt: skip


def pdf_of(reading: Reading) -> bytes:
    """The PDF for the governor. A reader of some regions gets an extract, which no code vouches for."""
    report, moment = reading.report, now()
    code = report.verify_code if reading.is_whole else None
    return render_report(
        RegionalReport(
            title=report.title,
            period_text=f"{periods.name_of(report.period)} ({periods.text_of(report.period)}){_extract(reading)}",
            issuer=reading.issuer["name"],
            letterhead=(reading.issuer["name"], *reading.issuer["lines"]),
            headline_numbers=headline(reading.figures),
            regions=tuple(_row(row) for row in reading.figures.rows),
            findings=tuple(findings.sentences(reading.figures)),
            recommendations=_said(reading.recommendations),
            narrative=reading.narrative,
            printed_at_text=f"{shortday(moment)}, {clockz(moment)}",
            verify_url=url_for("reports.verify", code=code, _external=True) if code else "",
            verify_code=code or "",
            version_text=version_text(reading),
            is_demo=reading.is_demo,
            locale=str(get_locale() or "id"),
        )
    )


def version_text(reading: Reading) -> str:
    """ "version 2", or that it is only a draft."""
    report = reading.report
    return _("version %(number)s", number=report.version) if report.is_frozen else _("DRAFT")


def shown(value: int | None) -> str:
    """A count, or a dash for what nobody counts."""
    return "–" if value is None else number(value)


def gain_text(value: object) -> str:
    """ "0,54", or a dash."""
    return "–" if value is None else number(value, 2)  # type: ignore[arg-type]


def _extract(reading: Reading) -> str:
    if reading.is_whole:
        return ""
    names = ", ".join(row.name for row in reading.figures.rows)
    return " · " + _("extract: %(names)s", names=names)


def _said(items: list[Recommendation]) -> tuple[str, ...]:
    labels = labels_of(item.region_code for item in items if item.region_code)
    return tuple(_sentence(item, labels.get(item.region_code or "", "")) for item in items)


def _sentence(item: Recommendation, region: str) -> str:
    around = "; ".join(part for part in (region, item.owner) if part)
    said = f"{item.text.rstrip('.')}{f' ({around})' if around else ''}."
    return f"{said} {item.evidence}".strip()


def _row(row: Row) -> RegionRow:
    numbers = row.numbers
    return RegionRow(
        code=row.code,
        name=row.name,
        organisations=numbers.organisations,
        organisations_attended=numbers.attended,
        participants=numbers.participants,
        hours_jp=numbers.hours,
        gain_text=gain_text(numbers.gain),
        plans_total=numbers.plans_total,
        plans_done=numbers.plans_done,
        coverage=numbers.coverage,
    )
