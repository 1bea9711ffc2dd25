"""The formats of question files: how each is called, read and written. A format is loaded when it is first used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.content import Draft, Fault, Reading

# What could not be expressed is left out of the file and told.
Writer = Callable[[Sequence[Draft]], tuple[bytes, list[Fault]]]


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format. `read` raises UnreadableFile for a file that is none of it; single faults are in the reading."""

    key: str
    label: object  # translated
    extensions: tuple[str, ...]
    read: Callable[[bytes, str], Reading]
    write: Writer | None = None
    media_type: str = "text/plain"
    template: Callable[[], bytes] | None = None  # an empty file to fill in


def _late(module: str, name: str) -> Callable[..., Any]:
    """A function of a format whose libraries a process loads only when somebody brings such a file."""

    def call(*values: Any) -> Any:
        return getattr(import_module(f"lms.plugins.quiz.formats.{module}"), name)(*values)

    return call


_ALL = (
    Format(key="gift", label="GIFT", extensions=(".gift",), read=_late("gift", "read"), write=_late("gift", "write")),
    Format(key="aiken", label="Aiken", extensions=(".aiken",), read=_late("aiken", "read")),
    Format(
        key="moodle-xml",
        label=_l("Moodle XML"),
        extensions=(".xml",),
        read=_late("moodle_xml", "read"),
        write=_late("moodle_xml", "write"),
        media_type="application/xml",
    ),
    Format(
        key="qti2", label="QTI 2", extensions=(".xml", ".zip"), read=_late("qti", "read"), media_type="application/zip"
    ),
    Format(
        key="qti3",
        label="QTI 3",
        extensions=(".zip", ".xml"),
        read=_late("qti", "read"),
        write=_late("qti", "write"),
        media_type="application/zip",
    ),
    Format(
        key="csv",
        label="CSV",
        extensions=(".csv", ".tsv"),
        read=_late("csv_file", "read"),
        write=_late("csv_file", "write"),
        media_type="text/csv",
    ),
    Format(
        key="xlsx",
        label=_l("Excel (.xlsx)"),
        extensions=(".xlsx", ".xlsm"),
        read=_late("xlsx_file", "read"),
        write=_late("xlsx_file", "write"),
        template=_late("xlsx_file", "template"),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    Format(
        key="docx",
        label=_l("Word (.docx)"),
        extensions=(".docx", ".docm"),
        read=_late("docx_file", "read"),
        template=_late("docx_file", "template"),
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    Format(key="text", label=_l("Pasted text"), extensions=(".txt",), read=_late("pasted", "read")),
)
FORMATS: dict[str, Format] = {entry.key: entry for entry in _ALL}
