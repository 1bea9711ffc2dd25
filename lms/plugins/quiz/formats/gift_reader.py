"""Reads GIFT, the text format of Moodle: a question a paragraph, its answers between braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from flask_babel import gettext as _

from lms.plugins.quiz.content import NOTHING, Content, Draft, Reading, Text
from lms.plugins.quiz.enums import QuestionKind, TextFormat
from lms.plugins.quiz.formats import encoding, hints
from lms.plugins.quiz.formats.collecting import Collector, choice_doubts, clean_path
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.gift_answers import Answers, read_answers
from lms.plugins.quiz.formats.gift_text import Notes, protect, read_text, split_name
from lms.plugins.quiz.formats.limits import check_line_count
from lms.plugins.quiz.formats.pictures import Album

GAP = "_____"
_CATEGORY = re.compile(r"\$CATEGORY:\s*(.{0,5000})", re.IGNORECASE)


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of a GIFT file; a broken one is a fault with its line and stops no other.

    Raises UnreadableFile for what is no text, or far too large.
    """
    text = encoding.decode(data)
    check_line_count(text)
    collector = Collector()
    category: tuple[str, ...] = ()
    for block in _blocks(text):
        if block.category is not None:
            category = collector.category(clean_path(block.category))
            continue
        where = _("line %(number)s", number=block.line)
        collector.attempt(where, partial(_draft, block, where, category))
    return collector.reading()


@dataclass
class _Block:
    """The lines of one question, or the path of a category."""

    line: int
    lines: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    category: str | None = None


def _blocks(text: str) -> Iterator[_Block]:
    """Paragraphs, without their comments."""
    block = _Block(line=0)
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        found = _CATEGORY.match(stripped) if stripped[:1] == "$" else None
        if not stripped or found:
            if block.lines:
                yield block
            block = _Block(line=0)
            if found:
                yield _Block(line=number, category=found.group(1))
        elif stripped.startswith("//"):
            block.notes.read(stripped[2:])
        else:
            block.line = block.line or number
            block.lines.append(line.rstrip())
    if block.lines:
        yield block


def _draft(block: _Block, where: str, category: tuple[str, ...]) -> Draft:
    album = Album()
    name, raw = split_name(protect("\n".join(block.lines)).strip())
    before, answers, after = _parts(raw)
    if answers is not None and after.strip():
        before = f"{before}{GAP}{after}"
    text, kind = read_text(before, TextFormat.PLAIN, album)
    content = Content(kind=QuestionKind.DESCRIPTION, text=text, name=name or block.notes.number)
    if answers is not None:
        content = _with_answers(content, answers, kind, album)
    if not content.text:
        raise Broken(_("The question has no text."))
    draft = Draft(content=content, where=where, category=category, tags=tuple(block.notes.tags))
    draft = hints.apply(draft, block.notes.hints, album)
    return replace(draft, pictures=album.pictures(), doubts=(*album.doubts, *choice_doubts(draft.content)))


def _parts(raw: str) -> tuple[str, str | None, str]:
    """What stands before, between and after the braces. Raises Broken where they do not pair."""
    start, end = raw.find("{"), raw.rfind("}")
    if start < 0 and end < 0:
        return raw, None, ""
    if end < 0:
        raise Broken(_("The brace { is never closed. End the answers with } before the next empty line."))
    if start < 0 or end < start:
        raise Broken(_("A brace } has no { before it. Write \\} where the sign itself is meant."))
    inside = raw[start + 1 : end]
    if "{" in inside or "}" in inside:
        raise Broken(
            _("There is more than one pair of braces. Write \\{ and \\} where the signs themselves are meant.")
        )
    return raw[:start], inside.strip(), raw[end + 1 :]


def _with_answers(content: Content, raw: str, kind: TextFormat, album: Album) -> Content:
    raw, _mark, general = raw.partition("####")
    feedback: Text = read_text(general, kind, album)[0] if general else NOTHING
    found: Answers = read_answers(raw.strip(), kind, album)
    return replace(
        content,
        kind=found.kind,
        feedback=feedback,
        options=tuple(found.options),
        accepted=tuple(found.accepted),
        numbers=tuple(found.numbers),
        pairs=tuple(found.pairs),
    )
