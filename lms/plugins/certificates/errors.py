"""Reasons for which a certificate is refused."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class CertificateRefused(RuleViolation):
    """A certificate, a pattern or a signature cannot be accepted as it is."""


class PaperNotSet(CertificateRefused):
    """The typesetter cannot set a paper: a picture is gone or damaged, or a font lacks a letter."""


class PaperNotSigned(CertificateRefused):
    """The key, or the service that keeps it, cannot be used now."""


class NotEligible(CertificateRefused):
    """The person lacks what the workshop asks for; the message lists the facts."""
