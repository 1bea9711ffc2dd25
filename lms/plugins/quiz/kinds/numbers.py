"""Numbers as people in Indonesia write them, the Indonesian or the English way, with a unit or without."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Context, Decimal

from lms.plugins.quiz.content import ONE, Unit

# Wide enough for any number that is read here times any factor of a unit: nothing is ever rounded.
EXACT = Context(prec=2_500)
MAX_LENGTH = 100
_QUANTITY = re.compile(
    r"(?P<before>[^0-9]*?)(?P<sign>[+-]?) ?(?P<body>[0-9](?:[0-9., ]*[0-9])?[.,]?|(?<![^\W0-9_])[.,][0-9]+)"
    r"(?: ?(?:e|[x*] ?10 ?(?:\^|\*\*) ?)(?P<power>[+-]?[0-9]{1,3})(?![0-9]))?(?P<after>.*)",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[0-9]*[.,]?[0-9]*")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[., ])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?P<rest>[.,][0-9]+)?")
_SPACES_AND_SIGNS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "−": "-", "–": "-", "×": "x", "·": "*"})


def readings(typed: str, units: Sequence[Unit] = ()) -> tuple[Decimal, ...]:
    """What a text can mean as a number in the unit of the key; empty where it is none.

    "1.234" is a thousand for some people and one and a bit for others: both are given. A number without a unit is
    in the unit of the key; an unknown unit makes the text unreadable.
    """
    line = " ".join(typed.translate(_SPACES_AND_SIGNS).split())
    if len(line) > MAX_LENGTH or not (found := _QUANTITY.fullmatch(line)):
        return ()
    factor = _factor(found["before"].strip(), found["after"].strip(), units)
    if factor is None:
        return ()
    bodies = _bodies(found["body"].rstrip(".,"))
    if found["power"]:
        bodies = bodies[-1:]  # nobody groups thousands before a power of ten
    figures = (Decimal(f"{found['sign']}{body}e{found['power'] or 0}") for body in bodies)
    return tuple(EXACT.multiply(figure, factor) for figure in figures)


def _bodies(body: str) -> tuple[str, ...]:
    """The digits with a decimal point, in every sense that they can have; the decimal sense last."""
    grouped = _GROUPED.fullmatch(body)
    found = []
    if grouped and not (grouped["rest"] or "").startswith(grouped["mark"]):
        rest = grouped["rest"] or ""
        found.append(re.sub(r"[., ]", "", body.removesuffix(rest)) + rest.replace(",", "."))
    if _PLAIN.fullmatch(body):
        found.append(body.replace(",", "."))
    return tuple(found)


def _factor(before: str, after: str, units: Sequence[Unit]) -> Decimal | None:
    """By what to multiply; None for words that are no unit of the question."""
    if not before and not after:
        return ONE
    if before and after:
        return None
    word = before or after
    for unit in units:
        if unit.name.strip() == word:
            return unit.factor
    # "KM" for "km" is fine; where "mg" and "Mg" both exist, only the exact one is.
    near = {unit.factor for unit in units if _loose(unit.name) == _loose(word)}
    return near.pop() if len(near) == 1 else None


def _loose(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).casefold().split()).rstrip(".")
