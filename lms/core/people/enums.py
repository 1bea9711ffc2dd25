"""The values a person's record may take."""

from __future__ import annotations

import enum


class Gender(enum.StrEnum):
    """As on Indonesian forms: L laki-laki (male), P perempuan (female)."""

    L = "L"
    P = "P"
