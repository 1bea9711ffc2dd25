"""Domain events: facts of ids and values, told to subscribers inside or after the transaction."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from lms.kernel.db import after_commit
from lms.kernel.declarations import Event, Subscription
from lms.kernel.registry import registry

__all__ = ["Event", "Subscription", "publish"]
log = structlog.get_logger(__name__)


def publish(event: Event) -> None:
    """Tell every subscriber. In-transaction handlers may veto by raising; after-commit ones are isolated and logged.

    A plugin that is off for the event's workshop is not told, unless its subscription says `even_when_off`.
    """
    workshop_id = getattr(event, "workshop_id", None)
    for subscription in registry().subscriptions.get(type(event), ()):
        if not subscription.even_when_off and registry().is_off(subscription.owner, workshop_id):
            continue
        if subscription.after_commit:
            after_commit(_isolated(subscription.handler, event))
        else:
            subscription.handler(event)


def _isolated(handler: Callable[[Event], None], event: Event) -> Callable[[], None]:
    def run() -> None:
        try:
            handler(event)
        except Exception as error:  # noqa: BLE001 -- the change is committed; one handler must not stop the others
            log.error("after_commit_failed", error=type(error).__name__, job=type(event).__name__)

    return run
