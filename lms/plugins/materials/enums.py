"""Kinds of file that materials accept, and when they open."""

from __future__ import annotations

import enum


class FileKind(enum.StrEnum):
    """The type found in the bytes, not in the name."""

    PDF = "pdf"
    PPTX = "pptx"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPEG = "jpg"


class Opens(enum.StrEnum):
    """When participants may download."""

    WITH_SESSION = "with_session"
    AFTER_SESSION = "after_session"
    AT_ONCE = "at_once"
    HIDDEN = "hidden"


CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
