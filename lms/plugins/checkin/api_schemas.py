"""What the API for scanners takes and gives; the OpenAPI document is made from these models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from lms.kernel import openapi

MOST_SCANS = 1000
MOST_WALK_INS = 200
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _printable(text: str) -> str:
    """Control characters say nothing, and PostgreSQL refuses one of them."""
    return "".join(char for char in text if char.isprintable())


def _possible(moment: datetime) -> datetime:
    """A wrong clock is put right; a year that no phone shows is an error of the program that sent it."""
    if not _FIRST <= moment <= _LAST:
        raise ValueError("the year is impossible")
    return moment.astimezone(UTC)


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:~-]{1,64}$", description="Random name of the scan, made once.")]
Number = Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
Moment = Annotated[AwareDatetime, AfterValidator(_possible), Field(description="ISO 8601 with zone.")]
Text = Annotated[str, AfterValidator(_printable)]
Direction = Literal["in", "out"]
Outcome = Literal["new", "already", "refused", "incomplete", "conflict"]
BatchOutcome = Literal["new", "already", "refused", "incomplete", "conflict", "quarantined", "invalid", "waiting"]
Verdict = Literal["present", "already", "incomplete", "refused", "undone", "quarantined"]


class _In(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ScanIn(_In):
    """One scan: a badge or typed code, or somebody found by name."""

    id: Id
    session: Number | None = Field(None, description="Without it: the one session that can be joined then.")
    method: Literal["badge", "typed", "search"] = "badge"
    code: Annotated[Text, Field(max_length=300)] | None = Field(None, description="Of badge and typed.")
    enrolment: Number | None = Field(None, description="Of search.")
    direction: Direction = "in"
    at: Moment | None = Field(None, description="By the device's clock; a batch needs it.")
    device_time: Moment | None = Field(None, description="The device's clock when this is sent.")
    answer: Annotated[Text, Field(max_length=1000)] = Field("", description="To the question at the door.")


class WalkInIn(_In):
    """Somebody who came without registration."""

    id: Id
    session: Number
    full_name: Annotated[Text, Field(max_length=200)]
    phone: Annotated[Text, Field(max_length=40)] = ""
    affiliation: Annotated[Text, Field(max_length=200)] = ""
    position: Annotated[Text, Field(max_length=100)] = ""
    gender: Literal["", "P", "L"] = ""
    at: Moment | None = None
    device_time: Moment | None = None


class BatchIn(_In):
    """What a device kept while it had no signal; each item is checked by itself."""

    device_time: Moment
    scans: list[Any] = Field(default_factory=list, max_length=MOST_SCANS, description="Items like ScanIn.")
    walk_ins: list[Any] = Field(default_factory=list, max_length=MOST_WALK_INS, description="Items like WalkInIn.")


class UndoIn(_In):
    """An attendance to take back."""

    session: Number
    enrolment: Number
    reason: Annotated[Text, Field(min_length=1, max_length=300)]


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Answer(_Out):
    server_time: datetime


class DeviceFacts(_Out):
    """The phone itself; `session` when it may check in at that one only."""

    id: int
    name: str
    expires_at: datetime
    session: int | None


class WorkshopFacts(_Out):
    """Where it checks in."""

    id: int
    title: str
    zone: str


class DeviceSettings(_Out):
    """What the organiser allows."""

    searches_offline: bool
    takes_walk_ins: bool


class DeviceOut(_Answer):
    device: DeviceFacts
    workshop: WorkshopFacts
    settings: DeviceSettings


class SessionOut(_Out):
    id: int
    day: int
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str
    state: Literal["planned", "open", "closed"]
    mode: Literal["once", "entry_exit", "day"]
    question: str
    present: int
    expected: int


class SessionsOut(_Answer):
    sessions: list[SessionOut]
    current: int | None = Field(description="The session that people can come to now.")


class RosterOut(_Answer):
    """`entries`, `replaced` and `open` are null when `version` is what the query `?version=` names."""

    version: str
    made_at: datetime
    entries: list[tuple[str, str, str]] | None = Field(description="[id, nonce, cipher] of each person")
    replaced: list[str] | None = Field(description="Ids of badges that were replaced by newer ones.")
    present: dict[str, list[int]] = Field(description="Enrolments present, by session.")
    open: list[tuple[int, str, str, str]] | None = Field(
        description="[enrolment, name, organisation, ticket code]; only where search without signal is allowed."
    )


class FoundPerson(_Out):
    enrolment: int
    name: str
    organisation: str


class SearchOut(_Answer):
    people: list[FoundPerson]


class ScanOut(_Answer):
    """The verdict, in words too: `kind` (ok, wait, warn, bad) and `icon` carry the same meaning."""

    id: str
    outcome: Outcome
    verdict: Verdict
    reason: str | None
    kind: Literal["ok", "wait", "warn", "bad"]
    icon: str
    title: str
    text: str
    name: str
    organisation: str
    enrolment: int | None
    session: int
    at: datetime | None
    late_minutes: int
    question: str | None = None
    flags: list[str]
    present: int
    expected: int


class ItemOut(_Out):
    """The verdict on one item; `index` is its place, walk-ins after the scans. `id` is null where none can be read."""

    index: int
    id: str | None
    outcome: BatchOutcome
    verdict: Verdict | None
    reason: str | None
    title: str
    text: str
    name: str
    enrolment: int | None
    at: datetime | None
    flags: list[str]


class BatchOut(_Answer):
    results: list[ItemOut]


class WalkInOut(_Answer, ItemOut):
    pass


class UndoOut(_Answer):
    undone: bool


class Choice(_Out):
    id: int
    title: str
    room: str


class Problem(openapi.Problem):
    """application/problem+json (RFC 9457); `detail` can be read aloud."""

    sessions: list[Choice] | None = Field(None, description="Of ambiguous_session: name one of these.")
