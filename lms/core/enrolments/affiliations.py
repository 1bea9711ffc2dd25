"""The organisation of an enrolment: looked up in the directories that plugins offer, kept as typed otherwise."""

from __future__ import annotations

from lms.core.people.names import search_key
from lms.kernel.declarations import Affiliation
from lms.kernel.registry import registry


def resolve(typed: str) -> Affiliation:
    """The organisation of this name; one that no directory knows gets a key made of its name."""
    name = " ".join(typed.split())
    for source in registry().affiliations:
        found = source.resolve(name)
        if found is not None:
            return found
    return Affiliation(key=f"name:{search_key(name)[:100]}" if name else "", name=name)


def suggestions(text: str, *, limit: int = 60) -> list[Affiliation]:
    """Organisations whose name contains `text`, for a form's list."""
    return [hit for source in registry().affiliations for hit in source.search(text, limit=limit)][:limit]
