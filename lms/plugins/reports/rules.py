"""The rules that every write on a report keeps."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.plugins.reports.errors import ReportRefused
from lms.plugins.reports.models import Report

TITLE_LENGTH = 200
NARRATIVE_LENGTH = 4_000
TEXT_LENGTH = 500
OWNER_LENGTH = 120
MAX_RECOMMENDATIONS = 20


def must_be_draft(report: Report) -> None:
    """Raises ReportRefused when the report is locked."""
    if report.is_frozen:
        raise ReportRefused(_("This report is locked. Make a new version to change it."))


def within_limit(text: str, limit: int, field: str) -> None:
    """Raises ReportRefused on `field` when `text` has more than `limit` characters."""
    if len(text) > limit:
        raise ReportRefused(_("Use at most %(count)s characters.", count=limit), field)
