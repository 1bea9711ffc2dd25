"""Writes on the rules of check-in at a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.core.enrolments.services import lock_workshop
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor
from lms.plugins.checkin import queries
from lms.plugins.checkin.enums import Mode, Strength
from lms.plugins.checkin.models import SessionRule
from lms.plugins.schedule.api import Session

_FIELDS = ("mode", "question", "required", "has_second_code")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How check-in works at one session."""

    mode: Mode = Mode.ONCE
    question: str = ""
    required: Strength | None = None
    has_second_code: bool = False


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """A session with the rule in force."""

    session: Session
    rule: Rule


def lines(sessions: Sequence[Session]) -> list[RuleLine]:
    """Every session with its rule, the default where none was chosen; one statement."""
    known = queries.rules_of([session.id for session in sessions])
    return [RuleLine(session=session, rule=_rule(known.get(session.id))) for session in sessions]


def _rule(row: SessionRule | None) -> Rule:
    return Rule(**{name: getattr(row, name) for name in _FIELDS}) if row is not None else Rule()


def save(*, session: Session, rule: Rule, actor: Actor) -> SessionRule:
    """Put the rule in force for scans from now on; the same again changes nothing.

    What was recorded before stays. Evidence is weighed when it is asked for, so that `required` works for old ones too.
    """
    lock_workshop(session.workshop_id)  # the same form sent twice at once: the second waits here
    row = queries.rule_of(session.id)
    values = {
        "mode": rule.mode,
        "question": rule.question.strip()[:200],
        # Every attendance is at least weakly evidenced: asking for that asks for nothing.
        "required": None if rule.required is Strength.WEAK else rule.required,
        "has_second_code": rule.has_second_code,
    }
    changed = [name for name in _FIELDS if getattr(row, name) != values[name]]
    if changed:
        for name in changed:
            setattr(row, name, values[name])
        db.session.add(row)
        db.session.flush()
        audit.record(
            action="checkin.rule_changed", subject=session, workshop_id=session.workshop_id, actor=actor, fields=changed
        )
    return row
