"""The page that checks certificates without a network: a shell that knows nobody, its scripts, and the public keys."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import gettext as _

from lms.kernel.assets import static_url
from lms.kernel.clock import now
from lms.kernel.offline import keep_offline, web_manifest
from lms.kernel.permissions import public
from lms.plugins.certificates import badge_documents, keys, words
from lms.plugins.certificates.badges.compact import ROLES, kid_of
from lms.plugins.certificates.badges.multikey import p256_jwk
from lms.plugins.certificates.views import bp, official_host

_SCRIPTS = Path(__file__).parent / "static" / "offline"
_DECODER = ("qr-scanner.min.js", "qr-scanner-worker.min.js", "qr-scanner-engine.min.js")


@cache
def _digest() -> str:
    """Twelve hex digits of all scripts: they call each other, so that they may only be kept together."""
    content = b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in sorted(_SCRIPTS.glob("*.js")))
    return hashlib.sha256(content).hexdigest()[:12]


# Only serves the scripts; the pages belong to the plugin's own blueprint.
files = Blueprint(
    "certificates_offline", __name__, static_folder=str(_SCRIPTS), static_url_path=f"/pindai/s/{_digest()}"
)


@bp.get("/v/pindai")
@public
def offline_scanner() -> Response:
    """Camera or typed address, checked in the browser; the keys come with the page."""
    page = render_template(
        "certificates/scan.html",
        scripts=sorted(path.name for path in _SCRIPTS.glob("*.js")),
        decoder=[_vendored(name) for name in _DECODER],
        keys=_keys(),
        roles=[words.ROLE_TITLES[role] for role in ROLES],
        host=official_host(),
        fingerprint="",
    )
    return keep_offline(page, is_personal=False)


@bp.get("/v/pindai/kunci.json")
@public
def offline_keys() -> Response:
    """The public keys of QR codes, for a page that was kept a while."""
    answer: Response = jsonify(_keys())
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/v/pindai/app.webmanifest")
@public
def offline_manifest() -> Response:
    """Installed from here, the phone opens the checker at once."""
    return web_manifest(start="/v/pindai", name=_("Check certificates"), short_name=_("Certificates"))


def _keys() -> dict[str, Any]:
    """Every key that signed QR codes, as WebCrypto takes it, and the day on which that was so."""
    rows = badge_documents.published_keys(keys.COMPACT)
    found = [{"kid": kid_of(row.fingerprint).hex(), **p256_jwk(row.public_pem)} for row in rows]
    return {"at": now().isoformat(timespec="seconds"), "keys": found}


def _vendored(name: str) -> str:
    """As it is asked for: the decoder's parts call each other without a version in their address."""
    address = static_url(f"vendor/qr-scanner/{name}")
    return address if name == _DECODER[0] else address.partition("?")[0]
