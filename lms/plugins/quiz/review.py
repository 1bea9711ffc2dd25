"""What people may see of their own answers again, and when: score, right and wrong, keys, explanations (Q28)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.settings import setting
from lms.plugins.quiz import grading, queries, quizzes
from lms.plugins.quiz.content import ZERO, Content
from lms.plugins.quiz.enums import Phase, QuizKind, QuizState, Reveal
from lms.plugins.quiz.kinds.registry import kind_of
from lms.plugins.quiz.kinds.reviewed import Reviewed, Show, review
from lms.plugins.quiz.models import Attempt, Mark, Quiz

RIGHT_AFTER = timedelta(minutes=2)
NOTHING: frozenset[Reveal] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Review:
    """The result of a finished attempt, as far as this person may know it now. `items` is empty for a score alone."""

    phase: Phase
    shows_score: bool
    is_passed: bool | None  # None: not to be told, not final, or nothing to pass
    waiting: int  # answers that a person must still mark
    band: str  # what the committee says to this score
    items: tuple[Reviewed, ...]


def phase_of(quiz: Quiz, attempt: Attempt, moment: datetime | None = None) -> Phase:
    """When the person looks; a quiz that has closed is closed for everybody who is done, once nobody has time left."""
    moment = moment or now()
    if not attempt.is_finished:
        return Phase.DURING
    is_over = quiz.state is QuizState.CLOSED or (quiz.closes_at is not None and quiz.closes_at <= moment)
    if is_over and not queries.is_still_taken(quiz.id):
        return Phase.CLOSED
    if attempt.submitted_at is not None and moment < attempt.submitted_at + RIGHT_AFTER:
        return Phase.AFTER
    return Phase.OPEN


def revealed(quiz: Quiz, phase: Phase) -> frozenset[Reveal]:
    """Exactly what the committee set for the phase.

    Where it set nothing at all: the score as the setting says, and the rest once keys may be out everywhere.
    """
    if quiz.review:
        return frozenset(Reveal(name) for name in quiz.review.get(phase, ()) if name in set(Reveal))
    if phase is Phase.DURING:
        return NOTHING
    if phase is Phase.CLOSED and quizzes.keys_are_out(quiz):
        return frozenset(Reveal)
    return frozenset({Reveal.SCORE}) if setting("quiz.show_score", workshop_id=quiz.workshop_id) else NOTHING


def review_of(quiz: Quiz, attempt: Attempt) -> Review:
    """What the result page shows; reads keys only where something of them is shown."""
    phase = phase_of(quiz, attempt)
    reveals = revealed(quiz, phase)
    shows_score = Reveal.SCORE in reveals
    return Review(
        phase=phase,
        shows_score=shows_score,
        is_passed=is_passed(quiz, attempt) if shows_score else None,
        waiting=sum(mark is None for mark in attempt.marks),
        band=_band(quiz, attempt) if shows_score and (Reveal.FEEDBACK in reveals or not quiz.review) else "",
        items=() if quiz.answers_erased_at else _items(attempt, show_of(reveals), range(len(attempt.layout))),
    )


def checked_items(quiz: Quiz, attempt: Attempt) -> dict[int, Reviewed]:
    """`{number: what is shown}` of the questions that the person has checked while the attempt runs."""
    places = [place for place, slot in enumerate(attempt.layout) if slot.get("c")]
    if not places:
        return {}
    show = show_of(revealed(quiz, Phase.DURING))
    return {item.number: item for item in _items(attempt, show, places)}


def may_check(quiz: Quiz) -> bool:
    """Whether people may look at single questions while the attempt runs."""
    return _tells(show_of(revealed(quiz, Phase.DURING)))


def show_of(reveals: frozenset[Reveal]) -> Show:
    """What single questions show. A mark tells what was right, so it comes only together with that."""
    return Show(
        score=Reveal.SCORE in reveals and Reveal.CORRECTNESS in reveals,
        correctness=Reveal.CORRECTNESS in reveals,
        key=Reveal.KEY in reveals,
        feedback=Reveal.FEEDBACK in reveals,
    )


def _tells(show: Show) -> bool:
    return show.correctness or show.key or show.feedback


def _items(attempt: Attempt, show: Show, places: range | list[int]) -> tuple[Reviewed, ...]:
    if not _tells(show):
        return ()
    slots = [attempt.layout[place] for place in places]
    contents = grading.contents_of({slot["v"] for slot in slots} | {grading.key_version(slot) for slot in slots})
    values = grading.values_of([attempt.id])[attempt.id]
    rows = db.session.scalars(sa.select(Mark).filter_by(attempt_id=attempt.id)) if attempt.is_finished else ()
    comments = {row.question_id: row.comment for row in rows}
    found = []
    for place in places:
        slot = attempt.layout[place]
        content = _as_seen(contents[slot["v"]], contents[grading.key_version(slot)])
        value = values.get(slot["q"])
        item = review(
            kind_of(content.kind),
            number=place + 1,
            content=content,
            order=slot["o"],
            value=value,
            show=show,
            mark=_mark(attempt, place, content, value),
            max_mark=Decimal(slot["m"]),
            comment=comments.get(slot["q"], ""),
        )
        found.append(item)
    return tuple(found)


def _as_seen(seen: Content, counting: Content) -> Content:
    """What counts now, in the words that the person saw (Q26): marking again may go by the key of a later version."""
    if seen is counting or len(seen.options) != len(counting.options):
        return counting
    options = [replace(now_, text=then.text) for now_, then in zip(counting.options, seen.options, strict=True)]
    return replace(counting, text=seen.text, options=tuple(options))


def _mark(attempt: Attempt, place: int, content: Content, value: object) -> Decimal | None:
    """As it was marked, or, while the attempt runs, as it would be."""
    if attempt.is_finished:
        mark = attempt.marks[place] if place < len(attempt.marks) else None
        return None if mark is None else Decimal(mark)
    if not kind_of(content.kind).is_scored:
        return None
    fraction = grading.fraction_of(content, value, None)
    return None if fraction is None else fraction * Decimal(attempt.layout[place]["m"])


def is_passed(quiz: Quiz, attempt: Attempt) -> bool | None:
    """A pre-test asks what people know before anybody taught them: there is nothing to pass."""
    if quiz.kind is QuizKind.PRE or attempt.score_ratio is None or attempt.is_provisional:
        return None
    return attempt.score_ratio >= quiz.pass_ratio


def _band(quiz: Quiz, attempt: Attempt) -> str:
    """The words of the highest band that the score reaches."""
    if attempt.score_ratio is None or attempt.is_provisional:
        return ""
    reached = [band for band in quiz.bands if Decimal(band.get("from") or ZERO) <= attempt.score_ratio]
    return max(reached, key=lambda band: Decimal(band.get("from") or ZERO))["text"] if reached else ""
