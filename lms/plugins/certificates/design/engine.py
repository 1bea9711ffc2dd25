"""From a design and facts to PDF bytes. Callers know only `render`; another engine can take its place."""

from __future__ import annotations

from collections.abc import Callable

from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.design.model import Design

AssetReader = Callable[[str], tuple[str, bytes]]  # SHA-256 -> (media type, bytes)


def render(design: Design, facts: Facts, *, read_asset: AssetReader) -> bytes:
    """The paper as PDF/A-2a and PDF/UA-1: A4 landscape, the back page only where there are materials.

    The same design and facts give the same bytes. Raises RuntimeError for a broken picture or a letter that no font
    has.
    """
    raise NotImplementedError


def picture(design: Design, facts: Facts, *, read_asset: AssetReader, page: int = 1, width: int = 1200) -> bytes:
    """One page as PNG, `width` pixels wide: what the designer and the forms show."""
    raise NotImplementedError
