"""The signed statement inside the QR code: small, strict, and checked here without our own reader."""

from __future__ import annotations

import base64
import contextlib
from dataclasses import replace
from datetime import date
from typing import Any

import cbor2
import pypdfium2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from PIL import Image
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_L

from lms.kernel.storage import storage
from lms.plugins.certificates import keys
from lms.plugins.certificates.badges import compact
from lms.plugins.certificates.badges.compact import Statement, kid_of, read_compact
from lms.plugins.certificates.badges.qr import MOST, signed_address
from lms.plugins.certificates.enums import PaperKind, PaperRole

zxing: Any
with contextlib.suppress(ImportError):
    import zxingcpp as zxing

BASE = "https://lokakarya.bk3s-kalbar.or.id"
KID = bytes.fromhex("a1b2c3d4")
PRIVATE = ec.derive_private_key(7, ec.SECP256R1())
TYPICAL = Statement(
    code="R4TM9K2D7QXY",
    number="001/SERT/BK3S-KB/XI/2026",
    name="Yohana Lestari, S.Sos.",
    role=PaperRole.PESERTA,
    title="Tata Kelola LKSA",
    first=date(2026, 11, 24),
    last=date(2026, 11, 25),
    jp=32,
    issued_on=date(2026, 11, 27),
    issuer="BK3S-KB",
)
LONG_NAME = "Dr. Hj. Šiti Nūr Aẓīmah ʿAbd al-Ḥamīd, S.Sos., M.Si."
LONG_TITLE = "Pelatihan Penguatan Kapasitas Tata Kelola Lembaga Kesejahteraan Sosial Anak se-Kalimantan Barat 2026"


