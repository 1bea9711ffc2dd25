"""Routes of downloads: every declared export as CSV and XLSX."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request, stream_with_context

from lms.core.exports.enums import FileFormat
from lms.core.exports.queries import export_by_key, may_download, rows_of
from lms.core.exports.services import record_download
from lms.core.exports.tables import write_csv, write_xlsx
from lms.core.loaders import workshop_from_url
from lms.core.permissions import USE_DASHBOARD
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.declarations import Export
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import current_actor, load_or_404, requires

bp = Blueprint("exports", __name__, url_prefix="/kelola/unduh")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<key>.<any(csv, xlsx):ending>")
@requires(USE_DASHBOARD)
def download(key: str, ending: str) -> Response:
    """A table; `workshop_id` and the export's own filters come as query arguments."""
    export, actor, filters = export_by_key(key), current_actor(), request.args.to_dict()
    workshop = _workshop(filters)
    if not may_download(export, actor=actor, access=workshop.access if workshop else None):
        abort(404 if workshop else 403)
    file_format = FileFormat(ending)
    with unit_of_work():
        workshop_id = workshop.id if workshop else None
        record_download(export=export, file_format=file_format, workshop_id=workshop_id, actor=actor)
    rows = rows_of(export, actor=actor, filters=filters)
    return _file(export, file_format, rows)


def _workshop(filters: dict[str, str]) -> Any:
    if "workshop_id" not in filters:
        return None
    typed = filters["workshop_id"]
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        abort(404)
    return load_or_404(workshop_from_url, {"workshop_id": int(typed)})


def _file(export: Export, file_format: FileFormat, rows: Any) -> Response:
    columns = export.columns()
    if file_format is FileFormat.CSV:
        response = Response(stream_with_context(write_csv(columns, rows)), mimetype="text/csv")
    else:
        response = Response(write_xlsx(str(export.label), columns, rows), mimetype=XLSX)
    day = now().astimezone(page_zone()).date()
    name = f"{export.key.replace('.', '-')}-{day.isoformat()}.{file_format.value}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
