"""A picture of a certificate's front, made once and kept with the files."""

from __future__ import annotations

import io

import pypdfium2

from lms.kernel.db import unit_of_work
from lms.kernel.storage import storage
from lms.plugins.certificates.models import Certificate

_SCALE = 1.3  # 297 mm at about 94 dots per inch: sharp on a phone, some 80 KB


def front_of(certificate: Certificate) -> str:
    """The storage key of the picture."""
    key = f"{certificate.storage_key.removesuffix('.pdf')}.png"
    if not storage().exists(key):
        document = pypdfium2.PdfDocument(storage().read(certificate.storage_key))
        try:
            picture = document[0].render(scale=_SCALE).to_pil()
        finally:
            document.close()
        stream = io.BytesIO()
        picture.save(stream, format="PNG", optimize=True)
        stream.seek(0)
        with unit_of_work():
            storage().put(key, stream, content_type="image/png")
    return key
