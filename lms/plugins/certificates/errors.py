"""Reasons for which a certificate is refused."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class CertificateRefused(RuleViolation):
    """A certificate, a pattern or a signature cannot be accepted as it is."""


class NotEligible(CertificateRefused):
    """The person lacks what the workshop asks for; the message lists the facts."""
