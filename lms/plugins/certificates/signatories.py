"""Who signs: the organiser's leader, or up to three people of the workshop, with the picture of their signature."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.certificates import queries
from lms.plugins.certificates.design import pictures
from lms.plugins.certificates.errors import CertificateRefused
from lms.plugins.certificates.models import SignatoryRow

PLACES = (1, 2, 3)
MAX_BYTES = 300_000
MAX_SIDE = 3_000  # pixels: larger ones cost memory and print no better
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One signatory as typed. `image` replaces the stored picture, `drop_image` removes it."""

    place: int
    name: str
    position: str
    image: bytes | None = None
    drop_image: bool = False


def save_signatories(*, workshop_id: int, entries: Sequence[Entry], actor: Actor) -> None:
    """Replace the signatories; an entry without a name leaves its place empty. Issued papers keep theirs.

    Raises CertificateRefused on `image_1` or `image_2` for what is no usable PNG.
    """
    known = {row.place: row for row in queries.signatories_of(workshop_id)}
    for entry in entries:
        row = known.get(entry.place)
        if not entry.name:
            if row is not None:
                db.session.delete(row)
            continue
        if row is None:
            row = SignatoryRow(workshop_id=workshop_id, place=entry.place)
            db.session.add(row)
        row.name, row.position = entry.name, entry.position
        if entry.image is not None:
            row.image_key = _store(workshop_id, entry)
        elif entry.drop_image:
            row.image_key = None
    db.session.flush()
    audit.record(action="certificates.signatories_changed", actor=actor, workshop_id=workshop_id)


def copy_signatories(*, source_id: int, workshop_id: int) -> None:
    """A copied workshop is signed by the same people; the pictures are shared, since they never change."""
    for row in queries.signatories_of(source_id):
        values = {"name": row.name, "position": row.position, "image_key": row.image_key}
        db.session.add(SignatoryRow(workshop_id=workshop_id, place=row.place, **values))
    db.session.flush()


def _store(workshop_id: int, entry: Entry) -> str:
    assert entry.image is not None
    picture = check_picture(entry.image, field=f"image_{entry.place}")
    # A fresh key each time: issued snapshots point at the picture they were printed with.
    key = f"certificates/{workshop_id}/signature-{new_code(12)}.png"
    return storage().put(key, picture, content_type=pictures.PNG).key


def check_picture(data: bytes, *, field: str) -> bytes:
    """The PNG as it is printed; raises CertificateRefused unless `data` is a whole PNG of sensible size."""
    if len(data) > MAX_BYTES:
        raise CertificateRefused(_("The picture is too large. Use a PNG of at most 300 KB."), field)
    if not data.startswith(_PNG) or data[12:16] != b"IHDR":
        raise CertificateRefused(_("This is not a PNG picture. Save the signature as PNG."), field)
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise CertificateRefused(_("The picture has too many pixels. Cut it to the signature."), field)
    try:
        clean = pictures.clean_pixels(data)
    except CertificateRefused as error:
        error.field = field
        raise
    # A signature on a photographed ground comes out as JPEG, which papers do not take here.
    return clean.data if clean.media_type == pictures.PNG else data
