"""Writes on the recommendations of a report, and the answers to them."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.core.regions.queries import region_by_code
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Actor
from lms.plugins.reports.enums import RecommendationStatus
from lms.plugins.reports.errors import ReportRefused
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.rules import (
    MAX_RECOMMENDATIONS,
    NARRATIVE_LENGTH,
    OWNER_LENGTH,
    TEXT_LENGTH,
    must_be_draft,
    within_limit,
)


def recommend(
    *, report: Report, text: str, evidence: str, owner: str, actor: Actor, region_code: str | None = None
) -> Recommendation:
    """Put a recommendation at the end. Raises ReportRefused once the report is locked."""
    must_be_draft(report)
    if len(report.recommendations) >= MAX_RECOMMENDATIONS:
        raise ReportRefused(_("A report holds %(count)s recommendations at most.", count=MAX_RECOMMENDATIONS), "text")
    position = max((row.position for row in report.recommendations), default=0) + 1
    row = Recommendation(position=position, status=RecommendationStatus.OPEN, reply="")
    _say(row, report=report, text=text, evidence=evidence, owner=owner, region_code=region_code)
    report.recommendations.append(row)
    db.session.flush()
    audit.record(action="reports.recommended", subject=report, actor=actor)
    return row


def change_recommendation(
    *,
    recommendation: Recommendation,
    text: str,
    evidence: str,
    owner: str,
    actor: Actor,
    region_code: str | None = None,
) -> None:
    """Change the words. Raises ReportRefused once the report is locked."""
    must_be_draft(recommendation.report)
    _say(
        recommendation, report=recommendation.report, text=text, evidence=evidence, owner=owner, region_code=region_code
    )
    db.session.flush()
    audit.record(action="reports.recommendation_changed", subject=recommendation, actor=actor, fields=("text",))


def drop_recommendation(*, recommendation: Recommendation, actor: Actor) -> None:
    """Take a recommendation out again. Raises ReportRefused once the report is locked."""
    must_be_draft(recommendation.report)
    audit.record(action="reports.recommendation_dropped", subject=recommendation, actor=actor)
    recommendation.report.recommendations.remove(recommendation)
    db.session.flush()


def answer(*, recommendation: Recommendation, reply: str, actor: Actor) -> None:
    """Keep the addressee's answer, also on a locked report, where it usually comes; an empty one takes it back."""
    within_limit(reply, NARRATIVE_LENGTH, "reply")
    recommendation.reply = reply.replace("\r\n", "\n").strip()
    answered = RecommendationStatus.ANSWERED if recommendation.reply else RecommendationStatus.OPEN
    recommendation.status = answered
    db.session.flush()
    audit.record(
        action="reports.recommendation_answered", subject=recommendation, actor=actor, fields=("status", "reply")
    )


def _say(row: Recommendation, *, report: Report, text: str, evidence: str, owner: str, region_code: str | None) -> None:
    if not text:
        raise ReportRefused(_("Write what you recommend."), "text")
    for value, limit, field in ((text, TEXT_LENGTH, "text"), (evidence, TEXT_LENGTH, "evidence"),
                                (owner, OWNER_LENGTH, "owner")):  # fmt: skip
        within_limit(value, limit, field)
    row.text, row.evidence, row.owner, row.region_code = text, evidence, owner, _region(report, region_code)


def _region(report: Report, code: str | None) -> str | None:
    """A kabupaten or kota of the report's province, or None for all of it."""
    if not code:
        return None
    try:
        found = region_by_code(code)
    except NotFound:
        found = None
    if found is None or found.parent_code != report.province_code:
        raise ReportRefused(_("Choose a kabupaten or kota of this report."), "region_code")
    return found.code
