"""From a design and facts to PDF bytes. Callers know only `render` and `picture`; another engine can take its place."""

from __future__ import annotations

from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.design.model import WIDTH, Design
from lms.plugins.certificates.design.press import AssetReader, press_for

__all__ = ["AssetReader", "picture", "render"]
_INCH = 25.4


def render(design: Design, facts: Facts, *, read_asset: AssetReader) -> bytes:
    """The paper as PDF/A-2a and PDF/UA-1: A4 landscape, the back page only where there are materials.

    The same design and facts give the same bytes. Raises RuntimeError for a broken picture or a letter that no font
    has.
    """
    return press_for(design).pdf(design, facts, read_asset=read_asset)


def picture(design: Design, facts: Facts, *, read_asset: AssetReader, page: int = 1, width: int = 1200) -> bytes:
    """One page as PNG, `width` pixels wide: what the designer and the forms show."""
    pages = press_for(design).pictures(
        design, facts, read_asset=read_asset, is_front=page == 1, ppi=width * _INCH / WIDTH
    )
    if page > len(pages):
        raise ValueError(f"the paper has no page {page}")
    return pages[page - 1]
