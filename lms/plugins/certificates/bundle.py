"""All papers of a workshop as one ZIP, written while it is sent, and how their files are called."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import RawIOBase
from typing import Any, Protocol

from lms.kernel.settings import setting
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates.enums import PaperKind
from lms.plugins.certificates.number_rules import LETTER, TYPES_KEY, USUAL_CODES, codes_from

_UNSAFE = re.compile(r"[^\w.,'-]+")
_FIRST_NUMBER = re.compile(r"\d+")


class Named(Protocol):
    """What a file's name is made of."""

    @property
    def number(self) -> int | None: ...
    @property
    def number_text(self) -> str: ...
    @property
    def kind(self) -> PaperKind: ...
    @property
    def holder(self) -> str: ...


def codes_of(organiser_id: int) -> frozenset[str]:
    """The codes of types that an organiser's numbers may contain."""
    known = codes_from(str(setting(TYPES_KEY, organiser_id=organiser_id)))
    return frozenset({*known.values(), *USUAL_CODES.values()})


def file_name(paper: Named, codes: Collection[str] = frozenset(USUAL_CODES.values())) -> str:
    """ "001_SERT_Ratna_Wulandari.pdf": the counter sorts, the code tells papers apart, the name is for people."""
    name = _UNSAFE.sub("_", paper.holder).strip("_.")[:100]
    return f"{_counter(paper):03}_{_type_of(paper, codes)}_{name or '-'}.pdf"


def _counter(paper: Named) -> int:
    """The number in its book; of one from outside the first digits that it has."""
    if paper.number is not None:
        return paper.number
    found = _FIRST_NUMBER.search(paper.number_text)
    return int(found.group()[:9]) if found else 0


def _type_of(paper: Named, codes: Collection[str]) -> str:
    """The code that the printed number has, whatever the organiser uses today."""
    printed = [
        code for code in codes if re.search(rf"(?<![A-Za-z0-9]){re.escape(code)}(?![A-Za-z0-9])", paper.number_text)
    ]
    if printed:
        return max(printed, key=lambda code: (len(code), code))
    return USUAL_CODES[LETTER] if paper.kind is PaperKind.LETTER else "SERT"


def unique_names(papers: Iterable[Named], codes: Collection[str]) -> list[str]:
    """A file name for each paper; a second one of the same name gets `_2`, since a ZIP would hide the first."""
    given: dict[str, int] = {}
    names = []
    for paper in papers:
        name = file_name(paper, codes)
        count = given[name.casefold()] = given.get(name.casefold(), 0) + 1
        names.append(name if count == 1 else f"{name.removesuffix('.pdf')}_{count}.pdf")
    return names


def stream_zip(files: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """A ZIP of `(file name, storage key)`; one file in memory at a time, and missing ones left out."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as bundle:  # PDFs are compressed already
        for name, key in files:
            try:
                bundle.writestr(name, storage().read(key))
            except FileMissing:
                continue
            yield sink.take()
    yield sink.take()


class _Sink(RawIOBase):
    """A file that cannot seek and hands on what was written."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since the last call."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
