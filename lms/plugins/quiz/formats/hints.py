"""What only this program says about a question, in a place of another format that others pass over."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.plugins.quiz.content import NOTHING, ONE, Criterion, Draft, Text
from lms.plugins.quiz.enums import Pillar, TextFormat
from lms.plugins.quiz.formats.pictures import Album, data_address, with_addresses


def of(draft: Draft, *, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """JSON of what differs from the default; `without` names what the format says itself."""
    content = draft.content
    address_of = data_address(draft.pictures)
    found: dict[str, Any] = {}
    if content.mark != ONE:
        found["mark"] = str(content.mark)
    if content.case_matters:
        found["case"] = True
    if not content.accents_matter:
        found["accents"] = False
    if not content.shuffles:
        found["shuffles"] = False
    if content.model_answer:
        found["answer"] = _text(content.model_answer, address_of)
    if content.rubric:
        found["rubric"] = [[criterion.text, str(criterion.points)] for criterion in content.rubric]
    if content.feedback:
        found["feedback"] = _text(content.feedback, address_of)
    if draft.pillar is not Pillar.NONE:
        found["pillar"] = draft.pillar.value
    if draft.objective:
        found["objective"] = draft.objective
    return {name: value for name, value in found.items() if name not in without}


def apply(draft: Draft, hints: Mapping[str, Any], album: Album) -> Draft:
    """The draft with what was said about it; what makes no sense is passed over. Anybody may have written the hints."""
    values: dict[str, Any] = {}
    mark = _figure(hints.get("mark"))
    if mark is not None and 0 < mark <= 1000:
        values["mark"] = mark
    for name, field in (("case", "case_matters"), ("accents", "accents_matter"), ("shuffles", "shuffles")):
        if isinstance(hints.get(name), bool):
            values[field] = hints[name]
    for name, field in (("answer", "model_answer"), ("feedback", "feedback")):
        text = _read_text(hints.get(name), album)
        if text:
            values[field] = text
    values["rubric"] = _rubric(hints.get("rubric")) or draft.content.rubric
    pillar, objective = hints.get("pillar"), hints.get("objective")
    return dataclasses.replace(
        draft,
        content=dataclasses.replace(draft.content, **values),
        pillar=Pillar(pillar) if pillar in set(Pillar) else draft.pillar,
        objective=objective[:500] if isinstance(objective, str) else draft.objective,
    )


def _text(text: Text, address_of: Callable[[str], str]) -> list[str]:
    return [text.format.value, with_addresses(text, address_of)]


def _read_text(stored: object, album: Album) -> Text:
    if not isinstance(stored, list) or len(stored) != 2 or not all(isinstance(part, str) for part in stored):
        return NOTHING
    return album.text(stored[1], TextFormat(stored[0])) if stored[0] in set(TextFormat) else NOTHING


def _figure(stored: object) -> Decimal | None:
    if not isinstance(stored, str) or len(stored) > 20:
        return None
    try:
        figure = Decimal(stored)
    except InvalidOperation:
        return None
    return figure if figure.is_finite() else None


def _rubric(stored: object) -> tuple[Criterion, ...]:
    if not isinstance(stored, list):
        return ()
    found = []
    for line in stored[:50]:
        if isinstance(line, list) and len(line) == 2 and isinstance(line[0], str):
            points = _figure(line[1])
            if points is not None and points > 0:
                found.append(Criterion(text=line[0], points=points))
    return tuple(found)
