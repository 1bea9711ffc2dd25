"""Questions and answers as xAPI interaction activities; from the public version, so nothing tells what is right."""

from __future__ import annotations

from typing import Any

from lms.plugins.quiz.content import Unit
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.kinds import likert, numbers, wording
from lms.plugins.quiz.kinds.base import Value
from lms.plugins.quiz.kinds.choice import NO_WORDS
from lms.plugins.quiz.versions import Version

INTERACTION = "http://adlnet.gov/expapi/activities/cmi.interaction"
_TYPES = {
    QuestionKind.SINGLE: "choice",
    QuestionKind.MULTIPLE: "choice",
    QuestionKind.TRUE_FALSE: "true-false",
    QuestionKind.SHORT: "fill-in",
    QuestionKind.NUMERIC: "numeric",
    QuestionKind.MATCHING: "matching",
    QuestionKind.ORDERING: "sequencing",
    QuestionKind.CLOZE: "fill-in",
    QuestionKind.ESSAY: "long-fill-in",
    QuestionKind.LIKERT: "likert",
}
_WRITTEN = {QuestionKind.SHORT, QuestionKind.ESSAY, QuestionKind.CLOZE}  # in a person's own words
_AND, _TO = "[,]", "[.]"  # the delimiters of the standard
_LONGEST = 2000  # characters of a wording
Parts = list[dict[str, Any]]


def definition_of(version: Version) -> dict[str, Any]:
    """The question with its parts in the order of its author; types of plugins are `other`."""
    public, kind = version.public, version.kind
    text = public.get("text") or public.get("body") or ""
    found: dict[str, Any] = {
        "type": INTERACTION,
        "interactionType": _TYPES.get(kind, "other"),  # type: ignore[call-overload]
        "description": _said(wording.gapless(_words(text))),
    }
    if kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}:
        found["choices"] = _parts(public["options"])
    elif kind == QuestionKind.LIKERT:
        found["scale"] = _parts(public["options"] or [str(step) for step in likert.STEPS])
    elif kind == QuestionKind.ORDERING:
        found["choices"] = _parts(public["items"])
    elif kind == QuestionKind.MATCHING:
        found["source"], found["target"] = _parts(public["prompts"]), _parts(public["answers"])
    return found


def response_of(version: Version, value: Value, *, has_texts: bool) -> str | None:
    """The answer as the standard writes it. Own words only with `has_texts`: anything may stand in them."""
    public, kind = version.public, version.kind
    match kind:
        case QuestionKind.SINGLE | QuestionKind.LIKERT:
            return _name(value)
        case QuestionKind.MULTIPLE:
            return _AND.join(_name(position) for position in value)
        case QuestionKind.TRUE_FALSE:
            is_first_false = _words(public["options"][0]).casefold() in NO_WORDS
            return "true" if (value == 0) != is_first_false else "false"
        case QuestionKind.MATCHING:
            pairs = ((place, position) for place, position in enumerate(value) if position is not None)
            return _AND.join(f"{_name(place)}{_TO}{_name(position)}" for place, position in pairs)
        case QuestionKind.ORDERING:
            placed = sorted((place, item) for item, place in enumerate(value) if place is not None)
            return _AND.join(_name(item) for _place, item in placed)
        case QuestionKind.NUMERIC:
            return _number(public, value) or (value if has_texts else None)
    if not has_texts or kind not in _WRITTEN:
        return None
    return str(value) if isinstance(value, str) else _AND.join(_gap(part) for part in value)


def _number(public: dict[str, Any], typed: str) -> str | None:
    """The number without its unit; None for what is no number, or one of two senses ("1.234")."""
    found = numbers.readings(typed, [Unit(name=name) for name in public["units"]])
    return format(found[0], "f") if len(found) == 1 and abs(found[0].adjusted()) < numbers.MAX_LENGTH else None


def _gap(part: int | str | None) -> str:
    return "" if part is None else _name(part) if isinstance(part, int) else part


def _parts(texts: list[wording.PublicText]) -> Parts:
    return [
        {"id": _name(position), "description": _said(_words(text) or _name(position))}
        for position, text in enumerate(texts)
    ]


def _name(position: int) -> str:
    """The id of a part: its place from 1, which never changes in a version."""
    return str(position + 1)


def _words(text: wording.PublicText) -> str:
    return wording.plain(wording.from_public(text))


def _said(text: str) -> dict[str, str]:
    """A language map. What authors write is in Indonesian here."""
    return {"id": text[:_LONGEST]}
