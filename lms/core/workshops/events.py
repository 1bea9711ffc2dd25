"""Events of workshops; plugins carry their part of a template or a copy when they hear them."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class WorkshopCreated(Event):
    """A workshop was made from a template (`template` is its key, "" for an empty one)."""

    workshop_id: int
    template: str


@dataclass(frozen=True, kw_only=True)
class WorkshopCopied(Event):
    """A workshop was made from an earlier one; dates shift by `days`."""

    workshop_id: int
    source_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class WorkshopPublished(Event):
    """The public page can be seen now. A handler may veto by raising RuleViolation."""

    workshop_id: int


@dataclass(frozen=True, kw_only=True)
class WorkshopMoved(Event):
    """The first day moved by `days`; sessions follow."""

    workshop_id: int
    days: int


@dataclass(frozen=True, kw_only=True)
class WorkshopClosed(Event):
    """The workshop is over."""

    workshop_id: int
