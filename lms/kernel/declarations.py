"""Frozen declarations that a plugin hands to the kernel at start-up."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lms.kernel.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class PluginInfo:
    """What the kernel must know of a plugin before it calls any of its hooks.

    `name` is one lower-case word, unique, and the prefix of its tables; `sdk` is a range of SDK_VERSION;
    `per_workshop` lets an organiser switch the feature off for one workshop.
    """

    name: str
    title: object
    version: str
    sdk: str = ">=1,<2"
    requires: tuple[str, ...] = ()
    migrations: Path | None = None
    translations: Path | None = None
    template_overrides: Path | None = None
    per_workshop: bool = False


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events: ids and values only, never objects."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A handler of one event type; `after_commit` handlers cannot veto and must enqueue a job for anything slow.

    A plugin that is off for the event's workshop is not told. `even_when_off` is for what must be kept right all the
    same, such as files that are no longer needed. The kernel fills in `owner`.
    """

    event: type[Event]
    handler: Callable[[Any], None]
    after_commit: bool = False
    even_when_off: bool = False
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A link in one of the places `main`, `admin` and `workshop.tabs` (the last gets `workshop_id`)."""

    label: object
    endpoint: str
    place: str = "main"
    order: int = 50
    permission: Permission | None = None
    icon: str = "circle-dashed"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A named place in a template where panels appear; `context` names the variables it passes."""

    name: str
    context: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A template for a slot. `context(**slot context)` returns its variables, or None to show nothing.

    `same_for(**slot context)` tells for whom the panel looks the same, such as a workshop's id, so that it is kept
    for a moment (see `lms.kernel.fragments`); None, its default, makes it anew for this visitor.
    """

    slot: str
    template: str
    order: int = 50
    context: Callable[..., Mapping[str, object] | None] = lambda **_context: {}
    permission: Permission | None = None
    same_for: Callable[..., Hashable | None] = lambda **_context: None


@dataclass(frozen=True, kw_only=True)
class Job:
    """Background work: `handler(*, job, **args)` takes ids only; `every` makes it periodic."""

    name: str
    handler: Callable[..., None]
    every: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A typed setting; `scope` is `site`, `organiser` or `workshop`; a narrower value wins over a wider one.

    `least` is the smallest number that the form takes.
    """

    key: str
    type: type
    default: object
    label: object
    scope: str = "site"
    hint: object = ""
    least: int = 0


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One search result."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchSource:
    """`search(text, *, actor, limit)` returns hits that the actor may see."""

    key: str
    label: object
    search: Callable[..., list[Hit]]


@dataclass(frozen=True, kw_only=True)
class Export:
    """A table for download; `rows(*, actor, filters)` yields rows in the order of `columns`."""

    key: str
    label: object
    permission: Permission
    columns: Callable[[], Sequence[Any]]
    rows: Callable[..., Iterable[Sequence[object]]]


@dataclass(frozen=True, kw_only=True)
class EvidenceKind:
    """A fact about enrolments, collected in one go: `{enrolment_id: Decimal}`, an absent id means no data."""

    key: str
    label: object
    unit: object
    collect: Callable[..., Mapping[int, Decimal]]


@dataclass(frozen=True, kw_only=True)
class Period:
    """First and last day, both included."""

    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A number per region: `collect(*, period, region_codes)` returns `{kabupaten/kota code: Decimal}`."""

    key: str
    label: object
    unit: object
    collect: Callable[..., Mapping[str, Decimal]]


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Personal data of a plugin: what an export contains and how it is erased (UU 27/2022)."""

    key: str
    export: Callable[[int], Mapping[str, object]]
    erase: Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Affiliation:
    """An organisation as registration sees it; `key` is stored on the enrolment, e.g. `organisations:12`."""

    key: str
    name: str
    region_code: str | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class AffiliationSource:
    """A directory of organisations: `search(text, *, limit)`, `resolve(name)`, `by_key(key)`."""

    key: str
    search: Callable[..., list[Affiliation]]
    resolve: Callable[[str], Affiliation | None]
    by_key: Callable[[str], Affiliation | None]


@dataclass(frozen=True, kw_only=True)
class PresenceSign:
    """A hint that people were in the room: `collect(*, workshop_id, sessions)` returns `{(enrolment_id, session_id)}`.

    `sessions` are `(session_id, starts_at, ends_at)`; one call answers for all of them and for everybody.
    """

    key: str
    label: object
    collect: Callable[..., set[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class SessionTime:
    """A session of a workshop's agenda, for features that begin and end with one."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class WorkshopTemplate:
    """What a new workshop can start from; plugins fill their part when WorkshopCreated tells them the key."""

    key: str
    label: object
    days: int
    note: object = ""
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProgrammeLine:
    """One taught item of a workshop, as certificates print it; `speaker_ids` are enrolments of narasumber."""

    title: str
    speaker: str
    jp: int
    speaker_ids: frozenset[int] = frozenset()
