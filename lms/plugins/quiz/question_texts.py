"""The texts of a question in one format for its editor, and back: a text that nobody touched stays as it was stored."""

from __future__ import annotations

import re
from html import escape

from lms.kernel import rich_text
from lms.plugins.quiz.content import NOTHING, Content, Text, texts_of
from lms.plugins.quiz.enums import TextFormat

_RANK = (TextFormat.PLAIN, TextFormat.MARKDOWN, TextFormat.HTML)
_MARKS = re.compile(r"([\\`*_\[\]<>~&|])")
_AT_START = re.compile(r"^(\s{0,3})([#>+=-])", re.MULTILINE)
_NUMBERED = re.compile(r"^(\s{0,3}\d{1,9})([.)])", re.MULTILINE)


class Texts:
    """Reads and writes the texts of one question in `format`; `stored` is what the question says now."""

    def __init__(self, format: TextFormat, stored: Content | None = None) -> None:
        self.format = format
        self._kept: dict[str, Text] = {}
        for text in texts_of(stored) if stored is not None else ():
            if _RANK.index(text.format) <= _RANK.index(format):
                for typed in (self.shown(text), self.line(text)):
                    self._kept.setdefault(_normal(typed), text)

    def shown(self, text: Text) -> str:
        """A text as the editor shows it."""
        return converted(text.source, text.format, self.format)

    def line(self, text: Text) -> str:
        """The same on one line."""
        return " ".join(self.shown(text).split())

    def read(self, typed: str) -> Text:
        """What was typed as a text."""
        source = _normal(typed)
        if not source:
            return NOTHING
        kept = self._kept.get(source)
        if kept is not None:
            return kept
        if self.format is TextFormat.HTML:
            source = rich_text.sanitise(source)
        return Text(source=source, format=self.format) if source.strip() else NOTHING


def format_of(content: Content) -> TextFormat:
    """The format in which all texts of a question can be shown without losing anything."""
    return max((text.format for text in texts_of(content) if text), key=_RANK.index, default=TextFormat.PLAIN)


def converted(source: str, before: TextFormat, after: TextFormat) -> str:
    """A text in a richer format, looking the same; as it is where the format is not richer."""
    if _RANK.index(before) >= _RANK.index(after) or not source:
        return source
    if before is TextFormat.MARKDOWN:
        return str(rich_text.render(source, "markdown", _named)).strip()
    if after is TextFormat.HTML:
        return "<br>".join(escape(line, quote=False) for line in source.strip().split("\n"))
    escaped = _MARKS.sub(r"\\\1", source.strip())
    escaped = _NUMBERED.sub(r"\1\\\2", _AT_START.sub(r"\1\\\2", escaped))
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\\\n", escaped)


def with_picture(source: str, *, sha: str, alt: str, format: TextFormat) -> str:
    """A text in Markdown or HTML with a picture at its end; `alt` says what it shows."""
    if format is TextFormat.HTML:
        image = f'<p><img src="picture:{sha}" alt="{escape(alt)}"></p>'
        return f"{source.rstrip()}\n{image}".strip()
    words = re.sub(r"([\\\[\]`*_<>])", r"\\\1", " ".join(alt.split()))
    return f"{source.rstrip()}\n\n![{words}](picture:{sha})".strip()


def _normal(typed: str) -> str:
    """Browsers send lines their own way."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def _named(sha: str) -> str:
    return f"picture:{sha}"
