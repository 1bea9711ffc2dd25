"""What reading a file of questions refuses as a whole; what is wrong with one question is a `content.Fault`."""

from __future__ import annotations

from lms.kernel.errors import LmsError, RuleViolation


class UnreadableFile(RuleViolation):
    """The file is damaged, dangerous, too large, or not what its name says; nothing of it was read."""


class TooManyQuestions(UnreadableFile):
    """The file holds more questions than one import takes."""


class Broken(LmsError):
    """One question cannot be used; `reason` (translated) says why. Readers turn it into a `content.Fault`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
