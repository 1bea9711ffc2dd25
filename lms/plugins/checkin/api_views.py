"""The API for scanners, /api/v1: a device's token opens it, and nothing else does."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ValidationError

from lms.core.enrolments.queries import enrolment_by_id, seats
from lms.kernel.clock import now
from lms.kernel.db import unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import bearer, public
from lms.kernel.rest import ApiProblem, answer, kept_by_nobody
from lms.kernel.settings import setting
from lms.kernel.web import typed_search
from lms.plugins.checkin import api_problems, batch, counters, devices, lookups, queries, roster, services
from lms.plugins.checkin import walk_in_queue as walk_ins
from lms.plugins.checkin.api_answers import batch_item, invalid_item, scan_answer
from lms.plugins.checkin.api_problems import PROBLEMS
from lms.plugins.checkin.api_schemas import BatchIn, ScanIn, UndoIn, WalkInIn
from lms.plugins.checkin.batch import Reading
from lms.plugins.checkin.devices import Caller, authenticate, authenticate_late
from lms.plugins.checkin.openapi import document
from lms.plugins.checkin.readings import Clock, readings_of

bp = Blueprint("scanner_api", __name__, url_prefix="/api/v1")
PROBLEMS.register(bp)
Model = TypeVar("Model", bound=BaseModel)


@bp.get("/device")
@bearer(authenticate)
def device(caller: Caller) -> Response:
    """The phone itself, its workshop, and what the organiser allows."""
    if devices.is_sign_due(caller):
        with unit_of_work():
            devices.note_sign_of_life(caller)
    return answer(
        device={
            "id": caller.device_id,
            "name": caller.name,
            "expires_at": caller.expires_at.isoformat(),
            "session": caller.session_id,
        },
        workshop={"id": caller.workshop_id, "title": caller.workshop_title, "zone": caller.access.zone},
        settings={
            name: setting(f"checkin.{name}", workshop_id=caller.workshop_id)
            for name in ("searches_offline", "takes_walk_ins")
        },
    )


@bp.get("/sessions")
@bearer(authenticate)
def sessions(caller: Caller) -> Response:
    """The sessions that this phone may check in at, with their counters."""
    slots = lookups.slots_of(caller.workshop_id, only=caller.session_id)
    present, expected = queries.present_by_session(caller.workshop_id), seats(caller.workshop_id).taken
    current = lookups.joinable(slots, now())
    return answer(
        sessions=[
            {
                "id": slot.id,
                "day": slot.day,
                "title": slot.title,
                "starts_at": slot.starts_at.isoformat(),
                "ends_at": slot.ends_at.isoformat(),
                "room": slot.room,
                "state": slot.state.value,
                "mode": slot.mode.value,
                "question": slot.question,
                "present": present.get(slot.id, 0),
                "expected": expected,
            }
            for slot in slots
        ],
        current=current[0].id if len(current) == 1 else None,
    )


@bp.get("/roster")
@bearer(authenticate)
def people(caller: Caller) -> Response:
    """Everybody of the workshop, each entry under its badge's code; 304 while nothing changed."""
    found = roster.roster_of(caller)
    is_known = request.if_none_match.contains_weak(found.etag)  # proxies that compress weaken it
    if not is_known or devices.is_sign_due(caller):
        with unit_of_work():
            devices.note_sign_of_life(caller, has_roster=True)
    known = request.args.get("version", "")
    response = Response(status=304) if is_known else answer(**found.as_answer(known=known))
    response.set_etag(found.etag)
    return kept_by_nobody(response)


@bp.get("/search")
@bearer(authenticate)
def search(caller: Caller) -> Response:
    """People by three letters of name or organisation; no number of any kind."""
    hits = queries.search(caller.workshop_id, typed_search(limit=60))
    found = [{"enrolment": hit.id, "name": hit.person.formal_name, "organisation": hit.affiliation} for hit in hits]
    return answer(people=found)


