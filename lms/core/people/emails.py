"""E-mail addresses: only ever a second way to reach a person."""

from __future__ import annotations

import re

from flask_babel import gettext as _

from lms.core.people.errors import EmailRefused

MAX_LENGTH = 254
_SHAPE = re.compile(r"[^@\s,;<>\"\x00-\x1f]+@[^@\s,;<>\"\x00-\x1f]+\.[^@\s,;<>\".\x00-\x1f]{2,}")


def clean_email(raw: str, *, field: str = "email") -> str:
    """The address in small letters; raises EmailRefused for what no mail can reach."""
    address = raw.strip().lower()
    if len(address) > MAX_LENGTH or not address.isprintable() or not _SHAPE.fullmatch(address):
        raise EmailRefused(_("Check the e-mail address. Example: nama@contoh.id."), field)
    return address
