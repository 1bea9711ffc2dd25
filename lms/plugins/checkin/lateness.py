"""Lateness in words."""

from __future__ import annotations

from flask_babel import gettext as _


def how_late(minutes: int) -> str:
    """ "45 min late"; from an hour on in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(count)s min late", count=rest)
    if not rest:
        return _("%(hours)s h late", hours=hours)
    return _("%(hours)s h %(count)s min late", hours=hours, count=rest)
