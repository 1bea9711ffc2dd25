"""What a browser would send of the form on a page, and a fresh start for kept figures, for tests."""

from __future__ import annotations

from typing import Any

import html5lib
from flask import current_app

from lms.kernel.memory import init_memory


def sent_by(html: str, field: str) -> dict[str, Any]:
    """The values of the form that holds `field`, as they stand; boxes that are not ticked are left out."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    form = next(form for form in tree.iter("form") if any(e.get("name") == field for e in form.iter()))
    found: dict[str, Any] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or element.tag == "button" or element.get("type") == "file":
            continue
        if element.tag == "select":
            options = list(element.iter("option"))
            chosen = next((o for o in options if o.get("selected") is not None), options[0] if options else None)
            found[name] = "" if chosen is None else chosen.get("value", "")
        elif element.tag == "textarea":
            found[name] = (element.text or "").removeprefix("\n")
        elif element.get("type") not in {"checkbox", "radio"} or element.get("checked") is not None:
            found[name] = element.get("value", "")
    return found


def forget_figures() -> None:
    """As if the half minute for which figures are kept had passed."""
    init_memory(current_app._get_current_object())  # type: ignore[attr-defined]
