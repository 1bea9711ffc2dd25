"""GIFT, the text format of Moodle."""

from __future__ import annotations

from lms.plugins.quiz.formats.gift_reader import read
from lms.plugins.quiz.formats.gift_writer import write

__all__ = ["read", "write"]
