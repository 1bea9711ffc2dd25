"""The types of Moodle's questions that have no counterpart here, in plain words."""

from __future__ import annotations

from flask_babel import gettext as _


def foreign_type(kind: str) -> str:
    """Why a question of this type cannot be imported."""
    words = {
        "calculated": _("calculated from formulas"),
        "calculatedsimple": _("calculated from formulas"),
        "calculatedmulti": _("calculated from formulas"),
        "ddwtos": _("words dragged into a text"),
        "ddimageortext": _("words dragged onto a picture"),
        "ddmarker": _("marks dragged onto a picture"),
        "gapselect": _("words chosen from one list for many gaps"),
        "randomsamatch": _("matching drawn from short answers"),
        "random": _("drawn at random from a category"),
        "missingtype": _("of a type that Moodle itself did not know"),
    }
    if kind in words:
        return _("Questions %(kind)s cannot be imported. Make it anew as another type.", kind=words[kind])
    return _("Questions of Moodle's type “%(kind)s” cannot be imported. Make it anew as another type.", kind=kind[:40])
