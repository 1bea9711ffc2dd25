"""PDF documents: a Typst template and data in, bytes out. Text of people is data and never markup."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

_HOME = Path(__file__).resolve().parents[1] / "typst"
FONTS = _HOME / "fonts"
LIBRARY = _HOME / "lib.typ"
# Archive quality with tags: the two standards agree with each other and with what templates use.
STANDARDS = ("a-2a", "ua-1")


def typeset(
    template: Path,
    *,
    data: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    moment: datetime | None = None,
    standards: Sequence[str] = STANDARDS,
) -> bytes:
    """A PDF. The template reads `json("data.json")`, `files` by name, and `import "lib.typ"`.

    The same data and `moment` give the same bytes. The compiler sees a private folder only, and no network.
    """
    with tempfile.TemporaryDirectory(prefix="lms-typst-") as name:
        folder = Path(name)
        shutil.copyfile(LIBRARY, folder / "lib.typ")
        shutil.copyfile(template, folder / "main.typ")
        (folder / "data.json").write_text(json.dumps(data, default=_plain, ensure_ascii=False))
        for filename, content in (files or {}).items():
            (folder / Path(filename).name).write_bytes(content)
        made: bytes = typst.compile(  # type: ignore[call-overload]
            folder / "main.typ",
            root=folder,
            font_paths=_fonts(),
            format="pdf",
            pdf_standards=list(standards),
            timestamp=int((moment or datetime(2026, 1, 1)).timestamp()),
        )
        return made


@cache
def _fonts() -> Any:
    """Our fonts and the system's, found once per process: the search costs more than a certificate."""
    return typst.Fonts(font_paths=[FONTS])


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"not for a document: {type(value).__name__}")
