"""The public page that says whether a printed report is genuine; it shows no numbers."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public
from lms.plugins.reports import periods, queries
from lms.plugins.reports.views import bp

WRONG_CODES = "10 per 10 minutes"


@bp.get("/laporan/<code>")
@public
def verify(code: str) -> Any:
    """Genuine, or not found; wrong codes are limited for each browser."""
    throttle.peek("report-code", device_id(), limit=WRONG_CODES)
    report = queries.by_code(code)
    if report is None:
        throttle.hit("report-code", device_id(), limit=WRONG_CODES)
        return render_template("reports/not_found.html", host=request.host), 404, {"X-Robots-Tag": "noindex"}
    page = render_template(
        "reports/verify.html",
        report=report,
        issuer=(report.content or {}).get("issuer") or queries.issuer_of(report.organiser),
        newest=queries.newest_locked(report),
        period_name=periods.name_of(report.period),
        period_text=periods.text_of(report.period),
        host=request.host,
    )
    return page, 200, {"X-Robots-Tag": "noindex"}
