"""Reads the interactions of QTI that are a question of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask_babel import gettext as _

from lms.plugins.quiz.content import MAX_PARTS, NOTHING, ONE, ZERO, Accepted, Content, Option, Pair
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.pictures import Album
from lms.plugins.quiz.formats.qti_markup import text_of
from lms.plugins.quiz.formats.qti_responses import Response, numbers_of
from lms.plugins.quiz.formats.qti_tree import attribute, child, children, descendants, words
from lms.plugins.quiz.formats.worth import true_false
from lms.plugins.quiz.formats.xml_safety import Element

Responses = Mapping[str, Response]
Reader = Callable[[Element, Element, Responses, Content, Album], Content]
_TRUE = {"true", "benar", "betul", "ya", "yes"}
_FALSE = {"false", "salah", "tidak", "no"}


def response_of(interaction: Element, responses: Responses) -> Response:
    """What is right in an interaction. Raises Broken where nothing is said about it."""
    found = responses.get(attribute(interaction, "responseidentifier"))
    if found is None or not (found.correct or found.mapping):
        raise Broken(_("No answer is marked as right. Mark the key and import the question again."))
    return found


def identifiers(item: Element, content: Content) -> list[str]:
    """The identifiers of the options of a choice, in the order of the content's options."""
    found = [attribute(choice, "identifier") for choice in descendants(item, "simplechoice")]
    if content.kind == QuestionKind.TRUE_FALSE and len(found) == 2:
        words_of = [words(choice).lower() for choice in descendants(item, "simplechoice")]
        return found if words_of[0] in _TRUE else found[::-1]
    return found if len(found) == len(content.options) else []


def _choice(item: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    response = response_of(interaction, responses)
    choices = children(interaction, "simplechoice")
    if len(choices) < 2 or len(choices) > MAX_PARTS:
        raise Broken(_("Give at least two options."))
    is_multiple = response.cardinality != "single"
    worths = response.worths([attribute(choice, "identifier") for choice in choices], adds_up=is_multiple)
    options = [
        Option(
            text=text_of(choice, album),
            fraction=worths[attribute(choice, "identifier")],
            feedback=text_of(next(descendants(choice, "feedbackinline", "feedbackblock"), None), album),
        )
        for choice in choices
    ]
    if is_multiple and not response.mapping:
        album.doubt(_("The file gives the mark only for exactly the right options; here some of them earn a part."))
    if not is_multiple and _is_truth(choices):
        return _truth(choices, options, base)
    return replace(
        base,
        kind=QuestionKind.MULTIPLE if is_multiple else QuestionKind.SINGLE,
        options=tuple(options),
        shuffles=attribute(interaction, "shuffle", "false") == "true",
    )


def _is_truth(choices: list[Element]) -> bool:
    said = {words(choice).lower() for choice in choices}
    return len(choices) == 2 and bool(said & _TRUE) and bool(said & _FALSE)


def _truth(choices: list[Element], options: list[Option], base: Content) -> Content:
    """The affirming option first."""
    true, false = options if words(choices[0]).lower() in _TRUE else options[::-1]
    found = true_false(is_true=true.fraction == ONE, when_true=true.feedback, when_false=false.feedback)
    return replace(base, kind=QuestionKind.TRUE_FALSE, options=found)


def _order(item: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    response = response_of(interaction, responses)
    steps = {
        attribute(choice, "identifier"): text_of(choice, album) for choice in children(interaction, "simplechoice")
    }
    if sorted(response.correct) != sorted(steps):
        raise Broken(_("The right order must name each step once."))
    return replace(base, kind=QuestionKind.ORDERING, steps=tuple(steps[name] for name in response.correct))


def _match(item: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    sets = children(interaction, "simplematchset")
    if len(sets) != 2:
        raise Broken(_("Matching needs two lists."))
    left, right = ({attribute(c, "identifier"): c for c in children(part, "simpleassociablechoice")} for part in sets)
    found = _pairs(interaction, responses)
    if len({first for first, _second in found}) < len(found):
        left, right, found = right, left, [(second, first) for first, second in found]
    if len({first for first, _second in found}) < len(found):
        raise Broken(_("An entry has several partners, which matching does not have here."))
    return _matching(left, right, found, base, album)


def _associate(item: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    choices = {attribute(c, "identifier"): c for c in children(interaction, "simpleassociablechoice")}
    found = _pairs(interaction, responses)
    names = [name for pair in found for name in pair]
    if len(set(names)) < len(names):
        raise Broken(_("An entry has several partners, which matching does not have here."))
    rest = {name: choice for name, choice in choices.items() if name not in {first for first, _second in found}}
    left = {name: choice for name, choice in choices.items() if name not in rest}
    return _matching(left, rest, found, base, album)


def _pairs(interaction: Element, responses: Responses) -> list[tuple[str, str]]:
    """The right pairs of identifiers."""
    response = response_of(interaction, responses)
    values = response.correct or [key for key, points in response.mapping.items() if points > 0]
    pairs = [value.split() for value in values]
    if not all(len(pair) == 2 for pair in pairs):
        raise Broken(_("There are no pairs to match."))
    return [(first, second) for first, second in pairs]


def _matching(
    left: Mapping[str, Element],
    right: Mapping[str, Element],
    found: list[tuple[str, str]],
    base: Content,
    album: Album,
) -> Content:
    """Entries of the left without a partner are broken; partners without an entry are distractors."""
    partners = dict(found)
    if set(partners) != set(left) or not set(partners.values()) <= set(right):
        raise Broken(_("A pair has no partner. Write it or take the pair out."))
    pairs = [Pair(prompt=text_of(left[name], album), answer=words(right[partners[name]])) for name in left]
    alone = [name for name in right if name not in set(partners.values())]
    pairs += [Pair(prompt=NOTHING, answer=words(right[name])) for name in alone]
    if not all(pair.answer for pair in pairs):
        raise Broken(_("A partner has no words. Pictures can only be on the side of the questions."))
    return replace(base, kind=QuestionKind.MATCHING, pairs=tuple(pairs))


def _entry(item: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    response = response_of(interaction, responses)
    if response.is_figure():
        numbers = numbers_of(item, attribute(interaction, "responseidentifier"), response)
        return replace(base, kind=QuestionKind.NUMERIC, numbers=numbers)
    accepted = accepted_of(response)
    return replace(base, kind=QuestionKind.SHORT, accepted=accepted, case_matters=bool(response.cased))


def accepted_of(response: Response) -> tuple[Accepted, ...]:
    """The accepted answers of a text entry; a star in them is a star."""
    keys = list(dict.fromkeys([*response.mapping, *response.correct]))
    worths = response.worths(keys, adds_up=False)
    right = set(response.correct)
    return tuple(
        Accepted(
            pattern=key.replace("*", "\\*"),
            fraction=worths[key] if key in response.mapping else ONE if key in right else ZERO,
        )
        for key in keys
        if key
    )


def _essay(item: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    guide = next((block for block in descendants(item, "rubricblock") if "scorer" in attribute(block, "view")), None)
    return replace(base, kind=QuestionKind.ESSAY, model_answer=text_of(_content_of(guide), album))


def _content_of(block: Element | None) -> Element | None:
    """QTI 3 wraps the content of a block once more."""
    inside = None if block is None else child(block, "contentbody")
    return block if inside is None else inside


READERS: dict[str, Reader] = {
    "choiceinteraction": _choice,
    "orderinteraction": _order,
    "matchinteraction": _match,
    "associateinteraction": _associate,
    "textentryinteraction": _entry,
    "extendedtextinteraction": _essay,
}
