"""The form of how numbers are written."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form, choices
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.number_rules import (
    LETTER,
    MAX_CODE,
    MAX_LENGTH,
    USUAL_CODES,
    Books,
    NumberRules,
    Reset,
    codes_from,
    usual_code,
)

RESETS = {Reset.YEAR: _l("each year, on 1 January"), Reset.WORKSHOP: _l("with each workshop")}
BOOKS = {Books.SHARED: _l("all types together"), Books.BY_TYPE: _l("each type for itself")}
TYPES = {
    PaperRole.PESERTA.value: _l("Code for participants"),
    PaperRole.NARASUMBER.value: _l("Code for speakers"),
    PaperRole.MODERATOR.value: _l("Code for moderators"),
    PaperRole.PANITIA.value: _l("Code for the committee"),
    PaperRole.FASILITATOR.value: _l("Code for facilitators"),
    LETTER: _l("Code for letters of thanks"),
}


class NumbersForm(Form):
    """Pattern, counters and codes; a field that is not sent keeps its value."""

    pattern = StringField(_l("Pattern of the number"), validators=[DataRequired(), Length(max=MAX_LENGTH)])
    reset = RadioField(_l("The counter starts anew"), choices=choices(RESETS.items()))
    books = RadioField(_l("What is counted together"), choices=choices(BOOKS.items()))
    workshop_code = StringField(_l("Code of this workshop"), validators=[Optional(), Length(max=MAX_CODE)])
    type_peserta = StringField(TYPES["peserta"], validators=[Optional(), Length(max=12)])
    type_narasumber = StringField(TYPES["narasumber"], validators=[Optional(), Length(max=12)])
    type_moderator = StringField(TYPES["moderator"], validators=[Optional(), Length(max=12)])
    type_panitia = StringField(TYPES["panitia"], validators=[Optional(), Length(max=12)])
    type_fasilitator = StringField(TYPES["fasilitator"], validators=[Optional(), Length(max=12)])
    type_letter = StringField(TYPES[LETTER], validators=[Optional(), Length(max=12)])

    @property
    def type_fields(self) -> list[Any]:
        """The fields of the codes, in the order of the roles."""
        return [self[f"type_{key}"] for key in TYPES]

    def rules(self, workshop_id: int) -> NumberRules:
        """What was typed; raises CertificateRefused on a code that cannot be."""
        codes = {key: self[f"type_{key}"].data or USUAL_CODES[key] for key in TYPES}
        return NumberRules(
            pattern=self.pattern.data or "",
            reset=Reset(self.reset.data),
            books=Books(self.books.data),
            codes=codes_from(";".join(f"{key}={code}" for key, code in codes.items())),
            workshop_code=self.workshop_code.data or usual_code(workshop_id),
        )


def number_values(rules: NumberRules) -> dict[str, str]:
    """What the form shows."""
    return {
        "pattern": rules.pattern,
        "reset": rules.reset.value,
        "books": rules.books.value,
        "workshop_code": rules.workshop_code,
        **{f"type_{key}": code for key, code in rules.codes.items()},
    }