def sign_raw(data: bytes) -> bytes:
    r, s = decode_dss_signature(PRIVATE.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def address_of(statement: Statement) -> str:
    return signed_address(BASE, statement, kid=KID, sign_raw=sign_raw)


def raw_of(address: str) -> bytes:
    payload = address.rpartition("/")[2]
    return base64.b32decode(payload + "=" * (-len(payload) % 8))


def claims_of(raw: bytes, code: str, public: ec.EllipticCurvePublicKey) -> dict[int, Any]:
    """COSE_Sign1 by the book (RFC 9052, section 4.4), with cbor2 and cryptography alone; raises InvalidSignature."""
    tagged = cbor2.loads(raw)
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value
    assert cbor2.loads(protected) == {1: -7}
    assert list(unprotected) == [4]
    signed = cbor2.dumps(["Signature1", protected, code.encode(), payload])
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    return dict(cbor2.loads(payload))


def test_a_statement_says_what_the_paper_says() -> None:
    claims = claims_of(raw_of(address_of(TYPICAL)), TYPICAL.code, PRIVATE.public_key())
    assert claims == {
        1: "001/SERT/BK3S-KB/XI/2026",
        2: "Yohana Lestari, S.Sos.",
        3: 1,
        4: "Tata Kelola LKSA",
        5: (date(2026, 11, 24) - date(1970, 1, 1)).days,
        6: (date(2026, 11, 25) - date(1970, 1, 1)).days,
        7: 32,
        8: (date(2026, 11, 27) - date(1970, 1, 1)).days,
        9: "BK3S-KB",
    }


def test_expiry_and_kind_are_said_only_where_they_are_special() -> None:
    letter = replace(
        TYPICAL,
        kind=PaperKind.LETTER,
        expires_on=date(2029, 1, 1),
        jp=0,
        last=TYPICAL.first,
        role=PaperRole.FASILITATOR,
    )
    claims = claims_of(raw_of(address_of(letter)), letter.code, PRIVATE.public_key())
    assert {label: claims.get(label) for label in (3, 6, 7, 10, 11)} == {
        3: 5,
        6: None,
        7: None,
        10: (date(2029, 1, 1) - date(1970, 1, 1)).days,
        11: 1,
    }


def test_any_flipped_bit_and_another_code_are_refused() -> None:
    raw = raw_of(address_of(TYPICAL))
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        kid = raw.index(KID)
        if at in range(kid - 3, kid + 4):  # the key's name is a hint outside the signature: it leads to no key of ours
            continue
        with pytest.raises((InvalidSignature, ValueError, AssertionError, cbor2.CBORDecodeError, TypeError)):
            claims_of(bytes(changed), TYPICAL.code, PRIVATE.public_key())
    with pytest.raises(InvalidSignature):
        claims_of(raw, "R4TM9K2D7QXZ", PRIVATE.public_key())


def test_an_independent_cose_library_agrees_where_it_is_installed() -> None:
    with contextlib.suppress(ImportError):
        import cwt

        key = cwt.COSEKey.new(
            {
                cwt.COSEKeyParams.KTY: cwt.COSEKeyTypes.EC2,
                cwt.COSEKeyParams.ALG: cwt.COSEAlgs.ES256,
                cwt.COSEKeyParams.CRV: cwt.COSEKeyCrvs.P256,
                cwt.COSEKeyParams.X: PRIVATE.public_key().public_numbers().x.to_bytes(32, "big"),
                cwt.COSEKeyParams.Y: PRIVATE.public_key().public_numbers().y.to_bytes(32, "big"),
                cwt.COSEKeyParams.KID: KID,
            }
        )
        raw = raw_of(address_of(TYPICAL))
        said = cwt.COSE.new().decode(raw, key, external_aad=TYPICAL.code.encode())
        assert cbor2.loads(said)[1] == TYPICAL.number
        with pytest.raises(cwt.VerifyError):
            cwt.COSE.new().decode(raw[:-1] + bytes([raw[-1] ^ 1]), key, external_aad=TYPICAL.code.encode())


def test_our_own_reader_takes_the_same_statement_in_small_letters_and_refuses_the_rest() -> None:
    payload = address_of(TYPICAL).rpartition("/")[2]
    claims, kid, signed, signature = read_compact(payload.lower(), TYPICAL.code)
    assert (claims[1], kid, len(signature)) == (TYPICAL.number, KID, 64)
    assert sign_raw(signed) != b""
    for wrong in ("", "A", payload[:-8], "MFRGG", payload.replace("2", "1")):
        with pytest.raises(ValueError, match="no statement"):
            read_compact(wrong, TYPICAL.code)


@pytest.mark.parametrize(
    ("changes", "length", "version"),
    [({}, 335, 9), ({"name": LONG_NAME, "title": LONG_TITLE}, MOST, 10), ({"title": LONG_TITLE}, MOST, 10)],
)
def test_the_code_stays_small_and_name_and_number_are_never_cut(
    changes: dict[str, Any], length: int, version: int
) -> None:
    statement = replace(TYPICAL, **changes)
    address = address_of(statement)
    code = QRCode(error_correction=ERROR_CORRECT_L, border=4)
    code.add_data(address)
    code.make(fit=True)
    claims = claims_of(raw_of(address), statement.code, PRIVATE.public_key())
    assert (claims[1], claims[2]) == (statement.number, statement.name)
    assert statement.title.startswith(claims[4].rstrip("…"))
    assert len(address) <= length
    assert code.version == version


def test_an_address_is_made_of_letters_that_a_qr_code_packs_tightly() -> None:
    address = address_of(TYPICAL)
    assert address.startswith("HTTPS://LOKAKARYA.BK3S-KALBAR.OR.ID/V/R4TM9K2D7QXY/")
    assert set(address) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/.-")


def test_a_printed_code_is_read_back_exactly() -> None:
    address = address_of(replace(TYPICAL, title=LONG_TITLE))
    code = QRCode(error_correction=ERROR_CORRECT_L, border=4)
    code.add_data(address)
    code.make(fit=True)
    grey = Image.new("L", (len(code.modules) + 8,) * 2, 255)
    for y, row in enumerate(code.modules):
        for x, dark in enumerate(row):
            if dark:
                grey.putpixel((x + 4, y + 4), 0)
    (found,) = zxing.read_barcodes(grey.resize((grey.width * 3, grey.height * 3), Image.Resampling.NEAREST))
    assert found.text == address


def test_the_key_of_qr_codes_signs_and_is_published(app: Any, db_session: Any, client: Any) -> None:
    signer = keys.compact_signer()
    kid = kid_of(signer.key.fingerprint)
    address = signed_address(BASE, TYPICAL, kid=kid, sign_raw=signer.sign_raw)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), signer.public_key_bytes)
    assert claims_of(raw_of(address), TYPICAL.code, public)[2] == TYPICAL.name
    numbers = public.public_numbers()
    (known,) = [key for key in client.get("/v/pindai/kunci.json").json["keys"] if key["kid"] == kid.hex()]
    x, y = (base64.urlsafe_b64decode(known[name] + "==") for name in ("x", "y"))
    assert (x, y) == (numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big"))
    keys.rotate(keys.COMPACT)
    kids = {key["kid"] for key in client.get("/v/pindai/kunci.json").json["keys"]}
    assert kids >= {kid.hex(), kid_of(keys.compact_signer().key.fingerprint).hex()}


def test_labels_and_roles_are_printed_for_good() -> None:
    """Papers carry them: a change here would make every printed code say something else."""
    assert [role.value for role in compact.ROLES] == ["peserta", "narasumber", "moderator", "panitia", "fasilitator"]
    assert (compact.NUMBER, compact.NAME, compact.ISSUER, compact.KIND) == (1, 2, 9, 11)


def test_the_checker_is_a_page_that_knows_nobody_and_brings_the_keys(client: Any, db_session: Any) -> None:
    answer = client.get("/v/pindai")
    assert (answer.status_code, answer.headers["Lms-Offline"]) == (200, "shell")
    assert kid_of(keys.compact_signer().key.fingerprint).hex() in answer.text
    assert client.get("/v/pindai/app.webmanifest").json["start_url"] == "/v/pindai"


def test_the_qr_code_of_an_issued_paper_is_confirmed_by_the_published_key(
    add_person: Any, issue: Any, client: Any
) -> None:
    paper = issue(add_person("Šiti Nūr ʿAẓīmah"))
    document = pypdfium2.PdfDocument(storage().read(paper.storage_key))
    try:
        page = document[0].render(scale=150 / 72).to_pil()
    finally:
        document.close()
    (found,) = zxing.read_barcodes(page)
    assert found.text.startswith(f"HTTP://LOCALHOST/V/{paper.code}/")
    kid = cbor2.loads(raw_of(found.text)).value[1][4].hex()
    (known,) = [key for key in client.get("/v/pindai/kunci.json").json["keys"] if key["kid"] == kid]
    x, y = (int.from_bytes(base64.urlsafe_b64decode(known[name] + "=="), "big") for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    claims = claims_of(raw_of(found.text), paper.code, public)
    assert (claims[1], claims[2]) == (paper.number_text, paper.holder)
    assert client.get(found.text.removeprefix("HTTP://LOCALHOST")).status_code == 200
