"""Static files: hashed style sheets, icons, addresses that change with the content, and their compressed form."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

from flask import Flask, Response, current_app, g, redirect, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as BaseResponse

from lms.kernel.compression import MIN_SIZE, accepts_gzip
from lms.kernel.permissions import public

STATIC = Path(__file__).resolve().parents[1] / "static"
# Phones in a hall load `phone` alone, a running quiz adds `quiz`; richer pages for participants and the public add
# `pages`, which they then have.
STYLES = {
    "bundle": ("tokens", "base", "components", "quiz", "pages", "staff", "paper", "print", "extra"),
    "phone": ("tokens", "base", "components", "print", "extra"),
    "quiz": ("quiz",),
    "pages": ("quiz", "pages"),
}
FOREVER = "public, max-age=31536000, immutable"
FOR_A_WHILE = "public, max-age=3600"
_EXTENSION, _CARRIED = "lms_assets", "lms_carried_icons"
_TEXT = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
_TYPES = {".js": "text/javascript", ".woff2": "font/woff2", ".md": "text/plain", ".svg": "image/svg+xml"}
_SHEET = re.compile(r"([a-z]+)(-lite)?-([0-9a-f]{12})\.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SYMBOL = re.compile(r'(<symbol id="([^"]+)".*?</symbol>)')
_CARRIED_NAME = re.compile(r'<use href="#i-([a-z0-9-]+)"')
_INDENT = re.compile(r"\n\s*")
_FONT = re.compile(r"@font-face \{[^}]*url\([^}]*\}")
_RELATIVE = re.compile(r'url\("\.\./([^"]+)"\)')


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    data: bytes
    mimetype: str

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits of the content."""
        return hashlib.sha256(self.data).hexdigest()[:12]

    @cached_property
    def packed(self) -> bytes | None:
        """The gzip form, made once; None where it would not help."""
        if len(self.data) < MIN_SIZE or not self.mimetype.startswith(_TEXT):
            return None
        return gzip.compress(self.data, compresslevel=9, mtime=0)


@dataclass
class Assets:
    """The static files of one process, read once each; with `is_live` at every use, for development."""

    is_live: bool = False
    addresses: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _files: dict[str, Asset] = field(default_factory=dict)

    def file(self, folder: Path, name: str) -> Asset:
        """The file `name` below `folder`; raises NotFound, also for a path that leads out of it."""
        path = safe_join(str(folder), name)
        if path is None:
            raise NotFound
        found = self._files.get(path)
        if found is None or self.is_live:
            try:
                data = Path(path).read_bytes()
            except OSError:
                raise NotFound from None
            found = self._files[path] = Asset(data, _mimetype(name))
        return found

    def sheet(self, name: str = "bundle", *, with_fonts: bool = True) -> Asset:
        """Several style sheets as one; without the web font for visitors who save data."""
        key = f"{name}:{with_fonts}"
        found = self._files.get(key)
        if found is None or self.is_live:
            text = "\n".join((STATIC / "css" / f"{part}.css").read_text() for part in STYLES[name])
            text = _pack(text if with_fonts else _FONT.sub("", text, count=1))
            found = self._files[key] = Asset(_RELATIVE.sub(self._versioned, text).encode(), "text/css")
        return found

    def symbols(self) -> dict[str, str]:
        """`{name: <symbol>}` of the sprite, for pages that carry their icons themselves."""
        return _symbols(self.file(STATIC, "icons.svg").data)

    def _versioned(self, match: re.Match[str]) -> str:
        return f'url("{match[1]}?v={self.file(STATIC, match[1]).digest}")'


@lru_cache(maxsize=2)
def _symbols(sprite: bytes) -> dict[str, str]:
    return {name: whole for whole, name in _SYMBOL.findall(sprite.decode())}


def _pack(css: str) -> str:
    """Without comments and most spaces; `--D: ;` keeps its space, which older browsers want."""
    text = _INDENT.sub("\n", _COMMENT.sub("", css)).strip()
    return re.sub(r": (?![;])", ":", re.sub(r"\s*([{}])\s*", r"\1", text)).replace("; ", ";").replace(", ", ",")


