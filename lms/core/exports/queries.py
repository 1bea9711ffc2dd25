"""Which export an actor may download, and its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from lms.kernel.declarations import Export
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Access, Actor, Scope
from lms.kernel.registry import registry


def export_by_key(key: str) -> Export:
    """A declared export; raises NotFound."""
    export = registry().exports.get(key)
    if export is None:
        raise NotFound
    return export


def may_download(export: Export, *, actor: Actor, access: Access | None) -> bool:
    """Whether the actor may have this export of the workshop at `access`, or of the whole site for None.

    An export whose permission is about a workshop is never given without one, and none is given of a feature that is
    switched off for the workshop.
    """
    if access is None:
        return export.permission.scope is not Scope.WORKSHOP and actor.can(export.permission)
    owner = export.key.partition(".")[0]
    return owner not in access.disabled and actor.can(export.permission, access)


def rows_of(export: Export, *, actor: Actor, filters: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """The rows, read as they are needed; the first is read now, so that a refused filter still gets an error page."""
    rows = iter(export.rows(actor=actor, filters=filters))
    first: Iterable[Sequence[object]] = [row for row in [next(rows, None)] if row is not None]
    return chain(first, rows)
