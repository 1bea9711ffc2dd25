"""The two families of errors: faults of ours, and rules that a person's input broke."""

from __future__ import annotations


class LmsError(Exception):
    """Base of every error that this product raises on purpose."""


class ConfigurationError(LmsError):
    """The installation is configured in a way that cannot work or is unsafe; the message says what to change."""


class RuleViolation(LmsError):
    """A rule of the domain refused the request.

    `message` is translatable, says what to do next, and is shown to the person; `field` names the form field it
    belongs to, or is None for the whole form. `status` is the HTTP status of an answer outside a form.
    """

    status = 422

    def __init__(self, message: object, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotFound(LmsError):
    """The thing asked for does not exist, or must look as if it did not."""


class TicketNeeded(NotFound):
    """The page is about the visitor's own ticket, and the visitor holds none."""
