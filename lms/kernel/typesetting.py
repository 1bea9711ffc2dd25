"""PDF documents: a Typst template and data in, bytes out. Text of people is data and never markup."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

_HOME = Path(__file__).resolve().parents[1] / "typst"
FONTS = _HOME / "fonts"
LIBRARY = _HOME / "lib.typ"
# Archive quality with tags: the two standards agree with each other and with what templates use.
STANDARDS = ("a-2a", "ua-1")
# A document without a date of its own carries this one, so that the same data always give the same bytes.
NO_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_NO_GLYPH = "could not be displayed"
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff\U000f0000-\U0010ffff]"
)


def typeset(
    template: Path,
    *,
    data: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
    moment: datetime | None = None,
    standards: Sequence[str] = STANDARDS,
    lenient: bool = False,
) -> bytes:
    """A PDF. The template reads `json("data.json")`, `files` by name, and `import "lib.typ"`.

    `moment` (aware) is the date in the PDF; the same data and `moment` give the same bytes. The compiler sees a
    private folder only, and no network. Raises RuntimeError for what cannot be set, such as a broken picture or
    a script for which no font is installed; with `lenient` such letters become boxes, outside of the standards.
    """
    with tempfile.TemporaryDirectory(prefix="lms-typst-") as name:
        folder = Path(name)
        main = folder / "main.typ"
        main.write_bytes(template.read_bytes())
        (folder / "lib.typ").write_bytes(LIBRARY.read_bytes())
        (folder / "data.json").write_text(json.dumps(printable(data), ensure_ascii=False), encoding="utf-8")
        for filename, content in (files or {}).items():
            (folder / Path(filename).name).write_bytes(content)
        try:
            return _compile(main, standards, moment or NO_MOMENT)
        except RuntimeError as error:
            if not (lenient and _NO_GLYPH in str(error)):
                raise
            return _compile(main, (), moment or NO_MOMENT)


def _compile(main: Path, standards: Sequence[str], moment: datetime) -> bytes:
    made: bytes = typst.compile(  # type: ignore[call-overload]
        main,
        root=main.parent,
        font_paths=fonts(),
        format="pdf",
        pdf_standards=list(standards),
        timestamp=int(moment.timestamp()),
    )
    return made


@cache
def fonts() -> Any:
    """Our fonts and the system's, found once per process: the search costs more than a certificate."""
    return typst.Fonts(font_paths=[FONTS])


def printable(value: object) -> object:
    """JSON values without the control characters and private letters that no archive document may hold."""
    match value:
        case str():
            return _UNPRINTABLE.sub("", value)
        case Mapping():
            return {key: printable(item) for key, item in value.items()}
        case list() | tuple():
            return [printable(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return printable(asdict(value))
    return value
