"""The staff search over everything that plugins offer."""

from __future__ import annotations

from flask import Blueprint, render_template

from lms.core.permissions import USE_DASHBOARD
from lms.kernel.permissions import current_actor, requires
from lms.kernel.registry import registry
from lms.kernel.web import typed_search

bp = Blueprint("search", __name__)
MIN_LENGTH = 3
PER_SOURCE = 10


@bp.get("/kelola/cari")
@requires(USE_DASHBOARD)
def index() -> str:
    """Results by source; at least three letters."""
    text = typed_search()
    groups = []
    if len(text) >= MIN_LENGTH:
        actor = current_actor()
        for source in registry().search_sources:
            hits = source.search(text, actor=actor, limit=PER_SOURCE)
            if hits:
                groups.append((source.label, hits))
    return render_template("search/index.html", text=text, groups=groups, min_length=MIN_LENGTH)
