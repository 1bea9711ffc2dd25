"""Questions without options to choose from, from items of office files: words, numbers, pairs, steps, essays."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz import content as shapes
from lms.plugins.quiz.content import ONE, Accepted, Content, Criterion, Number, Pair, Unit
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import figures, keys
from lms.plugins.quiz.formats.choices import Made
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.items import Entry, Item
from lms.plugins.quiz.formats.runs import Words

_BETWEEN = re.compile(r"\s*[|;\n]\s*")
_ARROW = re.compile(r"\s*(?:=>|->|→|⇒|=|:)\s*")
_UNIT = re.compile(r"\s*(?:=|×|\*)\s*")
_CRITERION = re.compile(r"(.+?)\s*[=:(]\s*([0-9]+(?:[.,][0-9]+)?)\s*(?:poin|point|points)?\s*\)?", re.DOTALL)
_DETAIL = frozenset({"gaps", "extra"})


def short(item: Item) -> Made:
    """Accepted answers between `|` or `;`; a star in a key is a star, in a column of options it stands for anything."""
    found = [
        Accepted(pattern=entry.text.text.strip(), fraction=_weight(entry), feedback=entry.feedback.to_text())
        for entry in item.entries
        if entry.text
    ]
    if not found:
        parts = [" ".join(part.split()) for part in _BETWEEN.split(_key(item))]
        found = [Accepted(pattern=part.replace("*", "\\*")) for part in dict.fromkeys(parts) if part]
    return Content(kind=QuestionKind.SHORT.value, text=item.text.to_text(), accepted=tuple(found)), []


def numeric(item: Item) -> Made:
    """Accepted numbers, with tolerance and unit where they stand beside them."""
    sources = [(entry.text.line, entry) for entry in item.entries if entry.text]
    sources = sources or [(part, Entry()) for part in _BETWEEN.split(_key(item)) if part.strip()]
    found: list[Number] = []
    doubts: list[str] = []
    units = _units(item.units)
    for raw, entry in sources:
        number, unit, more = figures.accepted(raw, item.tolerance)
        found.append(replace(number, fraction=_weight(entry), feedback=entry.feedback.to_text()))
        doubts += more
        if unit and unit.name not in {known.name for known in units}:
            units.append(unit)
    text = item.text.to_text()
    return Content(kind=QuestionKind.NUMERIC.value, text=text, numbers=tuple(found), units=tuple(units)), doubts


def matching(item: Item) -> Made:
    """Pairs: side by side, by codes, or as "prompt = partner". A partner alone is a distractor."""
    pairs = _by_codes(item) if item.key_pairs else _side_by_side(item)
    prompts = [pair.prompt.source for pair in pairs if pair.prompt]
    if len(set(prompts)) < len(prompts):
        raise Broken(_("Two prompts read the same."))
    text = item.text.to_text()
    return Content(kind=QuestionKind.MATCHING.value, text=text, pairs=tuple(pairs)), []


def ordering(item: Item) -> Made:
    """The steps as they stand are in the right order, unless the key gives another ("C, A, B")."""
    entries = [entry for entry in item.entries if entry.text]
    if not item.key:
        steps = entries
    else:
        found = keys.find(item.key.text, [entry.text.line for entry in entries])
        if found.problem or len(found.places) != len(entries):
            reason = _("The key does not name each of the %(count)s steps once.", count=len(entries))
            raise Broken(found.problem or reason)
        steps = [entries[place] for place in found.places]
    texts = tuple(entry.text.to_text() for entry in steps)
    return Content(kind=QuestionKind.ORDERING.value, text=item.text.to_text(), steps=texts), []


def essay(item: Item) -> Made:
    """A text marked by hand; a key is a model answer for graders."""
    criteria: list[Criterion] = []
    doubts: list[str] = []
    for line in (line.strip() for line in item.rubric.split("\n") if line.strip()):
        found = _CRITERION.fullmatch(line)
        points = figures.plain(found[2]) if found else None
        if found and points:
            criteria.append(Criterion(text=found[1].strip(), points=points))
        else:
            doubts.append(_("The line “%(line)s” of the rubric has no points and was left out.", line=line[:60]))
    model = (item.model or item.key).to_text()
    text = item.text.to_text()
    return Content(kind=QuestionKind.ESSAY.value, text=text, rubric=tuple(criteria), model_answer=model), doubts


def description(item: Item) -> Made:
    """A text to read."""
    return Content(kind=QuestionKind.DESCRIPTION.value, text=item.text.to_text()), []


def cloze(item: Item) -> Made:
    """A text with gaps `{#1}`, whose answers are in the JSON of the column RINCIAN."""
    if not item.detail.strip():
        raise Broken(_("A text with gaps needs the column RINCIAN of an exported file."))
    try:
        detail = json.loads(item.detail)
        known = isinstance(detail, dict) and set(detail) <= _DETAIL
        gaps = shapes.from_json({"kind": "cloze", "text": {}, **detail}) if known else None
    except (ValueError, RecursionError):
        gaps = None
    if gaps is None:
        raise Broken(_("The column RINCIAN is damaged. Export the question again."))
    return replace(gaps, text=item.text.to_text()), []


def detail(content: Content) -> str:
    """JSON of what no column holds; empty for most questions."""
    stored = {name: value for name, value in shapes.to_json(content).items() if name in _DETAIL}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":")) if stored else ""


def _key(item: Item) -> str:
    if not item.key:
        raise Broken(_("The question has no key. Write the right answer into its column."))
    return item.key.text.strip()


def _weight(entry: Entry) -> Decimal:
    return figures.percent(entry.weight) if entry.weight.strip() else ONE


def _units(raw: str) -> list[Unit]:
    found = []
    for part in (part for part in _BETWEEN.split(raw) if part.strip()):
        name, *factor = _UNIT.split(part.strip(), maxsplit=1)
        value = figures.plain(factor[0]) if factor else ONE
        if value is None:
            raise Broken(_("The unit “%(unit)s” needs a number behind the equals sign.", unit=part.strip()[:40]))
        found.append(Unit(name=name.strip(), factor=value))
    return found


def _side_by_side(item: Item) -> list[Pair]:
    found = []
    for entry in item.entries:
        if entry.partner:
            found.append(_pair(entry.text, entry.partner))
        elif entry.text:
            text = entry.text.text
            match = next(
                (m for m in _ARROW.finditer(text) if text[: m.start()].strip() and text[m.end() :].strip()), None
            )
            if match is None:
                raise Broken(_("“%(prompt)s” has no partner.", prompt=entry.text.line[:60]))
            found.append(_pair(entry.text.cut(0, match.start()), entry.text.cut(match.end())))
    return found


def _by_codes(item: Item) -> list[Pair]:
    prompts = {_code(entry.code): entry.text for entry in item.entries if entry.text}
    partners = {_code(entry.partner_code): entry.partner for entry in item.entries if entry.partner}
    found, used = [], set()
    for code, partner in item.key_pairs:
        for one in [part for part in re.split(r"[\s,;]+", partner) if part][:1]:
            if _code(code) not in prompts or _code(one) not in partners:
                raise Broken(
                    _("The key pairs %(one)s with %(other)s, but one of them is missing.", one=code, other=one)
                )
            found.append(_pair(prompts[_code(code)], partners[_code(one)]))
            used.add(_code(one))
    paired = {_code(code) for code, _partner in item.key_pairs}
    if lone := [code for code in prompts if code not in paired]:
        raise Broken(_("The key gives no partner for %(prompt)s.", prompt=lone[0]))
    return [*found, *(_pair(Words(), words) for code, words in partners.items() if code not in used)]


def _pair(prompt: Words, partner: Words) -> Pair:
    return Pair(prompt=prompt.strip().to_text(), answer=partner.line)


def _code(raw: str) -> str:
    return raw.strip(" .)(").casefold()
