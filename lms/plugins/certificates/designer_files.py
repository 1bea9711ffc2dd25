"""The designer's scripts under an address that carries one hash, and the fonts that papers are printed with."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, url_for

from lms.kernel.assets import FOREVER
from lms.kernel.permissions import public
from lms.plugins.certificates.views import bp

_SCRIPTS = Path(__file__).parent / "static" / "designer"
_FONTS = Path(__file__).parents[2] / "typst" / "fonts"
# A font of a design -> the file's first part; what it lacks comes from the fonts after it.
_FAMILIES = {
    "sans": "PlusJakartaSans",
    "serif": "LokakaryaSerif",
    "display": "LokakaryaDisplay",
    "latin": "LokakaryaLatin",
}
_FILE = re.compile(r"(\w+)-(\d{3}|Regular|Bold)(i?)\.(?:ttf|otf)")
_WEIGHTS = {"Regular": "400", "Bold": "700"}


def _digest() -> str:
    """Twelve hex digits of all scripts: they call each other, so that they may only be kept together."""
    files = sorted(path for path in _SCRIPTS.iterdir() if path.is_file())
    content = b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in files)
    return hashlib.sha256(content).hexdigest()[:12]


files = Blueprint(
    "certificates_designer",
    __name__,
    static_folder=str(_SCRIPTS),
    static_url_path=f"/certificates/d/{_digest()}",
)


def families() -> dict[str, str]:
    """`{font of a design: CSS families}`, with what browsers have where ours is not there."""
    plain = {"sans": "sans-serif", "serif": "serif", "display": "serif"}
    return {key: f'"Cetak {key}", "Cetak serif", "Cetak latin", {last}' for key, last in plain.items()}


def faces() -> list[dict[str, str]]:
    """What the browser must know of each font file; it fetches those that a design uses."""
    found = []
    for path in sorted(_FONTS.iterdir()):
        match = _FILE.fullmatch(path.name)
        family = next((key for key, name in _FAMILIES.items() if match and match[1] == name), None)
        if match and family:
            weight = _WEIGHTS.get(match[2], match[2])
            style = "italic" if match[3] else "normal"
            address = url_for("certificates.font", filename=path.name, v=_version(path))
            found.append({"family": f"Cetak {family}", "weight": weight, "style": style, "address": address})
    return found


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@bp.get("/certificates/huruf/<filename>")
@public
def font(filename: str) -> Response:
    """A font of the papers; all of them are free to share (OFL)."""
    if not _FILE.fullmatch(filename) or not (_FONTS / filename).is_file():
        abort(404)
    answer = Response((_FONTS / filename).read_bytes(), mimetype="font/ttf")
    answer.headers["Cache-Control"] = FOREVER
    return answer
