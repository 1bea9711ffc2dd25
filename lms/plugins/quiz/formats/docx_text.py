"""The text of Word paragraphs with its looks and pictures, however its runs were split."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from flask_babel import gettext as _

from lms.plugins.quiz.content import Picture
from lms.plugins.quiz.formats.docx_styles import Numbering, Styles, child, is_on, numbering_of, value
from lms.plugins.quiz.formats.lines import Label
from lms.plugins.quiz.formats.office import Element, every, local
from lms.plugins.quiz.formats.runs import PICTURE, Run, Words, seen

# Deleted text, notes and the codes of fields are no text of the question.
_SKIPPED = {"del", "moveFrom", "instrText", "delText", "footnoteReference", "endnoteReference", "commentReference"}
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {  # of the fonts Wingdings and Symbol that authors use as ticks and signs
    "FC": "✓", "FE": "☑", "FD": "☒", "A8": "☐", "6F": "☐", "78": "☒", "E0": "→", "B7": "•", "B4": "×", "B0": "°",
    "A3": "≤", "B3": "≥", "B9": "≠", "D6": "√", "70": "π",
}  # fmt: skip
_BLACK = {"", "auto", "000000", "111111", "0D0D0D", "1A1A1A", "222222", "262626", "1F1F1F", "202124", "404040"}
_WHITE = {"", "auto", "FFFFFF", "none", "clear"}
_BLANK = "_____"  # a gap to be filled in, drawn with underlined spaces


class Reader:
    """Reads paragraphs of one document. `doubts` collects what could not be read, for the question at hand."""

    def __init__(self, styles: Styles, numbering: Numbering, picture: Callable[[str], Picture | None]) -> None:
        self._styles = styles
        self._numbering = numbering
        self._picture = picture
        self.doubts: list[str] = []

    def label(self, paragraph: Element) -> Label | None:
        """The automatic number of a paragraph. Call it once for each, in the order of the document."""
        properties = child(paragraph, "pPr")
        found = numbering_of(properties) or self._styles.numbering(value(child(properties, "pStyle")))
        return self._numbering.label(*found) if found else None

    def words(self, paragraph: Element) -> Words:
        """Its text; a line break is `\\n`."""
        style = value(child(child(paragraph, "pPr"), "pStyle"))
        return Words(tuple(run for run in self._runs(paragraph, style) if run.text))

    def taken_doubts(self) -> tuple[str, ...]:
        """The doubts since the last call."""
        found, self.doubts = tuple(dict.fromkeys(self.doubts)), []
        return found

    def _runs(self, parent: Element, style: str) -> Iterator[Run]:
        for entry in parent:
            name = local(entry.tag)
            if name in _SKIPPED or not isinstance(entry.tag, str):
                continue
            if name == "r":
                yield from self._run(entry, style)
            elif name in {"oMath", "oMathPara"}:
                self.doubts.append(_("A formula was read as plain text. Compare it with the document."))
                yield Run(text="".join(found.text or "" for found in every(entry, "t")))
            elif name == "AlternateContent":
                chosen = child(entry, "Choice")
                yield from self._runs(entry if chosen is None else chosen, style)
            elif name not in {"pPr", "rPr", "sectPr"}:
                yield from self._runs(entry, style)

    def _run(self, run: Element, style: str) -> Iterator[Run]:
        look = self._look(child(run, "rPr"), style)
        for entry in run:
            name = local(entry.tag)
            if name == "t":
                yield _blank(replace(look, text=seen(entry.text or "")))
            elif name in _BREAKS:
                yield _blank(replace(look, text=_BREAKS[name]))
            elif name == "sym":
                code = value(entry, "char").upper().removeprefix("F0")
                yield replace(look, text=_SYMBOLS.get(code, "□"))
            elif name in {"drawing", "pict", "object", "AlternateContent"}:
                yield from self._drawing(entry)

    def _drawing(self, drawing: Element) -> Iterator[Run]:
        if local(drawing.tag) == "AlternateContent":
            chosen = child(drawing, "Choice")
            drawing = drawing if chosen is None else chosen
        if any(True for _box in every(drawing, "txbxContent")):
            self.doubts.append(_("A text box was left out. Move its text into the paragraph."))
            return
        links = [value(entry, "embed") for entry in every(drawing, "blip")]
        links += [value(entry, "id") for entry in every(drawing, "imagedata")]
        found = [self._picture(link) for link in links if link]
        if not found and local(drawing.tag) != "object":
            self.doubts.append(_("A drawing was left out. Save it as a picture and put that into the document."))
        for picture in found:
            if picture is not None:
                yield Run(text=PICTURE, picture=picture)

    def _look(self, properties: Element | None, style: str) -> Run:
        """Bold and the like: what the run says, else its style, else the paragraph's style."""
        named = value(child(properties, "rStyle"))

        def has(name: str) -> bool:
            found = is_on(properties, name)
            if found is None:
                found = self._styles.switch(named, name) if named else None
            return bool(self._styles.switch(style, name) if found is None else found)

        raised = value(child(properties, "vertAlign")) or _raised(properties)
        colour = value(child(properties, "color")).upper()
        marker = value(child(properties, "highlight")).lower()
        shade = value(child(properties, "shd"), "fill").upper()
        return Run(
            text="",
            bold=has("b"),
            italic=has("i"),
            underline=is_on(properties, "u") is True and value(child(properties, "u")) != "none",
            strike=is_on(properties, "strike") is True,
            sub=raised == "subscript",
            sup=raised == "superscript",
            shade=marker not in {"", "none", "white"} or shade not in _WHITE,
            colour="" if colour in _BLACK else colour,
        )


def _raised(properties: Element | None) -> str:
    """LibreOffice writes raised and lowered letters as smaller ones that are moved."""
    moved = value(child(properties, "position"))
    if moved in {"", "0"} or child(properties, "sz") is None:
        return ""
    return "subscript" if moved.startswith("-") else "superscript"


def _blank(run: Run) -> Run:
    """Underlined tabs or spaces are a gap to fill in."""
    if run.underline and not run.text.strip() and (len(run.text) > 2 or "\t" in run.text):
        return replace(run, text=_BLANK, underline=False)
    return run
