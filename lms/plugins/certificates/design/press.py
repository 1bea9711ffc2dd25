"""The compilers of designs: one for each design in use, with its pictures on disk, kept for the next paper."""

from __future__ import annotations

import atexit
import base64
import hashlib
import json
import os
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import typst

from lms.kernel.typesetting import LIBRARY, NO_MOMENT, STANDARDS, fonts, printable
from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.design.layout import layout
from lms.plugins.certificates.design.model import Design, Drawing, Element, Picture, Signature
from lms.plugins.certificates.design.ornaments import svg

_TEMPLATE = Path(__file__).parents[1] / "typst" / "design.typ"
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/svg+xml": ".svg"}
_KEPT = 6  # designs whose compiler is kept
_PAPERS = 500  # papers after which a compiler is made anew: what it remembers of them would grow
_presses: OrderedDict[Design, Press] = OrderedDict()
_presses_lock = threading.Lock()
AssetReader = Callable[[str], tuple[str, bytes]]  # SHA-256 -> (media type, bytes)


def press_for(design: Design) -> Press:
    """The press of this design; the one that was not used for the longest time makes room."""
    with _presses_lock:
        press = _presses.pop(design, None) or Press()
        _presses[design] = press
        while len(_presses) > _KEPT:
            _presses.popitem(last=False)
        return press


def forget() -> None:
    """Drops every press: a new process must not write into the folders of the one that it came from."""
    global _presses_lock
    _presses_lock = threading.Lock()
    _presses.clear()
    _home.cache_clear()


class Press:
    """A compiler in a private folder. One thread at a time: the compiler cannot be shared."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._compiler: Any = None
        self._papers = 0
        self._assets: dict[str, str] = {}
        self._clear: Callable[[], object] = bool  # nothing to clear yet

    def pdf(self, design: Design, facts: Facts, *, read_asset: AssetReader) -> bytes:
        with self._lock:
            self._fill(design, facts, read_asset)
            moment = facts.moment or NO_MOMENT
            made: bytes = self._compiler.compile(
                format="pdf",
                pdf_standards=list(STANDARDS),
                timestamp=int(moment.timestamp()),
            )
            return made

    def pictures(
        self,
        design: Design,
        facts: Facts,
        *,
        read_asset: AssetReader,
        is_front: bool,
        ppi: float,
    ) -> list[bytes]:
        if is_front:
            facts = replace(facts, materials=())
        with self._lock:
            self._fill(design, facts, read_asset)
            made = self._compiler.compile(format="png", ppi=ppi)
            return made if isinstance(made, list) else [made]

    def _fill(self, design: Design, facts: Facts, read_asset: AssetReader) -> None:
        """Writes the data of this paper. A file, because inputs of the compiler make it forget what it has set."""
        folder = self._ready()

        def asset(sha256: str) -> str:
            if sha256 not in self._assets:
                media_type, data = read_asset(sha256)
                self._assets[sha256] = _kept(folder, sha256 + _ENDINGS[media_type], data)
            return self._assets[sha256]

        def file_of(element: Element) -> str:
            match element:
                case Picture(asset=None):
                    return ""
                case Picture():
                    file = asset(str(element.asset))
                    return file if element.opacity == 1 else _faded(folder, file, element)
                case Signature():
                    data = facts.signatures.get(element.place)
                    return _kept(folder, hashlib.sha256(data).hexdigest() + ".png", data) if data else ""
                case Drawing():
                    return _kept(folder, _name_of(element), svg(element))
            return ""

        values = layout(
            design, facts, file_of=file_of, background_of=lambda page: asset(page.background) if page.background else ""
        )
        (folder / "data.json").write_text(json.dumps(printable(values), ensure_ascii=False), encoding="utf-8")

    def _ready(self) -> Path:
        self._papers += 1
        if self._folder is None or self._papers > _PAPERS:
            self._clear()
            self._folder, self._papers, self._assets = Path(tempfile.mkdtemp(dir=_home())), 1, {}
            self._clear = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            main = self._folder / "main.typ"
            main.write_bytes(_TEMPLATE.read_bytes())
            (self._folder / "lib.typ").write_bytes(LIBRARY.read_bytes())
            self._compiler = typst.Compiler(main, root=self._folder, font_paths=fonts())
        return self._folder


def _kept(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    if not path.exists():
        path.write_bytes(data)
    return name


@lru_cache(maxsize=256)
def _name_of(drawing: Drawing) -> str:
    return f"{hashlib.sha256(svg(drawing)).hexdigest()}.svg"


def _faded(folder: Path, file: str, element: Picture) -> str:
    """A drawing of the size of the box that shows the picture through: the template has no opacity for pictures."""
    name = f"{file}-{element.w:g}-{element.h:g}-{element.opacity:g}.svg"
    if not (folder / name).exists():
        media_type = next(kind for kind, ending in _ENDINGS.items() if file.endswith(ending))
        data = base64.b64encode((folder / file).read_bytes()).decode()
        size = f'width="{element.w:g}" height="{element.h:g}"'
        drawn = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {element.w:g} {element.h:g}">'
            f'<image {size} opacity="{element.opacity:g}" href="data:{media_type};base64,{data}"/></svg>'
        )
        _kept(folder, name, drawn.encode())
    return name


@cache
def _home() -> Path:
    """A folder that goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="lms-designs-"))
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)
    return folder


os.register_at_fork(after_in_child=forget)
