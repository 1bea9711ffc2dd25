"""The xAPI file of a workshop for its committee."""

from __future__ import annotations

from flask import Response, request, stream_with_context

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel import audit
from lms.kernel.db import unit_of_work
from lms.kernel.downloads import name_file
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import xapi
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.rest_openapi import JSON_LINES
from lms.plugins.quiz.staff_views import WORKSHOP
from lms.plugins.quiz.views import bp


@bp.get(f"{WORKSHOP}/hasil/xapi.jsonl")
@requires(MANAGE, on=workshop_from_url)
def xapi_file(workshop: Workshop) -> Response:
    """A statement a line; `?jawaban=1` adds what people wrote in their own words."""
    with unit_of_work():
        audit.record(
            action="exports.downloaded", actor=current_actor(), workshop_id=workshop.id, fields=("quiz.xapi.jsonl",)
        )
    lines = xapi.lines(workshop, has_texts=request.args.get("jawaban") == "1")
    response = Response(stream_with_context(lines), mimetype=JSON_LINES)
    name_file(response, f"xapi-{workshop.slug}.jsonl")
    response.headers["Cache-Control"] = "private, no-store"
    return response
