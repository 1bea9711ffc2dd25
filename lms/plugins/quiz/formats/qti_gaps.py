"""Reads the items of QTI that are a text with gaps."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _

from lms.plugins.quiz.content import MAX_PARTS, ONE, ZERO, Content, Gap, Option, Text
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.pictures import Album
from lms.plugins.quiz.formats.qti_interactions import Responses, accepted_of, response_of
from lms.plugins.quiz.formats.qti_markup import text_of
from lms.plugins.quiz.formats.qti_responses import numbers_of
from lms.plugins.quiz.formats.qti_tree import attribute, children, descendants, name_of, words
from lms.plugins.quiz.formats.xml_safety import Element


def is_inline(body: Element, interaction: Element) -> bool:
    """Whether words follow the interaction, or it is a choice within a line."""
    if name_of(interaction) == "inlinechoiceinteraction":
        return True
    place = interaction
    while place is not body:
        if (place.tail or "").strip(" \t\r\n.:?") or any("".join(e.itertext()).strip() for e in place.itersiblings()):
            return True
        place = place.getparent()
    return False


def cloze(
    item: Element, body: Element, interactions: list[Element], responses: Responses, base: Content, album: Album
) -> Content:
    """Entries and choices inside of a text."""
    if len(interactions) > MAX_PARTS:
        raise Broken(_("A gap has no end, or there are too many gaps."))
    gaps = tuple(_gap(item, interaction, responses) for interaction in interactions)
    places = {interaction: f"{{#{number}}}" for number, interaction in enumerate(interactions, start=1)}
    return replace(base, kind=QuestionKind.CLOZE, text=text_of(body, album, places), gaps=gaps)


def _gap(item: Element, interaction: Element, responses: Responses) -> Gap:
    response = response_of(interaction, responses)
    if name_of(interaction) == "inlinechoiceinteraction":
        choices = children(interaction, "inlinechoice")
        worths = response.worths([attribute(choice, "identifier") for choice in choices], adds_up=False)
        options = (
            Option(text=Text(source=words(choice)), fraction=worths[attribute(choice, "identifier")])
            for choice in choices
        )
        return Gap(weight=response.weight(), options=tuple(options))
    if response.is_figure():
        numbers = numbers_of(item, attribute(interaction, "responseidentifier"), response)
        return Gap(weight=response.weight(), numbers=numbers)
    return Gap(weight=response.weight(), accepted=accepted_of(response), case_matters=bool(response.cased))


def gap_match(body: Element, interaction: Element, responses: Responses, base: Content, album: Album) -> Content:
    """Words that are dragged into a text: each gap offers all of them."""
    response = response_of(interaction, responses)
    texts = {attribute(choice, "identifier"): words(choice) for choice in children(interaction, "gaptext")}
    places = list(descendants(interaction, "gap"))
    pairs = [value.split() for value in response.correct or response.mapping]
    right = {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
    names = [attribute(place, "identifier") for place in places]
    if not names or not all(right.get(name) in texts for name in names):
        raise Broken(_("A gap has no right answer."))
    gaps = tuple(
        Gap(
            options=tuple(
                Option(text=Text(source=text), fraction=ONE if right[name] == key else ZERO)
                for key, text in texts.items()
            )
        )
        for name in names
    )
    marks = {place: f"{{#{number}}}" for number, place in enumerate(places, start=1)}
    return replace(base, kind=QuestionKind.CLOZE, text=text_of(body, album, marks), gaps=gaps)
