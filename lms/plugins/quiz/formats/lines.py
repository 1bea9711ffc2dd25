"""Lines of running text with the numbers that a program put before them, and what a line can begin with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.plugins.quiz.formats.runs import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """An automatic number before a paragraph, which is not part of its text."""

    style: str  # number, letter, roman or bullet
    value: int
    level: int = 0
    list_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line and its place in words. `is_apart`: an empty line stands before it."""

    words: Words
    where: str
    label: Label | None = None
    is_apart: bool = False


_NUMBER = re.compile(
    r"\s*[*]?(?:(?P<word>soal|nomor|no|question)\b[ .]*){0,2}(?P<number>\d{1,3})[ \t]?"
    r"(?P<close>[.)]|(?(word):|(?!)))(?!\d)\s*",
    re.IGNORECASE,
)
_KEY_WORD = (
    r"(?:kunci(?:\s+jawaban)?|jawaban(?:\s+(?:yang\s+)?benar)?|jawab|jwb|answer|answer key|correct answer|key|ans)"
)
_KEY = re.compile(rf"\s*[*_(\[]*\s*{_KEY_WORD}\s*[*_]*\s*[:=]\s*[*_]*\s*(?P<key>.*\S)?", re.IGNORECASE | re.DOTALL)
_BARE_KEY = re.compile(
    r"\s*(?:kunci(?:\s+jawaban)?|jawaban(?:\s+benar)?|jawab)\s*[-–]?\s*(?P<key>\(?[A-Ha-h]\)?(?:\s*(?:,|dan|&)\s*[A-Ha-h])*)\s*\.?\s*",
    re.IGNORECASE,
)
_KEY_AT_END = re.compile(
    rf"[\s(\[](?P<word>{_KEY_WORD})\s*[:=]\s*(?P<key>[^\s)\]:=](?:[^)\]:=]{{0,80}}[^\s)\]:=])?)\s*[)\]]?\s*\.?$",
    re.IGNORECASE,
)
_END = 200  # letters at the end of a line in which its key is looked for
_SHORT_KEY = re.compile(r"[A-Ha-h](?:\s*(?:,|dan|&)\s*[A-Ha-h])*|benar|salah", re.IGNORECASE)
_LIST_TITLE = re.compile(
    r"\W*(?:[IVX]+\.|[A-H]\.)?\s*(?:kunci(?:\s+jawaban)?|daftar\s+kunci|answer\s+keys?)\b(?P<of>[^:\d]{0,60}?)\s*:?\s*(?P<rest>\d.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_EXTRA = re.compile(
    r"\s*(?P<name>pembahasan|penjelasan|alasan|explanation|feedback|bobot|skor|poin|nilai|kategori|tujuan|indikator|pilar|tag|toleransi|satuan)"
    r"\s*:\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
EXPLANATIONS = {"pembahasan", "penjelasan", "alasan", "explanation", "feedback"}


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A line with a typed number: the number, how it is closed, and what follows."""

    number: int
    close: str
    rest: Words


def numbered(words: Words) -> Numbered | None:
    """The typed number of a line ("12. …", "12) …", "Soal 12: …"); None without one."""
    found = _NUMBER.match(words.text)
    if not found:
        return None
    return Numbered(number=int(found["number"]), close=found["close"], rest=words.cut(found.end()))


def key_of(words: Words) -> Words | None:
    """What a line gives as the key ("Kunci: B"); empty words where it only opens one, None for another line."""
    text = words.text
    found = _KEY.fullmatch(text)
    if found:
        return words.cut(found.start("key"), found.end("key")) if found["key"] else Words()
    bare = _BARE_KEY.fullmatch(text)
    return words.cut(bare.start("key"), bare.end("key")) if bare else None


def key_at_end(words: Words) -> tuple[Words, Words] | None:
    """A line that ends with its key ("d. Surabaya (Kunci: B)"): what stands before, and the key."""
    text = words.text.rstrip()
    begin = max(len(text) - _END, 0)
    found = _KEY_AT_END.search(text, begin)
    if not found or not (found["word"].lower().startswith("kunci") or _SHORT_KEY.fullmatch(found["key"])):
        return None
    before = text[: found.start()].rstrip(" \t\n([")
    return (words.cut(0, len(before)), words.cut(found.start("key"), found.end("key"))) if before.strip() else None


def list_title(text: str) -> tuple[str, int] | None:
    """A title "Kunci jawaban (pilihan ganda): 1. B": what it says it is of, and where the keys begin, -1 for below."""
    found = _LIST_TITLE.fullmatch(text)
    if not found:
        return None
    return found["of"].strip(" ()-–"), found.start("rest") if found["rest"] else -1


def extra_of(words: Words) -> tuple[str, Words] | None:
    """A line such as "Pembahasan: …" or "Bobot: 2": its name and what follows."""
    found = _EXTRA.fullmatch(words.text)
    return (found["name"].lower(), words.cut(found.start("rest"))) if found else None
