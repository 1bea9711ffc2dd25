"""Backup archives: one zip with the database, every registered file, and a manifest of hashes and versions."""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO

from lms.kernel import archive_database
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import LmsError
from lms.kernel.storage import FileMissing, chunks_of, storage

FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "database"
_FILES = "files/"
_CHUNK = 1024 * 1024
# All that the zip reader and the manifest's parser were seen to raise when single bytes of an archive were changed.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError),
    *(OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, OverflowError),
)


class BadArchive(LmsError):
    """The archive is damaged, of another kind, or does not fit this installation."""


class NotEmpty(LmsError):
    """The installation holds data already, and nobody said that it may be replaced."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One member of the archive; `sha256` is of its bytes, in hex."""

    size: int
    sha256: str
    content_type: str = ""


@dataclass(kw_only=True)
class Manifest:
    """What an archive holds. `missing` names registered files whose bytes were gone when it was made."""

    format: int = FORMAT
    version: str = ""
    made_at: str = ""
    dialect: str = ""
    revisions: dict[str, str] = field(default_factory=dict)
    database: Entry = field(default_factory=lambda: Entry(size=0, sha256=""))
    files: dict[str, Entry] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def product_version() -> str:
    """The installed version of the product."""
    try:
        return version("lokakarya")
    except PackageNotFoundError:
        return "unknown"


def create(target: Path) -> Manifest:
    """Write the archive of this installation while it runs; `target` appears only when it is complete.

    The database copy comes first and names the files, so every row in it has its file beside it. Secrets (the
    installation's key, passwords of services) are not part of it.
    """
    manifest = Manifest(version=product_version(), made_at=now().isoformat(), dialect=db.engine.dialect.name)
    partial = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder) / _DATABASE
            snapshot = archive_database.copy_to(copy)
            manifest.revisions = snapshot.revisions
            with zipfile.ZipFile(partial, "w", allowZip64=True) as archive:
                with copy.open("rb") as file:
                    manifest.database = _add(archive, _DATABASE, file, zipfile.ZIP_DEFLATED)
                _add_files(archive, manifest, snapshot.files)
                archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=1), zipfile.ZIP_DEFLATED)
        with partial.open("rb+") as file:
            archive_database.sync(file)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _add_files(archive: zipfile.ZipFile, manifest: Manifest, files: dict[str, tuple[str, str]]) -> None:
    for key, (sha256, content_type) in sorted(files.items()):
        try:
            with storage().open(key) as file:
                entry = _add(archive, _FILES + key, file, zipfile.ZIP_STORED, content_type)
        except FileMissing:
            manifest.missing.append(key)
            continue
        if entry.sha256 != sha256:
            raise BadArchive(f"stored file {key} is not what was stored: run `lms doctor`")
        manifest.files[key] = entry


def _add(archive: zipfile.ZipFile, name: str, file: BinaryIO, method: int, content_type: str = "") -> Entry:
    info = zipfile.ZipInfo(name, date_time=now().timetuple()[:6])
    info.compress_type, info.external_attr = method, 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as member:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            member.write(chunk)
    return Entry(size=size, sha256=digest.hexdigest(), content_type=content_type)


def verify(source: Path) -> Manifest:
    """Read the whole archive and compare every hash; raises BadArchive that names the first bad member."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _manifest_of(archive)
            members = {_DATABASE: manifest.database, **{_FILES + key: e for key, e in manifest.files.items()}}
            if set(archive.namelist()) != {*members, _MANIFEST}:
                raise BadArchive("the archive does not hold exactly what its manifest says")
            for name, entry in members.items():
                if _hash_of(archive, name) != (entry.size, entry.sha256):
                    raise BadArchive(f"{name} is damaged")
    except _UNREADABLE as error:
        raise BadArchive(f"the archive cannot be read ({type(error).__name__})") from error
    return manifest


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    raw = json.loads(archive.read(_MANIFEST))
    if raw.get("format") != FORMAT:
        raise BadArchive("the archive was made by another version of `lms backup`")
    raw["database"] = Entry(**raw["database"])
    raw["files"] = {key: Entry(**entry) for key, entry in raw["files"].items()}
    return Manifest(**raw)


def _hash_of(archive: zipfile.ZipFile, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as member:
            while chunk := member.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except _UNREADABLE:
        raise BadArchive(f"{name} is damaged") from None
    return size, digest.hexdigest()


def restore(source: Path, *, replace: bool, tell: Callable[[str], None] = lambda _text: None) -> Manifest:
    """Make this installation what the archive holds; raises BadArchive or NotEmpty before anything is touched.

    Restoring twice gives the same: files that the archive does not name are removed. Web processes and workers must
    be stopped meanwhile.
    """
    tell("verify")
    manifest = verify(source)
    if manifest.dialect != db.engine.dialect.name:
        raise BadArchive(f"the archive holds a {manifest.dialect} database, this is {db.engine.dialect.name}")
    if not replace and not archive_database.is_empty():
        raise NotEmpty("this installation holds data; use --force to replace it with the archive")
    with zipfile.ZipFile(source) as archive, tempfile.TemporaryDirectory(dir=source.parent) as folder:
        tell("files")
        for key, entry in manifest.files.items():
            with archive.open(_FILES + key) as member:
                storage().backend.write(key, _pieces(member), entry.content_type)
        tell("database")
        copy = Path(folder) / _DATABASE
        with archive.open(_DATABASE) as member, copy.open("wb") as file:
            file.writelines(_pieces(member))
        archive_database.replace_with(copy)
    for key in list(storage().iter_keys()):
        if key not in manifest.files:
            storage().backend.delete(key)
    return manifest


def _pieces(member: object) -> Iterator[bytes]:
    return chunks_of(member)  # type: ignore[arg-type]
