"""A design as one file: a ZIP with `design.json` and its pictures, for other installations."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from lms.plugins.certificates.design.model import Design, canonical
from lms.plugins.certificates.design.pictures import EXTENSIONS, CleanPicture, clean, refused
from lms.plugins.certificates.design.problems import problems_of
from lms.plugins.certificates.errors import CertificateRefused

KIND = "lokakarya-certificate-design"
MAX_BYTES = 20 * 1000 * 1000  # of the ZIP, and of all that it unpacks to
MAX_ENTRIES = 60
MAX_JSON = 500_000
MAX_RATIO = 200  # unpacked to packed: nothing honest shrinks more
NAME_LENGTH = 120
_SHEET = "design.json"
_PICTURE = re.compile(r"pictures/([0-9a-f]{64})\.(png|jpg|svg)")
_MOMENT = (2026, 1, 1, 0, 0, 0)  # the same design gives the same bytes


@dataclass(frozen=True)
class Packed:
    """A picture on its way into the file."""

    media_type: str
    data: bytes
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What was in the file: pictures and their names by the SHA-256 under which the design speaks of them."""

    name: str
    design: Design
    pictures: Mapping[str, CleanPicture]
    names: Mapping[str, str]


def pack(*, name: str, design: Design, pictures: Mapping[str, Packed]) -> bytes:
    """The ZIP; `pictures` has every asset of the design."""
    sheet = {
        "kind": KIND,
        "format": 1,
        "name": name,
        "design": canonical(design),
        "pictures": {sha: pictures[sha].name for sha in sorted(pictures)},
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        _write(archive, _SHEET, json.dumps(sheet, ensure_ascii=False, indent=1, sort_keys=True).encode())
        for sha in sorted(pictures):
            _write(archive, f"pictures/{sha}.{EXTENSIONS[pictures[sha].media_type]}", pictures[sha].data)
    return made.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, compresslevel=9)


def unpack(data: bytes) -> Parcel:
    """What a file holds, checked and cleaned; raises CertificateRefused on `file` with what is wrong and where."""
    if len(data) > MAX_BYTES:
        raise refused(_("The file is larger than 20 MB. Use smaller pictures in the design and export it again."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = dict(_entries(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise refused(_("This is no design file, or it is damaged. Export the design again.")) from None
    if _SHEET not in files:
        raise refused(_("This ZIP holds no design. Choose a file that was exported from the designer."))
    sheet = _sheet(files.pop(_SHEET))
    design = _design(sheet)
    raw = {_sha(name): content for name, content in files.items()}
    wanted = set(design.assets())
    if wanted - raw.keys():
        raise refused(_("A picture of the design is missing in the file. Export the design again."))
    names = sheet.get("pictures")
    names = names if isinstance(names, dict) else {}
    return Parcel(
        name=_name(sheet),
        design=design,
        pictures={sha: _picture(raw[sha]) for sha in sorted(wanted)},
        names={sha: str(names.get(sha, ""))[:NAME_LENGTH] for sha in wanted},
    )


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise refused(_("The file has too many parts for one design."))
    if len({entry.filename for entry in entries}) != len(entries):
        raise refused(_("A part of the file is there twice. Export the design again."))
    total = 0
    for entry in entries:
        _check_entry(entry)
        with archive.open(entry) as file:  # the stated size may be a lie: no more than that is read
            content = file.read(entry.file_size + 1)
        total += len(content)
        if len(content) > entry.file_size or total > MAX_BYTES:
            raise refused(_("The file unpacks to more than it says. Export the design again."))
        yield entry.filename, content


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.filename != _SHEET and _PICTURE.fullmatch(entry.filename) is None:
        raise refused(
            _("The file has a part that belongs to no design: %(name)s. Export it again.", name=entry.filename[:80])
        )
    limit = MAX_JSON if entry.filename == _SHEET else MAX_BYTES
    if entry.file_size > limit or entry.file_size > MAX_RATIO * max(entry.compress_size, 1) + 10_000:
        raise refused(_("A part of the file is too large: %(name)s.", name=entry.filename[:80]))
    if entry.flag_bits & 1:
        raise refused(_("The file is locked with a password. Export the design again."))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise refused(_("The file is packed in an unknown way. Pack it as an ordinary ZIP."))


def _sheet(content: bytes) -> dict[str, Any]:
    try:
        sheet = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise refused(_("The design in the file cannot be read: design.json is no JSON.")) from None
    if not isinstance(sheet, dict) or sheet.get("kind") != KIND:
        raise refused(_("This ZIP holds no design. Choose a file that was exported from the designer."))
    if sheet.get("format") != 1:
        raise refused(_("This design comes from a newer version of Lokakarya. Update this one first."))
    return sheet


def _design(sheet: Mapping[str, Any]) -> Design:
    try:
        return Design.model_validate(sheet.get("design"))
    except ValidationError as error:
        raise refused(_("The design in the file has mistakes: %(problems)s.", problems=problems_of(error))) from None


def _name(sheet: Mapping[str, Any]) -> str:
    name = sheet.get("name")
    tidy = "".join(letter if letter.isprintable() else " " for letter in name) if isinstance(name, str) else ""
    return " ".join(tidy.split())[:NAME_LENGTH].strip() or _("Imported design")


def _sha(name: str) -> str:
    found = _PICTURE.fullmatch(name)
    assert found is not None
    return found[1]


def _picture(content: bytes) -> CleanPicture:
    try:
        return clean(content, "")
    except CertificateRefused as error:
        raise refused(_("A picture in the file cannot be used. %(reason)s", reason=str(error))) from None


def with_assets(design: Design, places: Mapping[str, str]) -> Design:
    """The same design with other pictures: `places` maps old SHA-256 to new; others stay."""

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: _moved(key, item, places) or changed(item) for key, item in value.items()}
        return [changed(item) for item in value] if isinstance(value, list) else value

    return Design.model_validate(changed(canonical(design)))


def _moved(key: str, value: Any, places: Mapping[str, str]) -> str | None:
    return places.get(value) if key in {"asset", "background"} and isinstance(value, str) else None
