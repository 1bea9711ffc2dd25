"""The signer of this installation, from its settings."""

from __future__ import annotations

from lms.plugins.certificates.signing.model import Signer


def signer() -> Signer:
    """The configured signer, kept for the life of the process; the local key is made at first use."""
    raise NotImplementedError
