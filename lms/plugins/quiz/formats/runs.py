"""Text with its looks: the runs of a Word paragraph or of a cell, cut and joined without losing bold or pictures."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lms.plugins.quiz.content import Picture, Text
from lms.plugins.quiz.enums import TextFormat

PICTURE = "\ufffc"  # stands in the text where a picture is
_TAGS = (("bold", "strong"), ("italic", "em"), ("underline", "u"), ("strike", "s"), ("sub", "sub"), ("sup", "sup"))
# Word, WhatsApp and web pages are full of spaces that look like others and of letters that are not seen.
_SAME = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u00ad": None, "\u200b": None, "\u200e": None, "\u2060": None}
)
WIDE = re.compile(r"\t|  ")  # what sets columns apart
_MANY = re.compile(r"[ \t]{5,}")
_SPACES = re.compile(r"[ \t]+")
_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text that looks the same throughout, or one picture."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    sub: bool = False
    sup: bool = False
    shade: bool = False  # a marker pen or a coloured background
    colour: str = ""  # "" is that of the text around
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Runs in a row. Positions are those of `text`."""

    runs: tuple[Run, ...] = ()
    format: TextFormat = TextFormat.PLAIN  # of words that are markup already, in our own exports
    attached: tuple[Picture, ...] = ()  # the pictures that such markup names
    doubts: tuple[str, ...] = ()
    is_exact: bool = False  # nothing in it is a letter or a tick of the author

    @classmethod
    def of(cls, text: str, kind: TextFormat = TextFormat.PLAIN) -> Words:
        """Text without any looks."""
        return cls((Run(text=text),), kind) if text else NONE

    @property
    def text(self) -> str:
        """All letters; a picture is one letter, `PICTURE`."""
        return "".join(run.text for run in self.runs) if len(self.runs) != 1 else self.runs[0].text

    @property
    def line(self) -> str:
        """The letters on one line, with single spaces and without pictures: for comparisons and messages."""
        return " ".join(self.text.replace(PICTURE, " ").split())

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures in their order."""
        return (*self.attached, *(run.picture for run in self.runs if run.picture))

    def __bool__(self) -> bool:
        return any(run.text.strip() for run in self.runs)

    def cut(self, begin: int, end: int | None = None) -> Words:
        """The part from `begin` to before `end`."""
        end = len(self.text) if end is None else end
        found, place = [], 0
        for run in self.runs:
            first, last = max(begin - place, 0), min(end - place, len(run.text))
            if first < last:
                found.append(run if last - first == len(run.text) else replace(run, text=run.text[first:last]))
            place += len(run.text)
        return replace(self, runs=tuple(found))

    def strip(self) -> Words:
        """Without space at the ends."""
        text = self.text
        begin = len(text) - len(text.lstrip())
        return self.cut(begin, len(text.rstrip())) if text.strip() else NONE

    def lines(self) -> list[Words]:
        """Cut at the ends of lines."""
        found, begin, text = [], 0, self.text
        while (end := text.find("\n", begin)) >= 0:
            found.append(self.cut(begin, end))
            begin = end + 1
        return [*found, self.cut(begin)] if begin else [self]

    def tidy(self) -> Words:
        """Single spaces, at most one empty line, nothing at the ends, invisible letters gone."""
        found: list[Run] = []
        last = "\n"
        for run in self.runs:
            text = _SPACES.sub(" ", run.text.translate(_SAME))
            text = text.replace(" \n", "\n").replace("\n ", "\n")
            if last in " \n":
                text = text.lstrip(" ")
            if text:
                found.append(replace(run, text=_LINES.sub("\n\n", text)))
                last = text[-1]
        return replace(self, runs=tuple(found)).strip()

    @property
    def is_bare(self) -> bool:
        """Whether nothing in it looks special; most texts are so."""
        return all(
            not (run.bold or run.italic or run.underline or run.strike or run.sub or run.sup or run.shade)
            and not (run.colour or run.picture)
            for run in self.runs
        )

    def is_all(self, look: str) -> bool:
        """Whether everything that is seen in it has the look, such as "bold" or "colour"."""
        seen = [run for run in self.runs if run.text.strip() and not run.picture]
        return bool(seen) and all(getattr(run, look) for run in seen)

    def without(self, *looks: str) -> Words:
        """The same without some looks."""
        if not looks:
            return self
        gone = {look: "" if look == "colour" else False for look in looks}
        return replace(self, runs=tuple(replace(run, **gone) for run in self.runs))  # type: ignore[arg-type]

    def to_text(self) -> Text:
        """Plain text, or HTML where bold, raised letters or a picture stand in it. What looks like markup is escaped.

        Bold or underlined from the first to the last letter tells nothing, so it is left out.
        """
        if self.format is not TextFormat.PLAIN:
            return Text(source=self.text.strip(), format=self.format)
        if self.is_bare:
            return Text(source=self.text.strip())
        words = self.without(*(look for look in ("bold", "underline") if self.is_all(look)))
        runs = tuple(run for run in words.runs if run.text)
        if not any(run.picture or (run.text.strip() and _tags(run)) for run in runs):
            return Text(source=words.text.strip())
        return Text(source=_html(runs).strip(), format=TextFormat.HTML)


NONE = Words()


def seen(text: str) -> str:
    """The letters as a reader sees them: without soft hyphens and the like, with plain spaces and few in a row."""
    return _MANY.sub("    ", text.translate(_SAME))


def joined(parts: Iterable[Words], between: str = "\n") -> Words:
    """Parts in a row; empty ones are passed over."""
    filled = [part for part in parts if part]
    if len(filled) < 2:
        return filled[0] if filled else NONE
    runs: list[Run] = []
    for part in filled:
        runs += [Run(text=between), *part.runs] if runs else part.runs
    return Words(
        tuple(runs),
        next((part.format for part in filled if part.format is not TextFormat.PLAIN), TextFormat.PLAIN),
        tuple(picture for part in filled for picture in part.attached),
        tuple(dict.fromkeys(doubt for part in filled for doubt in part.doubts)),
    )


def _tags(run: Run) -> tuple[str, ...]:
    return tuple(tag for look, tag in _TAGS if getattr(run, look))


def _html(runs: tuple[Run, ...]) -> str:
    """The runs as markup; neighbours with equal looks share their tags, since Word splits runs in odd places."""
    found: list[str] = []
    opened: tuple[str, ...] = ()
    for run in runs:
        tags = _tags(run) if run.text.strip() else opened
        if tags != opened:
            found += [f"</{tag}>" for tag in reversed(opened)] + [f"<{tag}>" for tag in tags]
            opened = tags
        if run.picture:
            found.append(f'<img src="picture:{run.picture.sha}" alt="">')
        else:
            found.append(html.escape(run.text, quote=False).replace("\n", "<br>"))
    return "".join([*found, *(f"</{tag}>" for tag in reversed(opened))])
