"""A PAdES signature (ETSI EN 319 142) in a PDF, whoever holds the key: baseline B, with a time stamp, or long term.

pyHanko writes the file. What it would do beyond the signature is left out: it signs papers of ours, which carry
their metadata already, so that the added part is small and quickly made.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from asn1crypto import cms, tsp, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.plugins.certificates.signing import service
from lms.plugins.certificates.signing.cms import Envelope
from lms.plugins.certificates.signing.model import SignerInfo, SigningFailed
from lms.plugins.certificates.signing.tagging import tag_field

FIELD = "Signature"
HASH = "sha256"
_SPARE = 1536  # bytes of a CMS object beside its certificates
_STAMP = 8192  # bytes kept for a time stamp token with its certificates
_Made = TypeVar("_Made")
# Invisible: without size, and printed, as PDF/A-2 wants it. `tag_field` adds what PDF/UA-1 wants.
_PLACE = SigFieldSpec(FIELD, on_page=0, invis_sig_settings=InvisSigSettings())


@dataclass(frozen=True, kw_only=True)
class Level:
    """What is added to the bare signature. `roots` are the authorities that B-LT may trust."""

    name: str = "B-B"
    tsa_url: str = ""
    roots: tuple[Certificate, ...] = ()


class Sealer:
    """A `Signer` of this package over one function that signs bytes with the key of `chain[0]` and SHA-256."""

    def __init__(
        self, info: SignerInfo, chain: tuple[Certificate, ...], sign_raw: Callable[[bytes], bytes], level: Level
    ) -> None:
        self.info = info
        self._level = level
        self._roots = [*level.roots, *(one for one in chain if one.issuer == one.subject)]
        self._cms_signer = _CmsSigner(chain, sign_raw)
        self._stamper = _HttpStamper(level.tsa_url) if level.name != "B-B" else None
        certificates = sum(len(one.public_bytes(Encoding.DER)) for one in chain)
        # In hexadecimal digits, hence twice; known beforehand, so that no signature is made only to measure it.
        self._reserved = 2 * (certificates + _SPARE + (_STAMP if self._stamper else 0))

    def sign(self, pdf: bytes, *, moment: datetime, reason: str, location: str) -> bytes:
        """The signed file; the bytes of `pdf` stay as they are and the signature follows them."""
        meta = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=HASH,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            name=self.info.name,
            reason=reason or None,
            location=location or None,
            **self._long_term(),
        )
        signer = _PdfSigner(meta, self._cms_signer, timestamper=self._stamper, moment=moment.astimezone(UTC))
        try:
            writer = _Writer(io.BytesIO(pdf))
            append_signature_field(writer, _PLACE)
            tag_field(writer, writer.root["/AcroForm"]["/Fields"].raw_get(-1))
            work = signer.async_sign_pdf(writer, bytes_reserved=self._reserved)
            signed = _in_a_loop(work) if self._level.name == "B-LT" else _at_once(work)
        except (PathBuildingError, PathValidationError) as error:
            raise SigningFailed(f"a certificate is not trusted ({error}); add its root to trusted/") from None
        except (SigningError, TimestampRequestError, PdfError) as error:
            raise SigningFailed(f"the signature could not be made: {error}") from None
        data: bytes = signed.getvalue()
        return data

    def _long_term(self) -> dict[str, Any]:
        if self._level.name != "B-LT":
            return {}
        roots = [to_asn1(one) for one in self._roots]
        return {
            "embed_validation_info": True,
            "validation_context": ValidationContext(
                trust_roots=roots, allow_fetching=True, revocation_mode="soft-fail"
            ),
            # In the same revision as the signature: a later one would be a change, which the signature forbids.
            "dss_settings": DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        }


def to_asn1(certificate: Certificate) -> x509.Certificate:
    """The same certificate as pyHanko wants it."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _at_once(work: Coroutine[Any, Any, _Made]) -> _Made:
    """Run what is asynchronous by name only, without the cost of an event loop."""
    try:
        work.send(None)
    except StopIteration as end:
        made: _Made = end.value
        return made
    work.close()
    raise SigningFailed("the signer waited for something")


def _in_a_loop(work: Coroutine[Any, Any, _Made]) -> _Made:
    """Run what waits for the network, in a thread of its own: this one may have a loop that runs already."""
    with ThreadPoolExecutor(1) as hand:
        return hand.submit(asyncio.run, work).result()


class _CmsSigner(Signer):
    def __init__(self, chain: tuple[Certificate, ...], sign_raw: Callable[[bytes], bytes]) -> None:
        others = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        others.register_multiple([to_asn1(one) for one in chain[1:]])
        super().__init__(signing_cert=to_asn1(chain[0]), cert_registry=others)
        self._sign_raw = sign_raw
        self._envelope = Envelope(chain)

    async def async_sign(  # type: ignore[override]  # of its ways only those that PdfSigner uses
        self, data_digest: bytes, digest_algorithm: str, **how: Any
    ) -> cms.ContentInfo:
        to_sign = self._envelope.to_sign(data_digest)
        signature = self._sign_raw(to_sign)
        stamper, token = how.get("timestamper"), b""
        if stamper is not None:
            stamp = await stamper.async_timestamp(hashlib.sha256(signature).digest(), HASH)
            token = stamp.dump()
        return cms.ContentInfo.load(self._envelope.packed(to_sign, signature, token=token))


class _PdfSigner(PdfSigner):
    """Signs at `moment` instead of now."""

    def __init__(self, *args: Any, moment: datetime, **named: Any) -> None:
        super().__init__(*args, **named)
        self._moment = moment

    def init_signing_session(self, *args: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **named)
        session.system_time = self._moment
        return session


class _Writer(IncrementalPdfFileWriter):
    """Leaves title, dates and version of the file as they are: they are right, and PDF/A wants them to agree."""

    def _update_meta(self) -> None:
        return

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        return


class _HttpStamper(TimeStamper):
    """RFC 3161 over HTTP. Plain http is allowed: the token is signed, and many authorities offer nothing else."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        body = service.ask(
            self._url, data=req.dump(), headers=headers, what="the time stamp service", needs_https=False
        )
        try:
            answer = tsp.TimeStampResp.load(body)
            _status = answer["status"]["status"].native
        except (ValueError, TypeError, KeyError):
            raise SigningFailed("the time stamp service answered with something else") from None
        return answer
