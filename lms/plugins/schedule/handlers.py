"""What the schedule does when it hears of workshops."""

from __future__ import annotations

from flask import flash, has_request_context
from flask_babel import ngettext

from lms.core.workshops.events import WorkshopCopied, WorkshopCreated, WorkshopMoved, WorkshopPublished
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.declarations import Subscription
from lms.plugins.schedule import conflicts, copying, services, starters


def on_created(event: WorkshopCreated) -> None:
    """Fill the agenda of the chosen template; a template of somebody else is theirs."""
    if event.template in starters.starter_keys():
        starters.build(workshop=workshop_by_id(event.workshop_id), key=event.template)


def on_copied(event: WorkshopCopied) -> None:
    """Copy rooms, narasumber and sessions."""
    copying.copy_agenda(source_id=event.source_id, workshop=workshop_by_id(event.workshop_id))


def on_moved(event: WorkshopMoved) -> None:
    """Move every session with its workshop."""
    services.shift_sessions(workshop=workshop_by_id(event.workshop_id), days=event.days)


def on_published(event: WorkshopPublished) -> None:
    """Warn of conflicts; an organiser may publish all the same and settle them later."""
    count = len(conflicts.conflicts_of(event.workshop_id))
    if count and has_request_context():
        flash(
            ngettext(
                "The agenda has %(num)s conflict. See it on the agenda page.",
                "The agenda has %(num)s conflicts. See them on the agenda page.",
                count,
            ),
            "warning",
        )


SUBSCRIPTIONS = (
    Subscription(event=WorkshopCreated, handler=on_created),
    Subscription(event=WorkshopCopied, handler=on_copied),
    Subscription(event=WorkshopMoved, handler=on_moved),
    Subscription(event=WorkshopPublished, handler=on_published, after_commit=True),
)
