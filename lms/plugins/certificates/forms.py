"""Forms of certificates."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.fields import PlainDecimalField
from lms.kernel.forms import Form
from lms.kernel.registry import registry
from lms.plugins.certificates import words
from lms.plugins.certificates.models import SignatoryRow
from lms.plugins.certificates.signatories import MAX_BYTES, PLACES, Entry

_HUNDRED = Decimal(100)


class ReasonForm(Form):
    """Why a certificate is revoked or replaced; anybody who checks it can read this."""

    reason = StringField(_l("Reason"), validators=[DataRequired(), Length(max=300)])


class _Number(PlainDecimalField):
    """A number with a decimal comma or point."""

    data: Decimal | None

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.replace(",", ".").strip().rstrip("%") for value in valuelist])


class _EmptyIsZero(Optional):  # type: ignore[misc]
    """An empty number asks nothing, like 0; the label need not say that it may be left empty."""

    field_flags: ClassVar[dict[str, bool]] = {}


def field_name(key: str) -> str:
    """The form field of an evidence key."""
    return key.replace(".", "__")


def criteria_form(thresholds: Mapping[str, Decimal]) -> Form:
    """One field per fact that a plugin offers or that the workshop asks for, the usual first; 0 asks nothing."""
    known = registry().evidence
    keys = list(dict.fromkeys([*(key for key in words.USUAL if key in known), *known, *thresholds]))
    fields: dict[str, Any] = {field_name(key): _threshold_field(key) for key in keys}
    form_type = type("CriteriaForm", (Form,), {**fields, "keys": keys})
    data = {field_name(key): _shown(key, thresholds.get(key, Decimal(0))) for key in keys}
    form: Form = form_type(data=data)
    return form


_USUAL_HINT = _l("At least so many; 0 asks nothing.")
_HINTS = {words.GAIN: _l("From 0 to 1: 0.3 is a third of what was still to be learnt. 0 asks nothing.")}


def _threshold_field(key: str) -> Any:
    label = words.label_of(key)
    if key in words.YES_NO:
        return BooleanField(label)
    hint = _l("At least so many percent; 0 asks nothing.") if key in words.RATIOS else _HINTS.get(key, _USUAL_HINT)
    return _Number(label, places=None, validators=[_EmptyIsZero()], description=hint)


def _shown(key: str, threshold: Decimal) -> Any:
    if key in words.YES_NO:
        return threshold > 0
    shown = threshold * _HUNDRED if key in words.RATIOS else threshold
    return shown.normalize().quantize(Decimal(1)) if shown == shown.to_integral_value() else shown.normalize()


def thresholds_from(form: Form) -> dict[str, Decimal]:
    """`{evidence key: threshold}` of a valid form."""
    found: dict[str, Decimal] = {}
    for key in form.keys:
        value = form[field_name(key)].data
        if key in words.YES_NO:
            found[key] = Decimal(int(bool(value)))
        else:
            asked = value if value is not None else Decimal(0)
            found[key] = asked / _HUNDRED if key in words.RATIOS else asked
    return found


class SignatoriesForm(Form):
    """Up to three signatories; a PNG on transparent or white ground for each, or a wet signature."""

    name_1 = StringField(_l("Name with titles"), validators=[Optional(), Length(max=200)])
    position_1 = StringField(_l("Position"), validators=[Optional(), Length(max=120)])
    image_1 = FileField(_l("Signature as PNG, at most 300 KB"), validators=[Optional()])
    drop_image_1 = BooleanField(_l("Without a picture: signed by hand"))
    name_2 = StringField(_l("Name with titles"), validators=[Optional(), Length(max=200)])
    position_2 = StringField(_l("Position"), validators=[Optional(), Length(max=120)])
    image_2 = FileField(_l("Signature as PNG, at most 300 KB"), validators=[Optional()])
    drop_image_2 = BooleanField(_l("Without a picture: signed by hand"))
    name_3 = StringField(_l("Name with titles"), validators=[Optional(), Length(max=200)])
    position_3 = StringField(_l("Position"), validators=[Optional(), Length(max=120)])
    image_3 = FileField(_l("Signature as PNG, at most 300 KB"), validators=[Optional()])
    drop_image_3 = BooleanField(_l("Without a picture: signed by hand"))

    def entries(self) -> list[Entry]:
        """What was typed and chosen."""
        return [
            Entry(
                place=place,
                name=self[f"name_{place}"].data or "",
                position=self[f"position_{place}"].data or "",
                image=_bytes_of(self[f"image_{place}"].data),
                drop_image=bool(self[f"drop_image_{place}"].data),
            )
            for place in PLACES
        ]


def _bytes_of(upload: Any) -> bytes | None:
    """The chosen file, cut one byte above the limit so that the check still sees that it is too large."""
    if not upload or not getattr(upload, "filename", ""):
        return None
    return bytes(upload.read(MAX_BYTES + 1))


def signatory_values(rows: list[SignatoryRow], leader: tuple[str, str]) -> dict[str, str]:
    """What the form shows: those that are set, else the organiser's leader."""
    if not rows:
        return {"name_1": leader[0], "position_1": leader[1]}
    values: dict[str, str] = {}
    for row in rows:
        values |= {f"name_{row.place}": row.name, f"position_{row.place}": row.position}
    return values
