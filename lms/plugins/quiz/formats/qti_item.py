"""Reads one item of QTI: which interaction it has decides which question it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import NOTHING, ONE, Content, Draft, Option, Text
from lms.plugins.quiz.enums import QuestionKind, TextFormat
from lms.plugins.quiz.formats import qti_gaps, qti_interactions
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.pictures import Album
from lms.plugins.quiz.formats.qti_markup import markup, text_of
from lms.plugins.quiz.formats.qti_responses import responses_of
from lms.plugins.quiz.formats.qti_tree import attribute, child, children, descendants, name_of, words
from lms.plugins.quiz.formats.worth import number
from lms.plugins.quiz.formats.xml_safety import Element

_INLINE = {"textentryinteraction", "inlinechoiceinteraction"}
_CORRECT = {"correct", "right", "benar"}
_INCORRECT = {"incorrect", "wrong", "salah"}
_GENERAL = {"general", "solution", "feedback", "explanation"}


def read_item(element: Element, where: str, category: tuple[str, ...], find: Callable[[str], bytes | None]) -> Draft:
    """The draft of an item; `find` gives the bytes of a picture by its address. Raises Broken."""
    album = Album(find)
    body = child(element, "itembody")
    if body is None:
        raise Broken(_("The item has no body."))
    base = Content(
        kind=QuestionKind.DESCRIPTION,
        text=NOTHING,
        name=" ".join(attribute(element, "title").split())[:300],
        mark=_mark(element),
    )
    if children(element, "templatedeclaration"):
        raise Broken(_("The item is made anew for each person from a template, which is not possible here."))
    interactions = [found for found in body.iter() if name_of(found).endswith("interaction") and _is_asked(found)]
    content = _content(element, body, interactions, base, album)
    content = _with_feedback(element, content, album)
    if not content.text:
        raise Broken(_("The question has no text."))
    if any(True for _found in descendants(element, "assessmentstimulusref")):
        album.doubt(_("The question belongs to a text that it does not hold. Add the text by hand."))
    return Draft(content=content, where=where, category=category, pictures=album.pictures(), doubts=tuple(album.doubts))


def _is_asked(interaction: Element) -> bool:
    """Not a button, and not a part of a feedback."""
    return name_of(interaction) != "endattemptinteraction" and not any(
        name_of(above) in {"feedbackblock", "templateblock"} for above in interaction.iterancestors()
    )


def _content(item: Element, body: Element, interactions: list[Element], base: Content, album: Album) -> Content:
    responses = responses_of(item)
    kinds = {name_of(found) for found in interactions}
    if not interactions:
        return replace(base, text=text_of(body, album))
    if kinds <= _INLINE and (len(interactions) > 1 or qti_gaps.is_inline(body, interactions[0])):
        return qti_gaps.cloze(item, body, interactions, responses, base, album)
    if len(interactions) > 1:
        raise Broken(_("The item asks several things at once. Make a question of each."))
    interaction = interactions[0]
    kind = name_of(interaction)
    if kind == "gapmatchinteraction":
        return qti_gaps.gap_match(body, interaction, responses, base, album)
    if kind not in qti_interactions.READERS:
        name = interaction.tag.rpartition("}")[2]
        raise Broken(_("Items with “%(name)s” cannot be imported. Make them anew as another type.", name=name[:60]))
    base = replace(base, text=_wording(body, interaction, album), feedback=NOTHING)
    return qti_interactions.READERS[kind](item, interaction, responses, base, album)


def _wording(body: Element, interaction: Element, album: Album) -> Text:
    """The body without the interaction, and the prompt of the interaction."""
    prompt = child(interaction, "prompt")
    before = markup(body, {interaction: ""}).strip()
    if prompt is None or not (words(prompt) or any(True for _img in descendants(prompt, "img", "object"))):
        asked = ""
    else:
        asked = markup(prompt).strip()
    if not before:
        return text_of(prompt, album)
    return album.text(f"{before}<p>{asked}</p>" if asked else before, TextFormat.HTML)


def _mark(item: Element) -> Decimal:
    """The highest score, where the item names it."""
    for outcome in children(item, "outcomedeclaration"):
        if attribute(outcome, "identifier").upper() == "MAXSCORE":
            value = words(child(outcome, "defaultvalue"))
            mark = number(value) if value else ONE
            return mark if 0 < mark <= 1000 else ONE
    return ONE


def _with_feedback(item: Element, content: Content, album: Album) -> Content:
    """Feedback by the identifier of an option, for right and wrong answers, or for everybody."""
    found = [(attribute(modal, "identifier"), modal) for modal in children(item, "modalfeedback")]
    found = [(name, modal) for name, modal in found if attribute(modal, "showhide", "show") != "hide"]
    names = qti_interactions.identifiers(item, content)
    for name, modal in found:
        text = text_of(modal, album)
        if not text:
            continue
        is_option = name in names
        places = [names.index(name)] if is_option else _places(name.lower(), content)
        if places:
            content = replace(content, options=_with_texts(content, places, text))
        elif not content.feedback and (name.lower() in _GENERAL or len(found) == 1):
            content = replace(content, feedback=text)
        else:
            album.doubt(_("A feedback of the item depends on conditions and was left out. Add it by hand."))
    return content


def _places(name: str, content: Content) -> list[int]:
    """The options that a feedback for right or for wrong answers is about, in a question with one answer."""
    if content.kind not in {QuestionKind.SINGLE, QuestionKind.TRUE_FALSE} or name not in _CORRECT | _INCORRECT:
        return []
    is_about_right = name in _CORRECT
    return [place for place, option in enumerate(content.options) if (option.fraction == ONE) == is_about_right]


def _with_texts(content: Content, places: list[int], text: Text) -> tuple[Option, ...]:
    """The options, with the feedback where they have none of their own."""
    return tuple(
        replace(option, feedback=text) if place in places and not option.feedback else option
        for place, option in enumerate(content.options)
    )
