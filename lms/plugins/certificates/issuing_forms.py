"""The form of how a workshop issues its papers."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from lms.kernel.forms import Form
from lms.plugins.certificates.issuing_rules import NAMES
from lms.plugins.certificates.settings import SETTINGS

_MONTHS = 600
_SAID = {setting.key.partition(".")[2]: setting for setting in SETTINGS}


class IssuingForm(Form):
    """The settings of `issuing_rules`, in the words of the settings themselves."""

    valid_months = IntegerField(
        _SAID["valid_months"].label,
        description=_SAID["valid_months"].hint,
        validators=[InputRequired(), NumberRange(min=0, max=_MONTHS)],
    )
    letter = BooleanField(_SAID["letter"].label)
    offline_qr = BooleanField(_SAID["offline_qr"].label, description=_SAID["offline_qr"].hint)
    suffix = BooleanField(_SAID["suffix"].label, description=_SAID["suffix"].hint)
    email = BooleanField(_SAID["email"].label)
    attach = BooleanField(_SAID["attach"].label)

    def values(self) -> dict[str, Any]:
        """`{name: value}` of a valid form."""
        return {name: self[name].data for name in NAMES}
