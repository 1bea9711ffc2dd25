"""A page of a list that is in memory already, in the shape of the pagination macro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
PER_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """`page` counts from 1."""

    items: Sequence[T]
    page: int
    pages: int
    total: int
    per_page: int = PER_PAGE


def page_of(rows: Sequence[T], args: Mapping[str, str]) -> Page[T]:
    """The page that the query of the address asks for; the last one beyond the end."""
    typed = args.get("page", "1")
    wanted = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    pages = max(1, -(-len(rows) // PER_PAGE))
    number = min(max(1, wanted), pages)
    return Page(items=rows[(number - 1) * PER_PAGE : number * PER_PAGE], page=number, pages=pages, total=len(rows))
