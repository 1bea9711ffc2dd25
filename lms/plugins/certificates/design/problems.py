"""What is wrong with a design, in words that say where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_SHOWN = 5
_SIDES = {"front": _l("front"), "back": _l("back")}
_KINDS = {
    "missing": _l("is missing"),
    "extra_forbidden": _l("is not known here"),
    "union_tag_invalid": _l("is of an unknown kind"),
    "union_tag_not_found": _l("does not say its kind"),
    "literal_error": _l("is none of the allowed values"),
    "string_pattern_mismatch": _l("is not written as it should be"),
    "string_too_long": _l("is too long"),
    "too_long": _l("has too many elements"),
    "finite_number": _l("must be a number"),
    "json_invalid": _l("is no readable JSON"),
}
_RULES = {  # the sentences of `design.model`
    "two elements have the same id": _l("two elements have the same id"),
    "the front page needs exactly one name": _l("the front page needs exactly one name"),
    "the table of materials belongs on the back page": _l("the table of materials belongs on the back page"),
    "the back page needs exactly one table of materials": _l("the back page needs exactly one table of materials"),
    "the design needs a QR code": _l("the design needs a QR code"),
}


def problems_of(error: ValidationError) -> str:
    """ "front, element 3, size: must be at most 120; back, element 1, w: is missing"; at most five."""
    found = error.errors(include_url=False, include_input=False)
    shown = [_one(item) for item in found[:_SHOWN]]
    if len(found) > _SHOWN:
        shown.append(_("and %(count)s more", count=len(found) - _SHOWN))
    return "; ".join(shown)


def _one(item: ErrorDetails) -> str:
    place, text = _place(item["loc"]), _text(item)
    return f"{place}: {text}" if place else text


def _place(loc: Sequence[int | str]) -> str:
    """Elements count from 1, as people do; what the checker adds for itself (the kind of an element) is left out."""
    parts = [_SIDES.get(str(part), part) for part in loc if part != "elements"]
    named = [_("element %(number)s", number=part + 1) if isinstance(part, int) else str(part) for part in parts]
    numbers = [at for at, part in enumerate(parts) if isinstance(part, int)]
    if numbers and numbers[0] + 1 < len(named):
        del named[numbers[0] + 1]
    return ", ".join(named)


def _text(item: ErrorDetails) -> str:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "value_error":
        said = str(context.get("error", ""))
        return str(_RULES.get(said, said))
    return _limit(kind, context) or str(_KINDS.get(kind, _l("has a value of the wrong type")))


def _limit(kind: str, context: dict[str, Any]) -> str:
    if kind == "greater_than_equal":
        return _("must be at least %(limit)s", limit=f"{context['ge']:g}")
    if kind == "less_than_equal":
        return _("must be at most %(limit)s", limit=f"{context['le']:g}")
    return ""
