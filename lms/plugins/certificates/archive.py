"""All papers of a workshop as one ZIP, made while it is sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence

from lms.core.people.names import search_key
from lms.kernel.storage import storage
from lms.plugins.certificates.models import Certificate


def zip_of(papers: Sequence[Certificate]) -> Iterator[bytes]:
    """The bytes of the archive; at most one paper is held in memory."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as target:
        for paper in papers:
            name = f"{paper.number:03}_{paper.role.value}_{search_key(paper.content['holder'])[:60]}.pdf"
            target.writestr(name, storage().read(paper.storage_key))
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """Keeps what was written until it is taken; a ZIP written front to back needs no seeking."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        joined = b"".join(self._parts)
        self._parts.clear()
        return joined
