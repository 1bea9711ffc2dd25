"""What can be refused at registration."""

from __future__ import annotations

from lms.kernel.errors import RuleViolation


class RegistrationClosed(RuleViolation):
    """Registration has not opened yet, is over, or the workshop is called off."""


class WorkshopFull(RuleViolation):
    """No seat is left and there is no waiting list."""


class AlreadyRegistered(RuleViolation):
    """The same name and phone number are registered already."""


class NotChangeable(RuleViolation):
    """The workshop is over, or the enrolment is not the holder's to change."""


class UnknownTicket(RuleViolation):
    """No ticket has this code or link."""
