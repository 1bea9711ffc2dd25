"""The states and sources of an enrolment."""

from __future__ import annotations

import enum


class EnrolmentStatus(enum.StrEnum):
    """Only CONFIRMED people may be marked present, take quizzes and get certificates."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class Source(enum.StrEnum):
    """Where an enrolment came from."""

    ONLINE = "online"
    STAFF = "staff"
    WALK_IN = "walk_in"
    IMPORT = "import"
