"""Template slots: where plugins show panels on pages that are not theirs."""

from __future__ import annotations

from typing import Any

from flask import render_template
from markupsafe import Markup

from lms.kernel import fragments
from lms.kernel.declarations import Panel
from lms.kernel.permissions import current_actor
from lms.kernel.registry import registry


def slot(name: str, **context: Any) -> Markup:
    """The panels of slot `name`, in order, joined; nothing where the visitor may not see any."""
    panels = registry().panels.get(name, ())
    return Markup("").join(Markup(html) for panel in panels if (html := _render(panel, context)))


def _render(panel: Panel, context: dict[str, Any]) -> str | None:
    workshop = context.get("workshop")
    access = workshop.access if workshop is not None else None
    owner = panel.template.partition("/")[0]
    if access is not None and owner in access.disabled:
        return None
    if panel.permission is not None and not current_actor().can(panel.permission, access):
        return None
    same_for = panel.same_for(**context)
    if same_for is None:
        return _made(panel, context)
    return fragments.kept(panel.template, same_for, lambda: _made(panel, context))


def _made(panel: Panel, context: dict[str, Any]) -> str | None:
    own = panel.context(**context)
    return None if own is None else render_template(panel.template, **{**context, **own})
