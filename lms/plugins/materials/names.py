"""Titles of materials and names of their files: nothing that cannot be seen, nothing that a system could trip over."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from lms.core.enrolments.affiliations import plain
from lms.kernel.errors import RuleViolation
from lms.plugins.materials.enums import FileKind

TITLE_LENGTH = 200
_STEM_LENGTH = 120
_UNSAFE = re.compile(r"[^\w.()+ -]+")


def clean_title(typed: str) -> str:
    """One line without invisible characters. Raises RuleViolation on `title` without a letter or digit."""
    title = plain(typed)[:TITLE_LENGTH].strip()
    if not any(char.isalnum() for char in title):
        raise RuleViolation(_("Write a title in letters."), "title")
    return title


def safe_filename(name: str, kind: FileKind) -> str:
    """A harmless name with the ending of what the file really is."""
    return f"{stem_of(name) or 'materi'}.{kind.value}"


def stem_of(name: str) -> str:
    """The name without folders, ending and unsafe characters; may be empty."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    return _UNSAFE.sub("", " ".join(stem.split())).strip(" .-")[:_STEM_LENGTH].strip(" .-")
