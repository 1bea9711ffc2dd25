"""Events of certificates."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate has its number and its file; `enrolment_id` is the holder's."""

    certificate_id: int
    enrolment_id: int
    workshop_id: int
