"""PDFium, which reads PDFs: loaded when it is first needed, and in one thread of the process at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_lock = threading.Lock()  # the library keeps global state: two threads in it end the process


@contextmanager
def pdfium() -> Iterator[ModuleType]:
    """`with pdfium() as library: library.PdfDocument(…)`; everything made with it is closed before the block ends."""
    import pypdfium2  # noqa: PLC0415 -- slow import, 7 MB that a process without PDFs need not hold

    with _lock:
        yield pypdfium2
