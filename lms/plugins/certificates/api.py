"""What other plugins may import from certificates."""

from __future__ import annotations

from lms.plugins.certificates.events import CertificateIssued
from lms.plugins.certificates.services import issue

__all__ = ["CertificateIssued", "issue"]
