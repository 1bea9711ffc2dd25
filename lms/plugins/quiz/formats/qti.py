"""QTI of 1EdTech: items and packages of QTI 2 and 3 are read, packages of QTI 3 are written."""

from __future__ import annotations

from lms.plugins.quiz.formats.qti_reader import read
from lms.plugins.quiz.formats.qti_writer import write

__all__ = ["read", "write"]
