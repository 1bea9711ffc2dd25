"""Zip files of strangers: everything is checked before anything is unpacked, and counted while unpacking."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from flask_babel import gettext as _

from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import MAX_FILE, check_file_size

MAX_ENTRIES = 2_000
MAX_UNPACKED = 60_000_000  # bytes of all entries together
MAX_RATIO = 200  # of an entry larger than a megabyte: texts shrink to a tenth, bombs to a thousandth
MAX_DIRECTORY = 1_000_000  # bytes
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
_ENCRYPTED = 0x1
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz", ".jar")
_STEP = 65_536
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class SafeZip:
    """A zip file whose entries were found harmless. Made by `open_zip`."""

    def __init__(self, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._entries = entries
        self._left = MAX_UNPACKED

    def names(self) -> list[str]:
        """The names of the files in it, with `/` between folders, in the order of the archive."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """One entry. Raises UnreadableFile for what is not there, is damaged or is larger than it said."""
        if name not in self._entries:
            raise UnreadableFile(_("The archive holds no %(name)s. Make it again and choose the new file.", name=name))
        parts: list[bytes] = []
        try:
            with self._archive.open(self._entries[name]) as stream:
                while part := stream.read(_STEP):
                    self._left -= len(part)
                    if self._left < 0:
                        raise _too_large()
                    parts.append(part)
        except _DAMAGED as error:
            raise _damaged() from error
        data = b"".join(parts)
        if data.startswith(b"PK\x03\x04"):
            raise _nested()
        return data


def is_zip(data: bytes) -> bool:
    """Whether it begins as a zip file does."""
    return data.startswith((b"PK\x03\x04", _END))


def open_zip(data: bytes) -> SafeZip:
    """The archive, after all checks. Raises UnreadableFile; costs next to nothing however hostile the file is."""
    check_file_size(data)
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (*_DAMAGED, struct.error) as error:
        raise _damaged() from error
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        if not info.is_dir():
            _check_entry(info, entries)
            entries[info.filename.replace("\\", "/")] = info
    if sum(info.file_size for info in entries.values()) > MAX_UNPACKED:
        raise _too_large()
    return SafeZip(archive, entries)


def _check_directory(data: bytes) -> None:
    """Looks at the record at the end, so that a directory of a million names is never read."""
    end = data.rfind(_END, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise _damaged()
    count, size = struct.unpack_from("<HL", data, end + 10)
    if count > MAX_ENTRIES or size > MAX_DIRECTORY or data[max(0, end - 20) : end].startswith(_END_64):
        raise _too_large()


def _check_entry(info: zipfile.ZipInfo, others: dict[str, zipfile.ZipInfo]) -> None:
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or name in others:
        raise UnreadableFile(_("The archive holds a file whose name is not allowed. Make it again without that file."))
    if info.flag_bits & _ENCRYPTED:
        raise UnreadableFile(_("The archive is locked with a password. Save it without one and choose it again."))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _damaged()
    if name.lower().endswith(_ARCHIVES):
        raise _nested()
    if info.file_size > 1_000_000 and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise _too_large()
    if len(others) >= MAX_ENTRIES or info.file_size > MAX_UNPACKED or info.compress_size > MAX_FILE:
        raise _too_large()


def _damaged() -> UnreadableFile:
    return UnreadableFile(_("The file is damaged. Save or download it again and choose the new file."))


def _nested() -> UnreadableFile:
    return UnreadableFile(_("The archive holds another archive. Unpack that one and choose the file inside."))


def _too_large() -> UnreadableFile:
    return UnreadableFile(_("The file holds far more than a file of questions does. Split it into several files."))
