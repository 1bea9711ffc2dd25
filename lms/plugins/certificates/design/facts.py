"""What a certificate prints, as plain values: the tokens of designs and the parts that are no text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_gettext as _l

# Token in a design -> what people read in the designer. Order is the order of the designer's list.
TOKENS: Mapping[str, object] = {
    "nama_gelar": _l("Name with titles"),
    "nama": _l("Name without titles"),
    "lembaga": _l("Organisation"),
    "nomor": _l("Number"),
    "peran": _l("Role on the certificate"),
    "kalimat": _l("What the certificate is given for"),
    "lokakarya": _l("Title of the workshop"),
    "tanggal": _l("Dates of the workshop"),
    "tempat": _l("Place of the workshop"),
    "jp": _l("Training hours (JP)"),
    "kota_tanggal": _l("City and date of issue"),
    "terbit": _l("Date of issue"),
    "berlaku": _l("Valid until"),
    "penerbit": _l("Issuer"),
    "alamat": _l("Address of the issuer"),
    "penanda_1": _l("Signatory 1: name"),
    "jabatan_1": _l("Signatory 1: position"),
    "penanda_2": _l("Signatory 2: name"),
    "jabatan_2": _l("Signatory 2: position"),
    "penanda_3": _l("Signatory 3: name"),
    "jabatan_3": _l("Signatory 3: position"),
    "kode": _l("Verification code"),
    "periksa": _l("Address of the verification page"),
}


@dataclass(frozen=True, kw_only=True)
class MaterialLine:
    """One taught item of the back page."""

    no: int
    title: str
    speaker: str
    jp: int


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything one paper says. `texts` has a value for every token, "" where there is nothing to say.

    `signatures` are PNG bytes by place. `qr_text` is what the QR code says; `periksa` in `texts` is the same address
    for people, without the offline credential. `moment` (aware) becomes the date in the file.
    """

    texts: Mapping[str, str]
    materials: tuple[MaterialLine, ...] = ()
    signatures: Mapping[int, bytes] = field(default_factory=dict)
    qr_text: str = ""
    locale: str = "id"
    moment: datetime | None = None
    is_preview: bool = False
    is_demo: bool = False
