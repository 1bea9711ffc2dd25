"""How often ticket codes may be guessed, wherever they are typed."""

from __future__ import annotations

from collections.abc import Callable

from lms.core.enrolments.models import Enrolment
from lms.kernel.limits import device_id, throttle
from lms.kernel.tokens import clean_code

# A guesser who drops the device cookie still shares this budget: at this pace 31^6 codes last for centuries.
WRONG_ON_SITE = "600 per 1 hour"


def find(typed: str, look_up: Callable[[str], Enrolment | None]) -> Enrolment | None:
    """The enrolment of a typed code; guessing is slow for a device, for a code, and for all who guess together.

    Raises TooManyAttempts.
    """
    throttle("ticket-code", device_id(), limit="10 per 10 minutes")
    throttle("ticket-code-tried", clean_code(typed)[:20] or "-", limit="20 per 10 minutes")
    throttle.peek("ticket-code-wrong", "site", limit=WRONG_ON_SITE)
    enrolment = look_up(typed)
    if enrolment is None:
        throttle.hit("ticket-code-wrong", "site", limit=WRONG_ON_SITE)
    return enrolment
