"""Forms of the bank's list and of its categories; the editor of one question is `question_forms`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form
from lms.plugins.quiz.bank_queries import SHARED, Filters
from lms.plugins.quiz.categories import Branch, below
from lms.plugins.quiz.enums import Pillar

_BIGGEST = 10  # digits of an id


class CategoryForm(Form):
    """A category, new or changed."""

    owner = SelectField(_l("Belongs to"))
    name = StringField(_l("Name"), [DataRequired(), Length(max=120)])
    parent = SelectField(_l("Inside"), [Optional()], validate_choice=False)

    @property
    def parent_id(self) -> int | None:
        return id_of(str(self.parent.data or ""))


def category_form(
    branches: Sequence[Branch], owners: Sequence[tuple[str, str]], *, branch: Branch | None = None
) -> CategoryForm:
    """The form of a new category, or of `branch`, which stays in its bank."""
    form = CategoryForm(data={"name": branch.name, "parent": str(branch.parent_id or "")} if branch else None)
    names = dict(owners)
    if branch is not None:
        del form.owner
        inside = below(branches, branch.id)
        branches = [row for row in branches if row.organiser_id == branch.organiser_id and row.id not in inside]
    else:
        form.owner.choices = [SelectChoice(value, label) for value, label in owners]
        branches = [row for row in branches if str(row.organiser_id or SHARED) in names]
    form.parent.choices = [SelectChoice("", _l("At the top")), *_places(branches, names)]
    return form


def _places(branches: Sequence[Branch], names: Mapping[str, str]) -> list[SelectChoice]:
    several = len({row.organiser_id for row in branches}) > 1
    return [
        SelectChoice(str(row.id), f"{names[str(row.organiser_id or SHARED)]}: {row.label}" if several else row.label)
        for row in branches
    ]


def id_of(typed: str) -> int | None:
    """An id out of an address or a form; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < _BIGGEST else None


def ids_of(typed: Collection[str]) -> list[int]:
    """The ids among what was sent, each once."""
    return list(dict.fromkeys(number for value in typed if (number := id_of(value)) is not None))


def filters_of(sent: Mapping[str, str], text: str, branches: Sequence[Branch]) -> Filters:
    """What the address narrows the list to; what cannot be is left out."""
    category, owner, pillar = id_of(sent.get("kategori", "")), sent.get("milik", ""), sent.get("pilar")
    return Filters(
        text=text,
        category_ids=below(branches, category) if category is not None else None,
        kind=_clean(sent.get("jenis", ""), 30),
        pillar=Pillar(pillar) if pillar is not None and pillar != "semua" and pillar in set(Pillar) else None,
        tag=_clean(sent.get("label", ""), 60),
        owner=SHARED if owner == SHARED else (id_of(owner) or ""),
        needs_review=sent.get("tinjau") == "1",
        retired=sent.get("arsip") == "1",
    )


def _clean(typed: str, most: int) -> str:
    return "".join(char for char in typed[:most] if char.isprintable()).strip()
