"""What materials show on pages of the core."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.permissions import Role
from lms.plugins.materials import queries
from lms.plugins.schedule.api import SessionKind, sessions_of, sessions_of_speaker


def participants_of(workshop: Workshop, enrolment: Enrolment) -> int | None:
    """The tile looks the same to all confirmed participants."""
    return workshop.id if enrolment.is_confirmed and enrolment.role is Role.PESERTA else None


def deed(workshop: Workshop, enrolment: Enrolment) -> Mapping[str, object] | None:
    """The tile of a ticket: opened of all materials; for a speaker, own sessions with and without material."""
    if not enrolment.is_confirmed:
        return None
    found = queries.materials_of(workshop.id)
    if enrolment.role is Role.NARASUMBER:
        own = [session.id for session in sessions_of_speaker(enrolment.id)]
        return {"is_speaker": True, "done": sum(1 for number in own if found.get(number)), "total": len(own)}
    materials = [material for rows in queries.shown_to(found, frozenset()).values() for material in rows]
    opened = sum(1 for material in materials if queries.is_open(material))
    return {"is_speaker": False, "done": opened, "total": len(materials)}


def _coverage(workshop: Workshop) -> tuple[int, int]:
    counts = queries.count_by_session(workshop.id)
    taught = [session for session in sessions_of(workshop.id) if session.kind is SessionKind.SESSION]
    return sum(1 for session in taught if counts.get(session.id)), len(taught)


def kpi(workshop: Workshop) -> Mapping[str, object] | None:
    """Sessions that have a material."""
    done, total = _coverage(workshop)
    return {"done": done, "total": total} if total else None


def todo(workshop: Workshop) -> Mapping[str, object] | None:
    """A reminder while sessions lack materials."""
    done, total = _coverage(workshop)
    return {"missing": total - done} if done < total else None
