"""Routes for everybody: the transparency log, its signed heads, and proofs as JSON."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.errors import NotFound
from lms.kernel.limits import device_id, throttle
from lms.kernel.permissions import public
from lms.kernel.rest import Problems
from lms.plugins.certificates import ledger, lookup
from lms.plugins.certificates.record_models import Log, LogHead
from lms.plugins.certificates.verify_views import fingerprint_words
from lms.plugins.certificates.views import WRONG_CODES, bp, official_host

HEADS_SHOWN = 50
_LAST_YEAR = 9999
_problems = Problems(
    titles={"wrong_size": _l("These sizes are not in the log"), "not_logged": _l("Not in the log yet")},
    details={},
    unreadable="",
)


@bp.get("/v/log")
@public
def log() -> Any:
    """The log of the newest year; an explanation while there is none."""
    years = ledger.years()
    if years:
        return redirect(url_for("certificates.log_year", year=years[0]), 303)
    return render_template("certificates/log.html", year=None, years=(), log=None, heads=(), host=official_host())


@bp.get("/v/log/<int:year>")
@public
def log_year(year: int) -> str:
    """Size, newest head, earlier heads, and how to check them."""
    found = _log(year)
    heads = ledger.heads_of(found.id, limit=HEADS_SHOWN)
    return render_template(
        "certificates/log.html",
        year=year,
        years=ledger.years(),
        log=found,
        heads=heads,
        fingerprint_words=fingerprint_words,
        host=official_host(),
    )


@bp.get("/v/log/<int:year>/kepala.json")
@public
def log_head(year: int) -> Response:
    """The newest signed head, or the one over `?ukuran=` leaves."""
    found = _known_log(year)
    size = request.args.get("ukuran", type=int)
    is_possible = found is not None and (size or 0) <= found.size
    heads = ledger.heads_of(found.id, limit=1, size=size) if found is not None and is_possible else []
    if not heads:
        return _problems.answer("not_found", 404, _("There is no signed head of this log and size."))
    return _open(head_json(heads[0], year=year))


@bp.get("/v/log/<int:year>/bukti.json")
@public
def log_consistency(year: int) -> Response:
    """That the log of `?ke=` leaves begins with the one of `?dari=` leaves."""
    found = _known_log(year)
    if found is None:
        return _problems.answer("not_found", 404, _("There is no log of this year."))
    try:
        first, second = int(request.args.get("dari", "")), int(request.args.get("ke", ""))
        proof = ledger.consistency(found, first, second)
    except ValueError:
        detail = _(
            "Write ?dari=A&ke=B with whole numbers, A from 1 to B and B at most %(size)s.",
            size=found.size,
        )
        return _problems.answer("wrong_size", 400, detail)
    return _open(
        {
            "year": year,
            "first_size": proof.first,
            "second_size": proof.second,
            "first_root": proof.first_root,
            "second_root": proof.second_root,
            "consistency_path": proof.path,
        }
    )


@bp.get("/v/<code>/bukti.json")
@public
def log_inclusion(code: str) -> Response:
    """That the certificate of a code is in the log."""
    throttle.peek("certificate-code", device_id(), limit=WRONG_CODES)
    found = lookup.checked(code)
    if found is None:
        throttle.hit("certificate-code", device_id(), limit=WRONG_CODES)
        return _problems.answer("not_found", 404, _("Nobody has this code."))
    proof = found.proof
    if proof is None:
        detail = (
            _("Ask again in a moment: the next signed head covers it.")
            if found.is_logged
            else _("This certificate was issued before there was a log.")
        )
        return _problems.answer("not_logged", 404, detail)
    return _open(
        {
            "leaf_index": proof.leaf.position,
            "entry": proof.leaf.entry,
            "leaf_hash": proof.leaf.leaf_hash,
            "audit_path": proof.path,
            "head": head_json(proof.head, year=proof.year),
        }
    )


def head_json(head: LogHead, *, year: int) -> dict[str, Any]:
    """A signed head with everything that checking its signature needs."""
    statement = ledger.statement_of(year=year, size=head.size, root=head.root, signed_at=head.signed_at)
    return {
        "log": url_for("certificates.log_year", year=year, _external=True),
        "year": year,
        "tree_size": head.size,
        "root_hash": head.root,
        "signed_at": ledger.utc_text(head.signed_at),
        "statement": statement.decode(),
        "signature": head.signature,
        "key": {
            "algorithm": head.key.algorithm,
            "fingerprint": head.key.fingerprint,
            "public_pem": head.key.public_pem,
        },
    }


def _known_log(year: int) -> Log | None:
    return ledger.log_of(year) if year <= _LAST_YEAR else None


def _log(year: int) -> Log:
    found = _known_log(year)
    if found is None or not found.size:
        raise NotFound
    return found


def _open(body: dict[str, Any]) -> Response:
    """Any site may read it, and nobody keeps it: the log grows."""
    answer = jsonify(body)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
