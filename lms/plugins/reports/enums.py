"""The states of a report and of its recommendations."""

from __future__ import annotations

import enum

from flask_babel import lazy_gettext as _l


class ReportStatus(enum.StrEnum):
    """A draft counts anew whenever it is opened; a frozen report never changes again."""

    DRAFT = "draft"
    FROZEN = "frozen"


class RecommendationStatus(enum.StrEnum):
    """Whether the addressee has answered."""

    OPEN = "open"
    ANSWERED = "answered"


STATUS_LABELS = {ReportStatus.DRAFT: _l("Draft"), ReportStatus.FROZEN: _l("Locked")}
ANSWER_LABELS = {RecommendationStatus.OPEN: _l("Waiting for an answer"), RecommendationStatus.ANSWERED: _l("Answered")}
