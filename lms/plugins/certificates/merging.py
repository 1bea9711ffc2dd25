"""Many PDFs into one, for the printer: pure functions over PDFium, and a program that merges in a process of its own.

`python merging.py OUT PART PART...` joins files; the memory that this takes goes back to the machine with the process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any


def page_count(library: ModuleType, pdf: bytes) -> int:
    """How many pages a file has."""
    document = library.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def join(library: ModuleType, parts: Iterable[bytes | Path], out: Path, *, is_duplex: bool = False) -> None:
    """Write the pages of all parts to `out`.

    `is_duplex` fills each part up to an even number of pages, so that none begins on the back of another one.
    """
    whole = library.PdfDocument.new()
    try:
        for part in parts:
            _add(library, whole, part, is_duplex=is_duplex)
        whole.save(str(out))
    finally:
        whole.close()


def _add(library: ModuleType, whole: Any, part: bytes | Path, *, is_duplex: bool) -> None:
    document = library.PdfDocument(part if isinstance(part, bytes) else str(part))
    try:
        whole.import_pages(document)
        if is_duplex and len(document) % 2:
            whole.new_page(*document[len(document) - 1].get_size())
    finally:
        document.close()


def main(arguments: Sequence[str]) -> None:
    """Join the files named after the first into the first."""
    import pypdfium2  # noqa: PLC0415 -- slow import

    out, *parts = map(Path, arguments)
    join(pypdfium2, parts, out)


if __name__ == "__main__":
    main(sys.argv[1:])
