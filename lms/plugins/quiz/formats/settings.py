"""The column PENGATURAN: what a question does otherwise than usual, in a few words."""

from __future__ import annotations

import re
from dataclasses import replace

from lms.plugins.quiz.content import Content

# Each word, what it sets, and to what.
_WORDS = {
    "huruf besar kecil berarti": ("case_matters", True),
    "case matters": ("case_matters", True),
    "aksen bebas": ("accents_matter", False),
    "accents free": ("accents_matter", False),
    "opsi tetap": ("shuffles", False),
    "options fixed": ("shuffles", False),
}
_BETWEEN = re.compile(r"\s*[,;\n]\s*")


def apply(content: Content, raw: str) -> tuple[Content, str]:
    """The content with these settings, and the first word that is none ("" where all are)."""
    unknown = ""
    for word in _BETWEEN.split(raw):
        line = " ".join(word.casefold().split())
        if line in _WORDS:
            name, value = _WORDS[line]
            content = replace(content, **{name: value})  # type: ignore[arg-type]
        elif line:
            unknown = unknown or word.strip()
    return content, unknown


def words(content: Content) -> str:
    """The settings of a question that differ from the usual, as `apply` reads them."""
    found = ["huruf besar kecil berarti"] if content.case_matters else []
    found += [] if content.accents_matter else ["aksen bebas"]
    return ", ".join(found if content.shuffles else [*found, "opsi tetap"])
