"""What certificates do when they hear of workshops."""

from __future__ import annotations

from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.kernel.declarations import Subscription
from lms.plugins.certificates import criteria, issuing_rules, number_services, signatories, templates


def on_created(event: WorkshopCreated) -> None:
    """Write down the usual conditions."""
    criteria.set_defaults(workshop_id=event.workshop_id)


def on_copied(event: WorkshopCopied) -> None:
    """Ask, number, design and sign as the earlier workshop did."""
    criteria.copy_criteria(source_id=event.source_id, workshop_id=event.workshop_id)
    signatories.copy_signatories(source_id=event.source_id, workshop_id=event.workshop_id)
    number_services.copy_rules(source_id=event.source_id, workshop_id=event.workshop_id)
    issuing_rules.copy_issuing(source_id=event.source_id, workshop_id=event.workshop_id)
    templates.copy_choices(source_id=event.source_id, workshop_id=event.workshop_id)


# Told also where certificates are off: an organiser who switches them on later finds conditions and signatories.
SUBSCRIPTIONS = (
    Subscription(event=WorkshopCreated, handler=on_created, even_when_off=True),
    Subscription(event=WorkshopCopied, handler=on_copied, even_when_off=True),
)
