"""The tree of categories: no cycles, not too deep, and nothing is lost when one is deleted."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import categories
from lms.plugins.quiz.bank_models import Category
from lms.plugins.quiz.errors import CategoryRefused
from tests.plugins.quiz.test_bank_pages import BANK, a_category, a_question


@pytest.fixture
def workshop(factories: Any) -> Any:
    return factories.workshop()


def test_categories_lie_in_each_other_without_cycles_and_not_too_deep(workshop: Any, as_user: Any) -> None:
    client, owner = as_user.organiser(workshop), workshop.organiser_id
    deep = None
    for name in "ABCDEF":
        sent = {"owner": owner, "name": name, "parent": deep or ""}
        assert client.post(f"{BANK}/kategori", data=sent).status_code == 303
        assert client.post(f"{BANK}/kategori", data=sent).status_code == 303  # the one that is there
        deep = db.session.scalars(sa.select(Category.id).filter_by(name=name)).one()
    seventh = client.post(f"{BANK}/kategori", data={"owner": owner, "name": "G", "parent": deep})
    assert seventh.status_code == 422
    assert 'id="parent-error"' in seventh.text
    tree = categories.tree(visible_to=SYSTEM)
    assert [branch.label for branch in tree][-1] == "A / B / C / D / E / F"
    top, second = tree[0].id, tree[1].id
    with pytest.raises(CategoryRefused):
        categories.change(category_id=top, name="A", parent_id=deep, actor=SYSTEM)
    with pytest.raises(CategoryRefused):
        categories.change(category_id=top, name="A", parent_id=top, actor=SYSTEM)
    other = a_category("Lain", owner=owner)
    with pytest.raises(CategoryRefused):  # with what it holds it would be seven deep
        categories.change(category_id=top, name="A", parent_id=other.id, actor=SYSTEM)
    with pytest.raises(CategoryRefused):
        categories.change(category_id=other.id, name="a", parent_id=None, actor=SYSTEM)
    with pytest.raises(CategoryRefused):
        categories.change(category_id=other.id, name="B", parent_id=a_category("Bersama").id, actor=SYSTEM)
    moved = client.post(f"{BANK}/kategori/{second}", data={"name": "Bab dua", "parent": ""})
    assert moved.status_code == 303
    assert [branch.label for branch in categories.tree(visible_to=SYSTEM) if branch.id == deep] == [
        "Bab dua / C / D / E / F"
    ]


def test_a_deleted_category_leaves_its_questions_one_level_up(workshop: Any, factories: Any, as_user: Any) -> None:
    client, owner = as_user.organiser(workshop), workshop.organiser_id
    above = a_category("Atas", owner=owner)
    middle = a_category("Tengah", owner=owner, inside=above.id)
    below = a_category("Bawah", owner=owner, inside=middle.id)
    row = a_question("Soal", owner=owner, category_id=middle.id)
    foreign = as_user.organiser(factories.workshop())
    assert foreign.post(f"{BANK}/kategori/{middle.id}/hapus").status_code == 404
    assert foreign.get(f"{BANK}/kategori/{middle.id}").status_code == 404
    assert "Tengah" not in foreign.get(f"{BANK}/kategori").text
    assert client.post(f"{BANK}/kategori/{middle.id}/hapus").status_code == 303
    db.session.expire_all()
    assert (row.category_id, below.parent_id) == (above.id, above.id)
    assert client.post(f"{BANK}/kategori/{above.id}/hapus").status_code == 303
    db.session.expire_all()
    assert (row.category_id, below.parent_id) == (None, None)
    assert client.post(f"{BANK}/kategori/{above.id}/hapus").status_code == 404


def test_names_are_taken_once_in_each_place(workshop: Any) -> None:
    owner = workshop.organiser_id
    first, second = a_category("Satu", owner=owner), a_category("Dua", owner=owner)
    assert a_category("SATU", owner=owner).id == first.id
    inside = a_category("Satu", owner=owner, inside=second.id)
    assert inside.id != first.id
    with pytest.raises(CategoryRefused):  # what it holds would meet its name above
        categories.remove(category_id=second.id, actor=SYSTEM)
    assert db.session.get(Category, second.id) is not None
