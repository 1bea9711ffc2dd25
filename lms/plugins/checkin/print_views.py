"""Routes for everybody: is this attendance sheet, or this PDF of it, the one that was printed?"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms.kernel.headers import max_body
from lms.kernel.installation import settings
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public
from lms.kernel.tokens import CODE_ALPHABET, clean_code
from lms.plugins.checkin import paper_queries, prints
from lms.plugins.checkin.documents import GROUPS, days_of
from lms.plugins.checkin.paper_models import PrintedSheet
from lms.plugins.schedule.api import Session, sessions_of

bp = Blueprint("prints", __name__, template_folder="templates")
WRONG_CODES = "20 per minute"
_LONGEST = 40  # characters of a typed code that are looked at
_LARGEST = 20_000_000  # bytes of a PDF; a sheet of 1,000 rows with signatures has 3 million
_CHUNK = 262_144


@bp.get("/dh")
@public
def lookup() -> Any:
    """The form for a code; a typed code leads to its page."""
    code = clean_code(request.args.get("kode", ""))[:_LONGEST]
    if code:
        return redirect(url_for("prints.verify", code=code), 303)
    return _unlisted(_lookup_page("", ""))


@bp.get("/dh/<code>")
@public
def verify(code: str) -> Any:
    """What this print is: sheet, version, counts and hashes, never a name. An unknown code answers 404."""
    found = _of_code(code)
    if found is None:
        return _unknown(code)
    return _unlisted(_page(found, outcome=""))


@bp.post("/dh/<code>")
@max_body(_LARGEST)
@public
def compare(code: str) -> Any:
    """Whether a PDF is, byte for byte, the one that was printed. It is read once and not kept."""
    found = _of_code(code)
    if found is None:
        return _unknown(code)
    upload = request.files.get("berkas")
    if upload is None or not upload.filename:
        return _unlisted(_page(found, outcome="empty"), 422)
    digest = hashlib.sha256()
    while chunk := upload.stream.read(_CHUNK):
        digest.update(chunk)
    return _unlisted(_page(found, outcome="same" if digest.hexdigest() == found.file_hash else "different"))


def _of_code(code: str) -> PrintedSheet | None:
    """The print of a code; wrong ones spend the budget of this browser."""
    throttle.peek("sheet-code", device_id(), limit=WRONG_CODES)
    found = paper_queries.print_by_code(clean_code(code)[:_LONGEST])
    if found is None:
        throttle.hit("sheet-code", device_id(), limit=WRONG_CODES)
    else:
        g.lms_zone = found.workshop.zone
    return found


def _unknown(code: str) -> Response:
    typed = clean_code(code)[:_LONGEST]
    return _unlisted(_lookup_page(typed, hint_for(typed)), 404)


def hint_for(typed: str) -> str:
    """What is probably wrong with a code that no print has."""
    foreign = next((char for char in typed if char not in CODE_ALPHABET), "")
    if foreign:
        return _("Codes have no O, I, L, 0 or 1, and no %(char)s. Look at it again.", char=foreign)
    if len(typed) != prints.CODE_LENGTH:
        return _("This code has %(count)s characters, it should have 12.", count=len(typed))
    return _("Compare it letter by letter with the one at the foot of the sheet.")


def _lookup_page(typed: str, hint: str) -> str:
    return render_template("checkin/print_lookup.html", typed=typed, hint=hint, host=_host())


def _page(found: PrintedSheet, *, outcome: str) -> str:
    day = next((row for row in days_of(found.workshop) if row.number == found.day), None)
    return render_template(
        "checkin/print.html",
        sheet=found,
        day=day,
        session=_session(found),
        group=GROUPS[found.role],
        is_blank=found.mode.startswith("blank"),
        newest=paper_queries.newest_of(found),
        hash=prints.short_hash(found),
        code=prints.spaced(found.code),
        outcome=outcome,
        host=_host(),
    )


def _session(found: PrintedSheet) -> Session | None:
    """The session of the sheet; None for a whole day, and where it was taken off the agenda since."""
    return next((row for row in sessions_of(found.workshop_id) if row.id == found.session_ref), None)


def _host() -> str:
    """The domain that the page names, since fakes copy pages but not addresses."""
    return urlsplit(settings().base_url).netloc


def _unlisted(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
