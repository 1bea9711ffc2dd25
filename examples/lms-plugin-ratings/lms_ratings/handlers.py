"""What ratings do when they hear of enrolments."""

from __future__ import annotations

from lms.sdk import EnrolmentCancelled, Subscription
from lms_ratings import services


def on_cancelled(event: EnrolmentCancelled) -> None:
    """Somebody who gives up the place takes the rating along."""
    services.withdraw(enrolment_id=event.enrolment_id)


# Also where ratings are off: what was given must go all the same.
SUBSCRIPTIONS = (Subscription(event=EnrolmentCancelled, handler=on_cancelled, even_when_off=True),)