@bp.post("/scans")
@bearer(authenticate)
def scan(caller: Caller) -> Response:
    """One scan: the verdict in one round trip. The same id again gives the same answer."""
    item = PROBLEMS.body(ScanIn)
    _check_who(item)
    clock = Clock.of(item.device_time)
    reading = readings_of([item], caller, clock)[0]
    if isinstance(reading, ApiProblem):
        raise reading
    with unit_of_work():
        devices.note_sign_of_life(caller, skew_seconds=clock.skew_seconds)
        result = batch.record([reading], device=caller.key)[0]
    counter = counters.counter(caller.workshop_id, reading.slot.id)
    return kept_by_nobody(jsonify(scan_answer(result, counter, clock.server)))


@bp.post("/scans/batch")
@bearer(authenticate_late)
def scans(caller: Caller) -> Response:
    """What a phone kept without signal: one verdict for each item, and no item stops another."""
    sent = PROBLEMS.body(BatchIn)
    clock = Clock.of(sent.device_time)
    answers: dict[int, Any] = {}
    items = _valid(ScanIn, enumerate(sent.scans), answers)
    guests = _valid(WalkInIn, enumerate(sent.walk_ins, start=len(sent.scans)), answers)
    _record(items, caller, clock, answers)
    for index, guest in guests:
        answers[index] = walk_ins.receive(guest, caller, clock).as_item(index)
    if devices.is_sign_due(caller):
        with unit_of_work():
            devices.note_sign_of_life(caller, skew_seconds=clock.skew_seconds)
    return answer(results=[answers[index] for index in range(len(answers))])


@bp.post("/scans/undo")
@bearer(authenticate)
def undo(caller: Caller) -> Response:
    """Take an attendance back, with a reason; false when there was none."""
    item = PROBLEMS.body(UndoIn)
    if caller.session_id not in {None, item.session}:
        raise api_problems.out_of_scope()
    try:
        session, enrolment = queries.session(item.session), enrolment_by_id(item.enrolment)
    except NotFound:
        raise api_problems.session_unknown() from None
    if caller.workshop_id != session.workshop_id or caller.workshop_id != enrolment.workshop_id:
        raise api_problems.session_unknown()
    with unit_of_work():
        is_undone = services.undo(
            session=session, enrolment=enrolment, reason=item.reason, actor=caller.actor, device=caller.key
        )
    return answer(undone=is_undone)


@bp.post("/walk-ins")
@bearer(authenticate)
def walk_in(caller: Caller) -> Response:
    """Somebody without registration: admitted at once, or kept for the committee where the number raises a question."""
    item = PROBLEMS.body(WalkInIn)
    received = walk_ins.receive(item, caller, Clock.of(item.device_time))
    return answer(**received.as_item(0))


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """OpenAPI 3.1, made from the models."""
    return jsonify(document())


def _check_who(item: ScanIn) -> None:
    """Raises ApiProblem when a scan names nobody."""
    missing = "enrolment" if item.method == "search" else "code"
    if not getattr(item, missing):
        raise PROBLEMS.invalid(field=missing)


def _valid(model: type[Model], items: Any, answers: dict[int, Any]) -> list[tuple[int, Model]]:
    """The items that can be read; the others are answered."""
    found = []
    for index, raw in items:
        try:
            item = model.model_validate(raw)
            if isinstance(item, ScanIn):
                _check_who(item)
                if item.at is None:
                    raise PROBLEMS.invalid(field="at")
            found.append((index, item))
        except (ValidationError, ApiProblem) as error:
            answers[index] = invalid_item(index, raw, error)
    return found


def _record(items: list[tuple[int, ScanIn]], caller: Caller, clock: Clock, answers: dict[int, Any]) -> None:
    """Record a batch in several units of work, so that others get in between."""
    places: list[tuple[int, Reading]] = []
    for (index, item), reading in zip(items, readings_of([item for _i, item in items], caller, clock), strict=True):
        if isinstance(reading, ApiProblem):
            answers[index] = invalid_item(index, {"id": item.id}, reading)
        else:
            places.append((index, reading))
    for start in range(0, len(places), batch.AT_ONCE):
        part = places[start : start + batch.AT_ONCE]
        with unit_of_work():
            results = batch.record([reading for _i, reading in part], device=caller.key, quarantine=caller.is_over)
        answers.update({index: batch_item(index, result) for (index, _r), result in zip(part, results, strict=True)})
