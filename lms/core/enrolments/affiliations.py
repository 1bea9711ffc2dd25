"""The organisation of an enrolment: looked up in the directories that plugins offer, kept as typed otherwise."""

from __future__ import annotations

import unicodedata

from flask_babel import gettext as _

from lms.core.people.names import search_key
from lms.kernel.declarations import Affiliation
from lms.kernel.errors import RuleViolation
from lms.kernel.registry import registry

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def resolve(typed: str) -> Affiliation:
    """The organisation of this name; one that no directory knows gets a key made of its name.

    Raises RuleViolation on `affiliation` for text without a letter or digit.
    """
    name = plain(typed)
    key = search_key(name)
    if name and not key:
        raise RuleViolation(_("Write the name of the organisation in letters."), "affiliation")
    for source in registry().affiliations:
        found = source.resolve(name)
        if found is not None:
            return found
    return Affiliation(key=f"name:{key[:100]}" if name else "", name=name)


def suggestions(text: str, *, limit: int = 60) -> list[Affiliation]:
    """Organisations whose name contains `text`, for a form's list."""
    return [hit for source in registry().affiliations for hit in source.search(text, limit=limit)][:limit]


def plain(typed: str) -> str:
    """Text on one line without what cannot be seen, such as right-to-left overrides."""
    spaced = "".join(" " if char.isspace() else char for char in typed)
    return " ".join("".join(char for char in spaced if unicodedata.category(char) not in _UNSEEN).split())
