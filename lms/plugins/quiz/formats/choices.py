"""Questions with options, from items of office files: which options are right, and what each is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Content, Option
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats import figures, keys
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.items import Entry, Item
from lms.plugins.quiz.formats.runs import PICTURE, Words

# In this order, where an author used several to show the key.
_LOOKS = ("shade", "colour", "bold", "underline")
Made = tuple[Content, list[str]]
TRUE_WORDS = ("Benar", "Salah")


@dataclass(frozen=True, kw_only=True)
class _Right:
    places: tuple[int, ...]
    doubts: list[str]


def single(item: Item) -> Made:
    """One right option; two that are clearly marked make a question with several."""
    entries = _entries(item)
    if any(entry.weight.strip() for entry in entries):
        return _weighted(QuestionKind.SINGLE, item, entries)
    right = _right(item, entries)
    doubts = list(right.doubts)
    if len(right.places) > 1:
        doubts.append(_("Several options are marked as right, so this became a question with several right options."))
        return _content(QuestionKind.MULTIPLE, item, entries, _several(entries, right.places)), doubts
    fractions = [ONE if place in right.places else ZERO for place in range(len(entries))]
    return _content(QuestionKind.SINGLE, item, entries, fractions), doubts


def multiple(item: Item) -> Made:
    """Several right options with equal parts. A wrong one takes away enough that ticking everything earns nothing."""
    entries = _entries(item)
    if any(entry.weight.strip() for entry in entries):
        return _weighted(QuestionKind.MULTIPLE, item, entries)
    right = _right(item, entries)
    return _content(QuestionKind.MULTIPLE, item, entries, _several(entries, right.places)), right.doubts


def true_false(item: Item) -> Made:
    """A statement, with its own words for true and false or the usual ones."""
    entries = [entry for entry in item.entries if entry.text]
    if entries and any(entry.weight.strip() for entry in entries):
        return _weighted(QuestionKind.TRUE_FALSE, item, _entries(item))
    if len(entries) == 2:
        right = _right(item, _entries(item)) if not _is_truth(item, entries) else _by_truth(item, entries)
        fractions = [ONE if place in right.places else ZERO for place in range(2)]
        return _content(QuestionKind.TRUE_FALSE, item, entries, fractions), right.doubts
    value = keys.truth(item.key.line)
    if not item.key:
        raise Broken(_no_key())
    if entries or value is None:
        raise Broken(_("The key “%(key)s” is neither true nor false.", key=item.key.line[:60]))
    plain = [Entry(text=Words.of(word)) for word in TRUE_WORDS]
    return _content(QuestionKind.TRUE_FALSE, item, plain, [ONE, ZERO] if value else [ZERO, ONE]), []


def likert(item: Item) -> Made:
    """A rating: the options are its steps from the lowest."""
    entries = [entry for entry in item.entries if entry.text]
    return _content(QuestionKind.LIKERT, item, entries, [ZERO] * len(entries)), []


def share(count: int) -> Decimal:
    """The part of the mark of one among `count` right options, as formats write it."""
    return (ONE / count).quantize(Decimal("0.0000001")).normalize()


def _entries(item: Item) -> list[Entry]:
    """The options with the empty ones between them, so that letters stay right."""
    entries = list(item.entries)
    while entries and not entries[-1].text:
        entries.pop()
    if sum(1 for entry in entries if entry.text) < 2:
        raise Broken(_("Give at least two options."))
    seen: dict[str, int] = {}
    for place, entry in enumerate(entries):
        first = seen.setdefault(" ".join(_plainly(entry.text).to_text().source.split()), place) if entry.text else place
        if first != place:
            raise Broken(
                _("Options %(one)s and %(other)s read the same.", one=keys.letter(first), other=keys.letter(place))
            )
    return entries


def _right(item: Item, entries: Sequence[Entry]) -> _Right:
    ticked = tuple(place for place, entry in enumerate(entries) if entry.is_marked and entry.text)
    look, shown = _by_looks(entries)
    if item.key:
        found = keys.find(item.key.text.replace(PICTURE, ""), [_option_text(entry) for entry in entries])
        if found.problem:
            raise Broken(found.problem)
        doubts = list(found.doubts)
        for others in (ticked, shown if look != "underline" else ()):
            if others and others != tuple(sorted(found.places)):
                doubts.append(
                    _(
                        "The key says %(key)s, but %(marked)s is marked in the text; the key was taken.",
                        key=_letters(found.places),
                        marked=_letters(others),
                    )
                )
        return _Right(places=found.places, doubts=doubts)
    if ticked:
        return _Right(places=ticked, doubts=[])
    if shown:
        return _Right(places=shown, doubts=_other_looks(entries, look, shown))
    raise Broken(_no_key())


def _by_looks(entries: Sequence[Entry]) -> tuple[str, tuple[int, ...]]:
    """The look that sets some options apart, and those options. What all of them have says nothing."""
    filled = [place for place, entry in enumerate(entries) if entry.text]
    if all(entry.text.is_bare and not entry.is_bold_mark for entry in entries):
        return "", ()
    for look in _LOOKS:
        shown = tuple(place for place in filled if _has(entries[place], look))
        if look == "colour" and shown:
            # Where most are coloured, or in several colours, colour is decoration.
            shown = shown if len(shown) * 2 <= len(filled) else ()
        if 0 < len(shown) < len(filled):
            return look, shown
    return "", ()


def _other_looks(entries: Sequence[Entry], look: str, shown: tuple[int, ...]) -> list[str]:
    """A doubt where another look sets other options apart."""
    for other in _LOOKS:
        if other in {look, "underline"}:
            continue
        places = tuple(place for place, entry in enumerate(entries) if entry.text and _has(entry, other))
        if places and places != shown and len(places) * 2 <= len(entries):
            return [
                _(
                    "Option %(one)s is marked in one way and option %(other)s in another; %(one)s was taken.",
                    one=_letters(shown),
                    other=_letters(places),
                )
            ]
    return []


def _has(entry: Entry, look: str) -> bool:
    return entry.text.is_all(look) or (look == "bold" and entry.is_bold_mark)


def _is_truth(item: Item, entries: Sequence[Entry]) -> bool:
    words = [keys.truth(entry.text.line) for entry in entries]
    return keys.truth(item.key.line) is not None and set(words) == {True, False}


def _by_truth(item: Item, entries: Sequence[Entry]) -> _Right:
    value = keys.truth(item.key.line)
    if item.key.line.strip(" .").casefold() == "b":
        doubt = _("The key B was read as the second option, “%(option)s”.", option=entries[1].text.line)
        return _Right(places=(1,), doubts=[doubt])
    return _Right(places=tuple(n for n, e in enumerate(entries) if keys.truth(e.text.line) == value), doubts=[])


def _several(entries: Sequence[Entry], places: tuple[int, ...]) -> list[Decimal]:
    filled = sum(1 for entry in entries if entry.text)
    wrong = filled - len(places)
    cost = -share(max(min(len(places), wrong), 1))
    return [share(len(places)) if place in places else cost for place in range(len(entries))]


def _weighted(kind: QuestionKind, item: Item, entries: Sequence[Entry]) -> Made:
    fractions = []
    for entry in entries:
        fractions.append(figures.percent(entry.weight) if entry.weight.strip() else ZERO)
    right = {place for place, value in enumerate(fractions) if value > 0}
    doubts: list[str] = []
    if item.key:
        found = keys.find(item.key.text, [_option_text(entry) for entry in entries])
        if not found.problem and not set(found.places) <= right:
            doubts.append(_("The key and the weights of the options differ; the weights were taken."))
    return _content(kind, item, entries, fractions), doubts


def _content(kind: QuestionKind, item: Item, entries: Sequence[Entry], fractions: Sequence[Decimal]) -> Content:
    options = [
        Option(text=_plainly(entry.text).to_text(), fraction=fraction, feedback=entry.feedback.to_text())
        for entry, fraction in zip(entries, fractions, strict=True)
        if entry.text
    ]
    return Content(kind=kind.value, text=item.text.to_text(), options=tuple(options))


def _plainly(words: Words) -> Words:
    """Without what shows the key: an italic or coloured option would tell it to everybody."""
    if words.is_bare:
        return words
    return words.without(*(look for look in ("bold", "underline", "italic") if words.is_all(look)))


def _option_text(entry: Entry) -> str:
    return entry.text.line or (PICTURE if entry.text else "")


def _letters(places: Sequence[int]) -> str:
    return ", ".join(keys.letter(place) for place in sorted(places))


def _no_key() -> str:
    return _("The question has no key. Mark the right option or write its letter.")
