"""The scanner as an app of its own on a phone at the door: a shell without data, its scripts and its manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Response, render_template
from flask_babel import gettext as _

from lms.kernel.assets import static_url
from lms.kernel.offline import keep_offline, web_manifest
from lms.kernel.permissions import public

_SCRIPTS = Path(__file__).parent / "static" / "door"
_DECODER = ("qr-scanner.min.js", "qr-scanner-worker.min.js", "qr-scanner-engine.min.js")


def _digest() -> str:
    """Twelve hex digits of all scripts: they call each other, so that they may only be kept together."""
    content = b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in sorted(_SCRIPTS.glob("*.js")))
    return hashlib.sha256(content).hexdigest()[:12]


bp = Blueprint(
    "door_app",
    __name__,
    template_folder="templates",
    static_folder=str(_SCRIPTS),
    static_url_path=f"/pintu/s/{_digest()}",
)


@bp.get("/pintu")
@public
def app() -> Response:
    """The scanner. Whom it may check in is known to its script alone, which brings the token of this phone."""
    scripts = sorted(path.name for path in _SCRIPTS.glob("*.js"))
    page = render_template("checkin/door_app.html", scripts=scripts, decoder=[_vendored(name) for name in _DECODER])
    return keep_offline(page, is_personal=False)


@bp.get("/pintu/app.webmanifest")
@public
def manifest() -> Response:
    """Installed from here, the phone opens the scanner at once."""
    return web_manifest(start="/pintu", name=_("Scanner at the door"), short_name=_("Scanner"))


def _vendored(name: str) -> str:
    """As it is asked for: the decoder's parts call each other without a version in their address."""
    address = static_url(f"vendor/qr-scanner/{name}")
    return address if name == _DECODER[0] else address.partition("?")[0]
