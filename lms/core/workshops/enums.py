"""The states of a workshop."""

from __future__ import annotations

import enum


class WorkshopStatus(enum.StrEnum):
    """Draft, shown to the public, over, or called off."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"
