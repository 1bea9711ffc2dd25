"""What a PDF says about its signatures, read from strangers' files.

Only what a signature covers is looked at: its dictionary, its CMS object and the bytes it names. No object of the file
is opened and nothing is unpacked, so that a file made to hang or to fill the memory of a reader cannot; the work
grows with its size only. Which of the bytes are ours is not decided here but by their hash in the register.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from lms.plugins.certificates.signing import authority
from lms.plugins.certificates.signing.model import code_in, number_in

MOST = 4  # signatures of one file that are looked at
_LARGEST_CMS = 100_000  # bytes
_MOST_PARTS = 40  # certificates or attributes of one signature
_LONGEST_DICTIONARY = 4_000  # bytes around the byte range, beside the contents
_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,9})\s{1,8}(\d{1,9})\s{1,8}(\d{1,9})\s{1,8}(\d{1,9})\s{0,8}\]")
_CONTENTS = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-])(\d\d)'?(\d\d)?)?")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, kw_only=True)
class FoundSignature:
    """One signature. `is_whole`: mathematically right, and the file ends where it ends. `moment` is claimed, or that
    of the time stamp when `has_stamp`."""

    signer: str
    issuer: str
    fingerprint: str  # SHA-256 of the signer's certificate, hex
    is_intact: bool  # over the bytes that it names
    is_whole: bool
    in_time: bool  # the moment is within the life of the signer's certificate
    moment: datetime | None
    has_stamp: bool
    number: str
    code: str


def signatures_of(data: bytes) -> list[FoundSignature]:
    """The readable signatures of a file in their order, at most `MOST`; none for a file that has none."""
    found = []
    for match in islice(_RANGE.finditer(data), MOST):
        try:
            found.append(_read(data, match))
        # Fuzzing brought errors of a dozen kinds out of parsers of strangers' certificates, some below no common class.
        except Exception:  # noqa: BLE001, S112 -- and what cannot be read is no signature
            continue
    return found


def _read(data: bytes, match: re.Match[bytes]) -> FoundSignature:
    start, before, after, rest = (int(text) for text in match.groups())
    gap = data[before:after] if start == 0 and before < after <= before + 2 * _LARGEST_CMS + 2 else b""
    digits = _CONTENTS.fullmatch(gap)
    if digits is None or after + rest > len(data):
        raise ValueError("the byte range names something else than a signature")
    der, padding_bytes = _first_object(bytes.fromhex(digits.group(1).decode()))
    texts = _dictionary(data, match, before, after)
    signed = cms.ContentInfo.load(der)["content"]
    info = signed["signer_infos"][0]
    if max(len(signed["certificates"]), len(info["signed_attrs"]), len(info["unsigned_attrs"] or ())) > _MOST_PARTS:
        raise ValueError("more parts than a signature has")
    certificate = _certificate_of(signed, info)
    stamped, claimed = _stamped_at(info), _moment(texts.get("M", ""))
    moment = stamped or claimed
    intact = _is_intact(info, certificate, data[:before], data[after : after + rest])
    # In the name of letters that a reader passes over nothing may hide: neither after the object nor after the end.
    whole = intact and after + rest == len(data) and not padding_bytes.strip(b"\0") and gap == _as_written(gap)
    return FoundSignature(
        signer=authority.common_name(certificate.subject)[:200],
        issuer=authority.common_name(certificate.issuer)[:200],
        fingerprint=authority.fingerprint_of(certificate),
        is_intact=intact,
        is_whole=whole,
        in_time=moment is not None and certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc,
        moment=moment,
        has_stamp=stamped is not None,
        number=number_in(texts.get("Reason", "")),
        code=code_in(texts.get("Reason", "")),
    )


def _as_written(gap: bytes) -> bytes:
    """Hexadecimal digits in one case, as every writer makes them."""
    return gap.lower() if any(97 <= char <= 102 for char in gap) else gap.upper()


def _first_object(data: bytes) -> tuple[bytes, bytes]:
    """The DER object at the start, and what follows it."""
    if len(data) < 4 or data[0] != 0x30:
        raise ValueError("no CMS object")
    if data[1] < 0x80:
        end = 2 + data[1]
    else:
        count = data[1] & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("no CMS object")
        end = 2 + count + int.from_bytes(data[2 : 2 + count], "big")
    if end > len(data):
        raise ValueError("the CMS object is cut off")
    return data[:end], data[end:]


def _dictionary(data: bytes, match: re.Match[bytes], before: int, after: int) -> dict[str, str]:
    """The texts of the signature's dictionary, which are among the signed bytes."""
    head = data[max(0, min(before, match.start()) - _LONGEST_DICTIONARY) : before]
    tail = data[after : max(after, match.end()) + _LONGEST_DICTIONARY]
    head = head[head.rfind(b" obj") + 1 :] if b" obj" in head else head
    tail = tail[: tail.find(b"endobj")] if b"endobj" in tail else tail
    found = {}
    for key in ("M", "Reason"):
        text = _text_after(head + b" " + tail, b"/" + key.encode())
        if text is not None:
            found[key] = text
    return found


def _text_after(dictionary: bytes, key: bytes) -> str | None:
    at = re.search(re.escape(key) + rb"\s{0,8}\(((?:[^\\()]|\\.){0,600})\)", dictionary, re.DOTALL)
    if at is None:
        return None
    raw = _ESCAPE.sub(_unescaped, at.group(1))
    return raw[2:].decode("utf-16-be", "replace") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match.group(1):
        return bytes([int(match.group(1), 8) & 0xFF])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(match.group(2), match.group(2))


def _moment(text: str) -> datetime | None:
    found = _DATE.match(text)
    if found is None:
        return None
    offset = timedelta(hours=int(found.group(8) or 0), minutes=int(found.group(9) or 0))
    zone = timezone(-offset if found.group(7) == "-" else offset)
    year, month, day, hour, minute, second = (int(text) for text in found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)


def _certificate_of(signed: cms.SignedData, info: cms.SignerInfo) -> x509.Certificate:
    wanted = info["sid"].chosen
    for choice in signed["certificates"]:
        one = choice.chosen
        if one.serial_number == wanted["serial_number"].native and one.issuer == wanted["issuer"]:
            return x509.load_der_x509_certificate(one.dump())
    raise ValueError("the signer's certificate is not in the file")


def _is_intact(info: cms.SignerInfo, certificate: x509.Certificate, first: bytes, second: bytes) -> bool:
    """Whether the signed attributes are those of these bytes, and the signature is that of the certificate's key."""
    name = info["digest_algorithm"]["algorithm"].native
    attributes = {one["type"].native: one["values"] for one in info["signed_attrs"]}
    digest = hashlib.new(name, first)
    digest.update(second)
    if name not in _HASHES or attributes["message_digest"][0].native != digest.digest():
        return False
    signed, signature = info["signed_attrs"].untag().dump(), info["signature"].native
    key, algorithm = certificate.public_key(), _HASHES[name]()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _stamped_at(info: cms.SignerInfo) -> datetime | None:
    """The time of a time stamp over this very signature; that it was made by its authority is not checked here."""
    if not info["unsigned_attrs"]:
        return None
    for attribute in info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            content = attribute["values"][0]["content"]["encap_content_info"]["content"]
            stamp = tsp.TSTInfo.load(content.parsed.dump())
            imprint = stamp["message_imprint"]
            name = imprint["hash_algorithm"]["algorithm"].native
            if hashlib.new(name, info["signature"].native).digest() == imprint["hashed_message"].native:
                moment: datetime = stamp["gen_time"].native
                return moment.astimezone(UTC)
    return None
