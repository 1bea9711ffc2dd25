"""Why a file is refused."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class FileRefused(RuleViolation):
    """The content is not what materials accept; the message says what to do."""


class FileTooLarge(FileRefused):
    """The file is larger than the limit of the workshop."""
