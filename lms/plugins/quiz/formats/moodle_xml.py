"""Moodle XML, the richest format of Moodle."""

from __future__ import annotations

from lms.plugins.quiz.formats.moodle_reader import read
from lms.plugins.quiz.formats.moodle_writer import write

__all__ = ["read", "write"]
