"""Loaders for `@requires(..., on=...)`: from URL arguments to organisers, designs and their pictures."""

from __future__ import annotations

from lms.core.workshops.models import Organiser
from lms.core.workshops.queries import BIGGEST_ID, organiser_by_id
from lms.kernel.errors import NotFound
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates.design_models import Asset, Template


def organiser_from_url(organiser_id: int) -> Organiser:
    """Any organiser, by id."""
    return organiser_by_id(organiser_id)


def template_from_url(template_id: int) -> Template:
    """Any template, by id."""
    if template_id >= BIGGEST_ID:
        raise NotFound
    return queries.template_by_id(template_id)


def asset_from_url(organiser_id: int, asset: str) -> Asset:
    """A picture of this very organiser, by the SHA-256 of its content."""
    return queries.asset_by_sha(organiser_by_id(organiser_id).id, asset)
