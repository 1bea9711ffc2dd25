"""A form made from declared settings, and the organiser's form."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.kernel.declarations import Setting
from lms.kernel.errors import RuleViolation
from lms.kernel.fields import PlainDecimalField
from lms.kernel.forms import Form

# Numbers of settings are counts, minutes, megabytes or ratios; below zero, and NaN, would undo the rules they feed.
_MOST = 1_000_000
_FIELDS: dict[type, type[Field]] = {bool: BooleanField, int: IntegerField, Decimal: PlainDecimalField}


def settings_form(declared: Iterable[Setting], values: dict[str, Any]) -> Form:
    """A form with one field per setting, filled with the values in force; field names have no dots."""
    fields: dict[str, Any] = {}
    for item in declared:
        kind = _FIELDS.get(item.type, StringField)
        rules = (
            [Optional(), Length(max=500)]
            if kind is StringField
            else [InputRequired(), NumberRange(min=item.least, max=_MOST)]
        )
        extra: dict[str, Any] = {} if kind is BooleanField else {"validators": rules}
        if kind is PlainDecimalField:
            extra = {**extra, "places": None}
        fields[field_name(item.key)] = kind(item.label, description=item.hint, **extra)
    form_type = type("SettingsForm", (Form,), fields)
    form: Form = form_type(data={field_name(key): value for key, value in values.items()})
    return form


def field_name(key: str) -> str:
    """The form field of a setting's key."""
    return key.replace(".", "__")


def of_field(error: RuleViolation) -> RuleViolation:
    """The refusal of a setting's value, at the form field of that setting."""
    return RuleViolation(error.message, field_name(error.field) if error.field else None)


class OrganiserForm(Form):
    """A body that owns workshops."""

    name = StringField(_l("Name"), validators=[DataRequired(), Length(max=200)])
    short_name = StringField(_l("Short name"), validators=[DataRequired(), Length(max=60)])
    number_code = StringField(
        _l("Code in certificate numbers"),
        validators=[DataRequired(), Length(max=30)],
        description=_l("For instance BK3S-KB, as in 001/SERT/BK3S-KB/XI/2026."),
    )
    region_code = SelectField(_l("Region"), validators=[DataRequired()])
    city = StringField(_l("City of signature"), validators=[DataRequired(), Length(max=80)])
    address = StringField(_l("Address on the letterhead"), validators=[Optional(), Length(max=300)])
    contact = StringField(_l("Contact on the letterhead"), validators=[Optional(), Length(max=200)])
    leader_name = StringField(_l("Signatory"), validators=[Optional(), Length(max=200)])
    leader_position = StringField(_l("Position of the signatory"), validators=[Optional(), Length(max=120)])
