"""Loaders for `@requires(..., on=...)`: from URL arguments to reports, also as their reader sees them."""

from __future__ import annotations

from lms.kernel.permissions import current_actor
from lms.plugins.reports import queries
from lms.plugins.reports.models import Recommendation, Report
from lms.plugins.reports.queries import Reading


def reading_from_url(report_id: int) -> Reading:
    """What the visitor may read of a report."""
    return queries.reading_of(queries.report_by_id(report_id), current_actor())


def report_from_url(report_id: int) -> Report:
    """Any report, to be edited."""
    return queries.report_by_id(report_id)


def recommendation_from_url(recommendation_id: int) -> Recommendation:
    """Any recommendation."""
    return queries.recommendation_by_id(recommendation_id)
