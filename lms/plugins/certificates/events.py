"""Events of certificates."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate got its number."""

    certificate_id: int
    enrolment_id: int
    workshop_id: int
