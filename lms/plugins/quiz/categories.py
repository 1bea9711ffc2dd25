"""The tree of categories of each bank: reading it, and changing it without cycles or endless depth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.core.workshops.models import Organiser, Workshop
from lms.core.workshops.queries import reach
from lms.kernel import audit
from lms.kernel.db import db
from lms.kernel.permissions import Actor, Scope
from lms.plugins.quiz.bank_models import Category, Question
from lms.plugins.quiz.errors import CategoryRefused
from lms.plugins.quiz.permissions import MANAGE

MAX_DEPTH = 6
MAX_CATEGORIES = 500  # of one bank: the tree is read as a whole


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A category in its place; `depth` counts from 0, `questions` are those that lie in it and not below it."""

    id: int
    organiser_id: int | None
    parent_id: int | None
    name: str
    depth: int
    path: tuple[str, ...]
    questions: int = 0

    @property
    def label(self) -> str:
        return " / ".join(self.path)


def tree(*, visible_to: Actor) -> list[Branch]:
    """The categories that `visible_to` sees, those of all first, each before what it holds; two statements."""
    counts: Mapping[int | None, int] = dict(
        db.session.execute(
            sa.select(Question.category_id, sa.func.count())
            .where(Question.category_id.is_not(None), Question.retired_at.is_(None))
            .group_by(Question.category_id)
        ).all()
    )
    return list(_ordered(list(db.session.scalars(sa.select(Category).where(_visible(visible_to)))), counts))


def _visible(actor: Actor) -> sa.ColumnElement[bool]:
    held = [grant for grant in actor.grants if grant.role in MANAGE.default_roles]
    if any(grant.scope is Scope.SITE for grant in held):
        return sa.true()
    own = [int(grant.ref) for grant in held if grant.scope is Scope.ORGANISER]
    through = sa.select(Workshop.organiser_id).where(reach(actor, MANAGE))
    mine = sa.or_(Category.organiser_id.in_(through), Category.organiser_id.in_(own))
    return sa.or_(Category.organiser_id.is_(None), mine)


def _ordered(rows: Sequence[Category], counts: Mapping[int | None, int]) -> Iterator[Branch]:
    inside: dict[tuple[int | None, int | None], list[Category]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.name.casefold(), row.id)):
        inside[row.organiser_id, row.parent_id].append(row)

    def walk(owner: int | None, parent: int | None, path: tuple[str, ...]) -> Iterator[Branch]:
        for row in inside[owner, parent]:
            here = (*path, row.name)
            yield Branch(
                id=row.id,
                organiser_id=owner,
                parent_id=parent,
                name=row.name,
                depth=len(path),
                path=here,
                questions=counts.get(row.id, 0),
            )
            yield from walk(owner, row.id, here)

    for owner in sorted({row.organiser_id for row in rows}, key=lambda number: number or 0):
        yield from walk(owner, None, ())


def below(branches: Iterable[Branch], category_id: int) -> frozenset[int]:
    """A category with all that lies in it."""
    found = {category_id}
    for branch in branches:  # each stands after the one that holds it
        if branch.parent_id in found:
            found.add(branch.id)
    return frozenset(found)


def add(*, name: str, organiser_id: int | None, parent_id: int | None, actor: Actor) -> Category:
    """A category inside `parent_id`; the one that is there when its name is taken. Raises CategoryRefused."""
    rows = _held(organiser_id)
    if parent_id is not None and parent_id not in rows:
        raise CategoryRefused(_("The category above it is gone. Choose another one."), "parent")
    if (there := _called(rows, name, parent_id)) is not None:
        return there
    if len(rows) >= MAX_CATEGORIES:
        raise CategoryRefused(
            _("A bank holds at most %(count)s categories. Delete some first.", count=MAX_CATEGORIES), "name"
        )
    _check_depth(len(_path(rows, parent_id)) + 1)
    row = Category(organiser_id=organiser_id, parent_id=parent_id, name=name)
    db.session.add(row)
    db.session.flush()
    audit.record(action="quiz.category_added", subject=row, actor=actor)
    return row


