"""Forms of designs, and what is wrong with a design that a browser sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from pydantic import ValidationError
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form
from lms.plugins.certificates.design.model import Design
from lms.plugins.certificates.design.problems import problems_of
from lms.plugins.certificates.template_queries import Listed
from lms.plugins.certificates.templates import NAME_LENGTH

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SIDES = ("front", "back")
_FIELDS = {
    "x": _l("Left, mm"),
    "y": _l("Top, mm"),
    "w": _l("Width, mm"),
    "h": _l("Height, mm"),
    "content": _l("Content"),
    "size": _l("Letters, pt"),
    "min_size": _l("At least, pt"),
    "colour": _l("Colour"),
    "accent": _l("Second colour"),
    "tracking": _l("Spacing of letters"),
    "leading": _l("Spacing of lines"),
    "opacity": _l("Opacity, %%"),
    "alt": _l("Description for screen readers"),
    "asset": _l("Picture"),
}


class NameForm(Form):
    """What a design is called."""

    name = StringField(_l("Name of the design"), validators=[DataRequired(), Length(max=NAME_LENGTH)])


class ImportForm(Form):
    """A design that was exported here or elsewhere."""

    file = FileField(_l("Design file (ZIP)"), validators=[Optional()])


class ChoiceForm(Form):
    """Which design the certificates of one role have."""

    template_id = RadioField(_l("Design"), validators=[DataRequired()], coerce=int)


def choice_form(rows: Sequence[Listed], chosen: int) -> ChoiceForm:
    """The form with the designs that may be chosen."""
    form = ChoiceForm(template_id=chosen)
    form.template_id.choices = [(row.template.id, row.template.name) for row in rows]
    return form


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong, and where: `side` and `element` (its id) are empty for the design as a whole."""

    message: str
    side: str = ""
    element: str = ""


class FaultyDesign(Exception):
    """A design that cannot be read; `faults` says why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


def design_from(data: object) -> Design:
    """The design in the JSON that a browser sent; raises FaultyDesign."""
    try:
        return Design.model_validate(data)
    except ValidationError as error:
        raise FaultyDesign(list(_faults(error, data))) from None


def _faults(error: ValidationError, data: object) -> Iterator[Fault]:
    seen = set()
    for item in error.errors(include_url=False, include_input=False):
        side, element = _place(item, data)
        message = _sentence(item, error)
        if (side, element, message) not in seen:
            seen.add((side, element, message))
            yield Fault(message=message, side=side, element=element)


def _place(item: ErrorDetails, data: object) -> tuple[str, str]:
    """The side and the id of the element, as the browser knows them."""
    match item["loc"]:
        case (str(side), "elements", int(at), *_rest) if side in _SIDES and isinstance(data, Mapping):
            found = data.get(side)
            elements = found.get("elements") if isinstance(found, Mapping) else None
            element = elements[at] if isinstance(elements, list) and at < len(elements) else None
            return side, str(element.get("id", "")) if isinstance(element, Mapping) else ""
    return "", ""


def _sentence(item: ErrorDetails, error: ValidationError) -> str:
    """ "Left, mm: must be at least -50": the field as the form calls it, then what is wrong."""
    said = problems_of(ValidationError.from_exception_data(error.title, [_bare(item)]))
    field = str(item["loc"][-1]) if item["loc"] else ""
    return f"{_FIELDS[field]}: {said}" if field in _FIELDS else said


def _bare(item: ErrorDetails) -> Any:
    context = {"ctx": item["ctx"]} if "ctx" in item else {}
    return {"type": item["type"], "loc": (), "input": None, **context}
