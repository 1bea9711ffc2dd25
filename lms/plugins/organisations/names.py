"""Names of organisations: the part that tells one from another, whatever kind is written in front."""

from __future__ import annotations

from lms.core.people.names import search_key

_SHORTEST = 4  # letters: what is left after the kind must be enough to name somebody
# As search keys, the longest first, so that "LKS Lanjut Usia" is not taken for "LKS".
KINDS = (
    "yayasanpantiasuhan",
    "lkslanjutusia",
    "lksdisabilitas",
    "lksperempuan",
    "pantiasuhan",
    "lksnapza",
    "yayasan",
    "lksprse",
    "lkslu",
    "lkspd",
    "panti",
    "lksa",
    "lks",
)
_SHORT_FORMS = ("pa. ", "pa ", "yay. ", "yay ")  # only as words of their own: many names begin with these letters


def telling_part(name: str) -> str:
    """ "Panti Asuhan Tunas Enggang" and "LKSA Tunas-Enggang" are both "tunasenggang"; "" when only a kind is left."""
    plain = " ".join(name.split()).casefold()
    short = next((form for form in _SHORT_FORMS if plain.startswith(form)), "")
    key = search_key(plain.removeprefix(short))
    kind = next((kind for kind in KINDS if key.startswith(kind)), "")
    rest = key.removeprefix(kind)
    return rest if len(rest) >= _SHORTEST and rest not in KINDS else ""


def spellings(name: str) -> list[str]:
    """Every search key under which an organisation of this name may be registered; [] when only a kind is named."""
    rest = telling_part(name)
    return [rest, *(f"{kind}{rest}" for kind in KINDS)] if rest else []
