"""Names of people: what is accepted, how they are written out, shortened, hidden and searched for."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from lms.core.people.errors import NameHasPictures, NameMissing, NameTooLong

NAME_LENGTH = 100
FRONT_LENGTH = 40
BACK_LENGTH = 60
KEY_LENGTH = 200  # some ligatures are eighteen letters once they are taken apart
# Letters and marks that show nothing and could make two names look alike (Unicode Default_Ignorable_Code_Point).
_BLANK = frozenset(
    {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0", "\u180f"}
    | {chr(code) for code in (*range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
)
# Control, format (bidi and zero-width), surrogate, private and unassigned characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_PICTURES = range(0x1F000, 0x1FC00)  # emoji blocks, with those that this Python does not know yet
_MARKS_IN_A_ROW = 3  # more than any written language stacks on a letter
_ACCENTS_AS_APOSTROPHE = str.maketrans("`\u00b4", "''")  # what phone keyboards put into Ma'ruf
_PARTICLES = frozenset({"bin", "binti", "van", "von", "der", "den", "de", "al", "el"})
_ARTICLE = re.compile(r"^[ae]l-(?=\w)", re.IGNORECASE)
_APOSTROPHES = "'\u2019"
_NUMERALS = frozenset({"II", "III", "IV", "VI", "VII", "VIII", "IX"})


def clean_name(raw: str, *, field: str = "full_name") -> str:
    """The name as it is stored and printed: NFC, single spaces, 1 to 100 characters; cleaning twice changes nothing.

    Characters that cannot be seen (control, right-to-left override, zero-width) are removed without a word. Emoji and
    other pictures are refused, because a certificate cannot print them. Everything else that holds at least one letter
    is accepted as typed, also one word, apostrophes, Hanzi or Arabic: it is escaped where it is shown.
    Raises NameMissing, NameTooLong or NameHasPictures on `field`.
    """
    name = _visible(raw).translate(_ACCENTS_AS_APOSTROPHE)
    if any(_is_picture(char) for char in name):
        raise NameHasPictures(_("Leave out emoji and pictures: the certificate can print letters only."), field)
    if not any(char.isalpha() for char in name):
        raise NameMissing(_("Write the full name in letters."), field)
    if len(name) > NAME_LENGTH:
        raise NameTooLong(
            _(
                "The name is too long. Use at most %(count)s characters; titles have boxes of their own.",
                count=NAME_LENGTH,
            ),
            field,
        )
    return name


def clean_title(raw: str, *, limit: int, field: str) -> str:
    """A title ("Dra. Hj." or "M.Si.") without invisible characters and stray commas; may be empty, case is kept.

    "Dr." and "dr." are different degrees. Raises NameHasPictures or NameTooLong on `field`.
    """
    title = _visible(raw).strip(" ,;")
    if any(_is_picture(char) for char in title):
        raise NameHasPictures(_("Leave out emoji and pictures: the certificate can print letters only."), field)
    if len(title) > limit:
        raise NameTooLong(_("The title is too long. Use at most %(count)s characters.", count=limit), field)
    return title


def formal_name(front: str, name: str, back: str) -> str:
    """ "Dra. Hj. Ratna Wulandari, M.Si."; empty titles leave nothing behind."""
    front, back = front.strip(" ,"), back.strip(" ,")
    whole = f"{front} {name}" if front else name
    return f"{whole}, {back}" if back else whole


def initials(name: str) -> str:
    """The first letters of the first two words, without bin, binti, al-; "?" for a name without letters."""
    words = [word for word in name.split() if any(char.isalpha() for char in word)]
    telling = [word for word in words if word.lower() not in _PARTICLES] or words
    return "".join(_first_letter(_ARTICLE.sub("", word)) for word in telling[:2]) or "?"


def masked_name(name: str) -> str:
    """ "R*** W***", for pages that anybody may open: its owner recognises it, and no word tells its length."""
    return " ".join(f"{word[0]}***" for word in name.split())


def tidy_capitals(name: str) -> str:
    """A suggestion for names typed in capitals or in small letters; words of mixed case are left as they are.

    Knows bin, binti, al- and van. Only ever offered: the person decides how the name is spelt.
    """
    words = name.split(" ")
    return " ".join(_tidy_word(word, is_first=index == 0) for index, word in enumerate(words))


def search_key(text: str) -> str:
    """Small letters and digits only, without accents: "sungai jawi" finds "Sungaijawi". At most 200 characters."""
    plain = unicodedata.normalize("NFD", text).casefold()
    plain = unicodedata.normalize("NFKD", plain).casefold()
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in plain if char.isalnum() and char not in _BLANK)[:KEY_LENGTH]


def _visible(raw: str) -> str:
    """NFC text without what cannot be seen, and with single spaces."""
    spaced = "".join(" " if char.isspace() else char for char in raw)
    seen = "".join(char for char in spaced if not _is_unseen(char))
    composed = unicodedata.normalize("NFC", seen)
    return " ".join(_without_stacks(composed).split())


def _is_unseen(char: str) -> bool:
    return (unicodedata.category(char) in _UNSEEN and ord(char) not in _PICTURES) or char in _BLANK


def _is_picture(char: str) -> bool:
    return ord(char) in _PICTURES or unicodedata.category(char) in {"So", "Me"}


def _without_stacks(text: str) -> str:
    """At most three combining marks in a row, and none without a letter to stand on."""
    kept: list[str] = []
    marks = _MARKS_IN_A_ROW
    for char in text:
        is_mark = unicodedata.category(char) == "Mn"
        marks = marks + 1 if is_mark else (_MARKS_IN_A_ROW if char == " " else 0)
        if not is_mark or marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept)


def _first_letter(word: str) -> str:
    letter = next((char for char in word if char.isalpha()), "")
    upper = letter.upper()
    return upper if len(upper) == 1 else letter


def _tidy_word(word: str, *, is_first: bool) -> str:
    parts = word.split("-")
    if len(parts) > 1:
        return "-".join(_tidy_part(part, is_first=is_first and index == 0) for index, part in enumerate(parts))
    return _tidy_part(word, is_first=is_first)


def _tidy_part(part: str, *, is_first: bool) -> str:
    plain = "".join(char for char in part if char not in _APOSTROPHES)
    if not re.fullmatch(r"[A-Za-zÀ-ÖØ-Þà-öø-ý]+", plain) or not (plain.isupper() or plain.islower()):
        return part
    if plain.upper() in _NUMERALS:
        return part
    if plain.lower() in _PARTICLES and not is_first:
        return part.lower()
    small = part.lower()
    # O'Neil and D'Souza, but Ma'ruf and Nu'man.
    if len(small) > 2 and small[1] in _APOSTROPHES:
        return small[0].upper() + small[1] + small[2].upper() + small[3:]
    return small[0].upper() + small[1:] if small[0].isalpha() else small