def change(*, category_id: int, name: str, parent_id: int | None, actor: Actor) -> Category:
    """Rename a category and put it elsewhere in its bank, with all that it holds. Raises CategoryRefused."""
    organiser_id = db.session.get_one(Category, category_id).organiser_id
    rows = _held(organiser_id)
    row = rows[category_id]
    if parent_id is not None and parent_id not in rows:
        raise CategoryRefused(_("The category above it is gone. Choose another one."), "parent")
    path = _path(rows, parent_id)
    if category_id in path:
        raise CategoryRefused(_("A category cannot lie inside itself. Choose a place outside of it."), "parent")
    if (there := _called(rows, name, parent_id)) is not None and there.id != category_id:
        raise CategoryRefused(_("This name is taken there. Choose another one."), "name")
    _check_depth(len(path) + _height(rows, category_id))
    if (row.name, row.parent_id) != (name, parent_id):
        row.name, row.parent_id = name, parent_id
        db.session.flush()
        audit.record(action="quiz.category_changed", subject=row, actor=actor)
    return row


def remove(*, category_id: int, actor: Actor) -> int:
    """Delete a category; what it holds goes to the one above it. Returns how many questions moved."""
    row = db.session.get_one(Category, category_id)
    rows = _held(row.organiser_id)
    for child in [other for other in rows.values() if other.parent_id == category_id]:
        if (there := _called(rows, child.name, row.parent_id)) is not None and there.id not in {child.id, row.id}:
            raise CategoryRefused(
                _("The category above holds another “%(name)s”. Rename one of the two first.", name=child.name)
            )
        child.parent_id = row.parent_id
    moved = sa.update(Question).where(Question.category_id == category_id).values(category_id=row.parent_id)
    count: int = db.session.execute(moved).rowcount  # type: ignore[attr-defined]
    db.session.flush()
    audit.record(action="quiz.category_removed", subject=row, actor=actor)
    db.session.delete(row)
    db.session.flush()
    return count


def _held(organiser_id: int | None) -> dict[int, Category]:
    """The categories of one bank, locked, so that two people at once make no cycle."""
    query = sa.select(Category).where(
        Category.organiser_id.is_(None) if organiser_id is None else Category.organiser_id == organiser_id
    )
    rows = db.session.scalars(query.order_by(Category.id).with_for_update(), execution_options=_FRESH)
    return {row.id: row for row in rows}


_FRESH = {"populate_existing": True}


def _called(rows: Mapping[int, Category], name: str, parent_id: int | None) -> Category | None:
    wanted = name.casefold()
    return next((row for row in rows.values() if (row.parent_id, row.name.casefold()) == (parent_id, wanted)), None)


def _path(rows: Mapping[int, Category], category_id: int | None) -> Collection[int]:
    """A category and all that hold it."""
    found: list[int] = []
    while category_id is not None and category_id not in found:
        found.append(category_id)
        category_id = rows[category_id].parent_id
    return found


def _height(rows: Mapping[int, Category], category_id: int) -> int:
    """How many levels a category takes with what it holds."""
    level, height = {category_id}, 0
    while level and height <= MAX_DEPTH:
        height += 1
        level = {row.id for row in rows.values() if row.parent_id in level}
    return height


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CategoryRefused(
            _("Categories lie at most %(count)s deep in each other. Choose a place higher up.", count=MAX_DEPTH),
            "parent",
        )


def bank_names(owners: Iterable[tuple[str, str]], *, visible_to: Actor) -> dict[int | None, str]:
    """`{organiser id, None for the shared bank: name}` of the banks whose categories are seen."""
    query = sa.select(Organiser.id, Organiser.name).where(
        Organiser.id.in_(sa.select(Category.organiser_id).where(_visible(visible_to)))
    )
    found: dict[int | None, str] = {None: _("Shared by all organisers")}
    found |= dict(db.session.execute(query).all())
    return found | {int(value): name for value, name in owners if value.isdigit()}
