"""The route of the log of scans."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.permissions import requires
from lms.plugins.checkin import board
from lms.plugins.checkin import log as scan_log
from lms.plugins.checkin.enums import FLAG_LABELS
from lms.plugins.checkin.exports import EXPORTS
from lms.plugins.checkin.log import LogFilter
from lms.plugins.checkin.pages import bp
from lms.plugins.checkin.permissions import MANAGE

_FILTERS = ("sesi", "putusan", "tanda", "q")


@bp.get("/catatan")
@requires(MANAGE, on=workshop_from_url)
def log(workshop: Workshop) -> str:
    """Every scan, whatever it led to, with filters; the download takes the same filters."""
    asked = LogFilter.read(request.args)
    typed: dict[str, Any] = {name: request.args[name] for name in _FILTERS if request.args.get(name)}
    downloads = {
        ending: url_for("exports.download", key=EXPORTS[0].key, ending=ending, workshop_id=workshop.id, **typed)
        for ending in ("xlsx", "csv")
    }
    return render_template(
        "checkin/log.html",
        workshop=workshop,
        session=None,
        sessions=board.choices(workshop.id),
        page=scan_log.page(workshop.id, asked, number=request.args.get("page", 1, type=int)),
        asked=asked,
        verdicts=scan_log.VERDICTS,
        directions=scan_log.DIRECTIONS,
        flags=FLAG_LABELS,
        downloads=downloads,
    )