def _mimetype(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _assets() -> Assets:
    found = current_app.extensions[_EXTENSION]
    assert isinstance(found, Assets)
    return found


def static_url(path: str, owner: str = "") -> str:
    """The address of a static file of the product or of the plugin `owner`, good until its content changes."""
    assets = _assets()
    key = (request.script_root, owner, path)
    found = assets.addresses.get(key)
    if found is None or assets.is_live:
        folder, endpoint = STATIC, "static"
        if owner:
            folder, endpoint = Path(current_app.blueprints[owner].static_folder or ""), f"{owner}.static"
        found = assets.addresses[key] = url_for(endpoint, filename=path, v=assets.file(folder, path).digest)
    return found


def css_url(name: str = "bundle") -> str:
    """The address of a style sheet of `STYLES`, the light one for `Save-Data: on`."""
    saves = request.headers.get("Save-Data", "").lower() == "on"
    digest = _assets().sheet(name, with_fonts=not saves).digest
    return url_for("static", filename=f"{name}{'-lite' if saves else ''}-{digest}.css")


def icon(name: str, cls: str = "") -> Markup:
    """An icon of the sprite; it is decoration, the word beside it speaks."""
    return _icon(icon_address(name), f"icon {cls}".rstrip())


def icon_address(name: str) -> str:
    """Where `<use>` finds an icon: in the sprite, or in this very page where it carries its own."""
    carried = g.get(_CARRIED)
    if carried is None:
        return f"{static_url('icons.svg')}#{name}"
    carried[name] = None
    return f"#i-{name}"


def carry_icons() -> None:
    """From here on the page brings its few icons itself, so that a phone need not fetch all of them."""
    g.setdefault(_CARRIED, {})


def carries_icons() -> bool:
    """Whether this page brings its icons itself."""
    return _CARRIED in g


def carry_icons_of(html: str) -> None:
    """Bring the icons of a part that was rendered earlier, where the page brings its own."""
    if carries_icons():
        g.get(_CARRIED).update(dict.fromkeys(_CARRIED_NAME.findall(html)))


def carried_icons() -> Markup:
    """The icons that the page has used so far; for its end. Empty where it uses the sprite."""
    names = g.get(_CARRIED)
    if not names:
        return Markup("")
    symbols = _assets().symbols()
    return Markup('<svg class="vh" aria-hidden="true">{}</svg>').format(
        Markup("".join(symbols[name].replace(f'id="{name}"', f'id="i-{name}"', 1) for name in names))
    )


@lru_cache(maxsize=1024)  # a long page shows the same few icons hundreds of times
def _icon(address: str, cls: str) -> Markup:
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>').format(cls, address)


@public
def serve(filename: str) -> Response:
    """A static file of the product; for good where its address carries its hash."""
    if (match := _SHEET.fullmatch(filename)) and match[1] in STYLES:
        # A page from before an update asks for yesterday's sheet: today's beats none, but is not kept under that name.
        asset = _assets().sheet(match[1], with_fonts=match[2] is None)
        return _answer(asset, is_exact=match[3] == asset.digest)
    asset = _assets().file(STATIC, filename)
    return _answer(asset, is_exact=request.args.get("v") == asset.digest)


@public
def favicon() -> BaseResponse:
    """Some browsers and link previews ask for this name, whatever the page says."""
    response = redirect(static_url("favicon.svg"))
    response.headers["Cache-Control"] = FOR_A_WHILE
    return response


def _answer(asset: Asset, *, is_exact: bool) -> Response:
    packed = asset.packed if accepts_gzip() else None
    response = Response(packed or asset.data, mimetype=asset.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    if asset.packed:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = FOREVER if is_exact else FOR_A_WHILE
    response.set_etag(asset.digest, weak=True)
    response.make_conditional(request)
    return response


def _plugin_files(response: Response) -> Response:
    """Flask serves the folders of plugins through views of its own; their answers get the same care as ours."""
    if not (request.endpoint or "").endswith(".static") or response.status_code != 200:
        return response
    folder = Path(current_app.blueprints[request.blueprint or ""].static_folder or "")
    asset = _assets().file(folder, (request.view_args or {})["filename"])
    response.close()
    return _answer(asset, is_exact=request.args.get("v") == asset.digest)


def init_assets(app: Flask) -> None:
    """Take over Flask's static route and give templates addresses of files, style sheets and icons."""
    assets = app.extensions[_EXTENSION] = Assets(is_live=app.debug)
    for name in STYLES:
        assets.sheet(name)
    app.view_functions["static"] = serve
    app.add_url_rule("/favicon.ico", "favicon", favicon)
    app.after_request(_plugin_files)
    app.jinja_env.globals.update(
        static_url=static_url,
        css_url=css_url,
        icon=icon,
        icon_address=icon_address,
        carry_icons=carry_icons,
        carried_icons=carried_icons,
    )
