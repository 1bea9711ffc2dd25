"""Questions that another program brings: each checked by itself, and the same one never twice."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from pydantic import ValidationError

from lms.core.workshops.models import Organiser
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.rest import field_errors
from lms.plugins.quiz import bank, bulk, pictures
from lms.plugins.quiz.api_keys import Caller
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Draft, Picture, to_json
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.live_models import ApiKey
from lms.plugins.quiz.rest_schemas import PictureIn, QuestionIn

_PICTURE = re.compile(r"picture:([0-9a-f]{64})")
_DEEPEST = 60  # boxes in boxes; pydantic writes no more than some 250 of them
_PLACES = {"\n", "\r", "\t"}  # the control characters that texts may hold


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """A question that can be added, at its `index` of the request."""

    index: int
    id: str
    code: str  # in the bank, made of the sender's id
    fingerprint: str
    needs_review: bool
    draft: Draft


def read(raw: Any, *, index: int, organiser_id: int) -> Pushed:
    """One item as a question. Raises RuleViolation with every reason why it cannot be one."""
    try:
        item = QuestionIn.model_validate(_printable(raw))
    except ValidationError as error:
        found = [f"{fault['field']}: {fault['message']}" for fault in field_errors(error)]
        raise RuleViolation(" ".join(found[:10])) from None
    except RecursionError:
        raise RuleViolation(_("This value is not possible here.")) from None
    if item.content.kind not in kinds():
        raise RuleViolation(_("This type of question is not known: %(kind)s", kind=item.content.kind))
    draft = Draft(
        content=item.content,
        where=item.id,
        category=tuple(item.category),
        tags=tuple(item.tags),
        pillar=item.pillar,
        objective=item.objective,
        pictures=_pictures(item),
    )
    bank.check(draft)
    return Pushed(
        index=index,
        id=item.id,
        code=code_of(organiser_id, item.id),
        fingerprint=bank.fingerprint_of(draft.content),
        needs_review=item.needs_review,
        draft=replace(draft, doubts=tuple(kinds()[draft.content.kind].doubts(draft.content))),
    )


def code_of(organiser_id: int, client_id: str) -> str:
    """The code in the bank of a question with the sender's id: the same id is always the same question."""
    return f"API-{hashlib.sha256(f'{organiser_id}:{client_id}'.encode()).hexdigest()[:12]}"


def refused(raw: Any, *, index: int, reason: str) -> dict[str, Any]:
    """The verdict on an item that cannot be a question."""
    name = raw.get("id") if isinstance(raw, dict) else None
    shown = name if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9._:~-]{1,64}", name) else None
    return _verdict(index, shown, "refused", reason=reason)


def add(items: Sequence[Pushed], *, caller: Caller, source: str) -> list[dict[str, Any]]:
    """Put new questions into the organiser's bank; a verdict on each. Inside a unit of work.

    The organiser's row is held meanwhile, so of two requests at once with the same question the later finds it.
    """
    db.session.execute(
        sa.select(Organiser.id).where(Organiser.id == caller.organiser_id).with_for_update(key_share=True)
    )
    by_code, by_print = _known(items, caller.organiser_id)
    verdicts: list[dict[str, Any]] = []
    fresh: dict[str, Pushed] = {}
    twins: list[tuple[Pushed, str]] = []  # and the code of the one in this request that is the same
    for item in items:
        known = by_code.get(item.code) or by_print.get(item.fingerprint)
        twin = next((c for c, other in fresh.items() if c == item.code or other.fingerprint == item.fingerprint), None)
        if known is not None:
            verdicts.append(_verdict(item.index, item.id, "known", question=known, reason=_differs(item, known)))
        elif twin is not None:
            twins.append((item, twin))
        else:
            fresh[item.code] = item
    added = _add(list(fresh.values()), caller, source or caller.name)
    verdicts += [_verdict(item.index, item.id, "added", question=added[code]) for code, item in fresh.items()]
    verdicts += [
        _verdict(item.index, item.id, "known", question=added[code], reason=_differs(item, added[code]))
        for item, code in twins
    ]
    return verdicts


def _add(items: list[Pushed], caller: Caller, source: str) -> dict[str, Question]:
    if not items:
        return {}
    questions = bulk.add_many([item.draft for item in items], organiser_id=caller.organiser_id, source=source[:300])
    for item, question in zip(items, questions, strict=True):
        question.code = item.code
        question.needs_review = question.needs_review or item.needs_review
    db.session.flush()
    key = db.session.get(ApiKey, caller.key_id)
    audit.record(action="quiz.pushed", subject=key, actor=caller.actor, reason=str(len(questions)))
    return {question.code: question for question in questions}


def _known(items: Sequence[Pushed], organiser_id: int) -> tuple[dict[str, Question], dict[str, Question]]:
    """Questions by code among the organiser's own, and by fingerprint among these and the ones that belong to all."""
    own = Question.organiser_id == organiser_id
    codes = sa.select(Question).where(own, Question.code.in_({item.code for item in items}))
    prints = {item.fingerprint for item in items}
    same = sa.select(Question).where(sa.or_(own, Question.organiser_id.is_(None)), Question.fingerprint.in_(prints))
    return (
        {row.code: row for row in db.session.scalars(codes)},
        {row.fingerprint: row for row in db.session.scalars(same.order_by(Question.id.desc()))},
    )


def _differs(item: Pushed, known: Question) -> str:
    if known.fingerprint != item.fingerprint:
        return _("A question with this id is in the bank with other words, and stays as it is. Send it with a new id.")
    return _("It was put away in the bank.") if known.retired_at is not None else ""


def _verdict(
    index: int, name: str | None, outcome: str, *, question: Question | None = None, reason: str = ""
) -> dict[str, Any]:
    return {
        "index": index,
        "id": name,
        "outcome": outcome,
        "question": question.id if question is not None else None,
        "code": question.code if question is not None else None,
        "reason": reason,
    }


def _pictures(item: QuestionIn) -> tuple[Picture, ...]:
    found = {picture.sha: picture for picture in map(_picture, item.pictures)}
    named = set(_PICTURE.findall(json.dumps(to_json(item.content))))
    if missing := sorted(named - set(found)):
        raise RuleViolation(_("A picture that a text names was not sent: %(sha)s", sha=missing[0]))
    return tuple(picture for sha, picture in found.items() if sha in named)


def _picture(sent: PictureIn) -> Picture:
    try:
        return pictures.checked(base64.b64decode(sent.data, validate=True))
    except binascii.Error:
        raise RuleViolation(_("A picture is no Base64.")) from None


def _printable(raw: Any, depth: int = 0) -> Any:
    """The same without control characters and half characters: they say nothing, and PostgreSQL refuses them."""
    if depth > _DEEPEST:
        raise RuleViolation(_("This value is not possible here."))
    if isinstance(raw, str):
        return "".join(char for char in raw if char in _PLACES or (char >= " " and not "\ud800" <= char <= "\udfff"))
    if isinstance(raw, float) and not math.isfinite(raw):
        raise RuleViolation(_("This value is not possible here."))
    if isinstance(raw, list):
        return [_printable(part, depth + 1) for part in raw]
    if isinstance(raw, dict):
        return {_printable(name): _printable(part, depth + 1) for name, part in raw.items()}
    return raw
