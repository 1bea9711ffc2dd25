"""Questions pasted as text from WhatsApp, an e-mail or a document, and plain text files."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from lms.plugins.quiz.content import Reading
from lms.plugins.quiz.formats import building, encoding, keylist
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.formats.limits import check_file_size, check_line_count
from lms.plugins.quiz.formats.lines import Line
from lms.plugins.quiz.formats.paragraphs import Parser
from lms.plugins.quiz.formats.runs import Run, Words, seen

# WhatsApp's rule: the stars stand at the edges of words and no space is inside of them.
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")
_SENDER = re.compile(
    r"^\[?\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?,? \d{1,2}[.:]\d{2}(?:[.:]\d{2})?\]?(?: -)? [^:\n]{1,60}: "
)
_QUOTE = re.compile(r"^(?:> ?)+")
_BULLET = re.compile(r"^\s*[•▪●·]\s+")


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of a text file."""
    return read_text(encoding.decode(data))


def read_text(text: str) -> Reading:
    """The questions of a pasted text; places are its lines."""
    check_file_size(text.encode())
    text = encoding.clean(text)
    check_line_count(text)
    found: list[Line] = []
    is_apart = True
    for number, raw in enumerate(text.split("\n"), start=1):
        line = _QUOTE.sub("", _SENDER.sub("", seen(raw)))
        if line.strip():
            where = _("Line %(number)s", number=number)
            found.append(Line(words=_words(_BULLET.sub("", line)), where=where, is_apart=is_apart))
        is_apart = not line.strip()
    parser = Parser()
    parser.read(found)
    parser.close()
    if not parser.items and not parser.faults:
        raise UnreadableFile(_("There are no questions in this text. Number them: “1. …”, then “a. …” and “Kunci: A”."))
    items, faults = keylist.with_keys(parser.items, parser.keys)
    return building.reading(items, [*parser.faults, *faults])


def _words(line: str) -> Words:
    """A line with what WhatsApp shows in bold."""
    runs: list[Run] = []
    place = 0
    for match in _BOLD.finditer(line):
        runs += [Run(text=line[place : match.start()])] if match.start() > place else []
        runs.append(Run(text=match[1], bold=True))
        place = match.end()
    return Words((*runs, Run(text=line[place:]))) if line[place:] else Words(tuple(runs))
