"""Forms of accounts: sign in, new account, password, grant."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form, choices
from lms.kernel.permissions import Role

ROLE_LABELS = {
    Role.PUSAT: _l("Site administrator (pusat)"),
    Role.PENYELENGGARA: _l("Organiser"),
    Role.PANITIA: _l("Committee"),
    Role.PETUGAS: _l("Door staff"),
    Role.PENGURUS: _l("Board of an organisation"),
    Role.PENGAMAT: _l("Regional observer (Dinas Sosial)"),
}


class LoginForm(Form):
    """E-mail or phone number, and password."""

    login = StringField(_l("E-mail or WhatsApp number"), validators=[DataRequired(), Length(max=254)])
    password = PasswordField(_l("Password"), validators=[DataRequired(), Length(max=256)])


class AccountForm(Form):
    """A new account of staff."""

    name = StringField(_l("Full name"), validators=[DataRequired(), Length(max=100)])
    email = StringField(_l("E-mail"), validators=[Optional(), Length(max=254)])
    phone = StringField(_l("WhatsApp number"), validators=[Optional(), Length(max=40)])
    password = PasswordField(_l("First password"), validators=[DataRequired(), Length(max=256)])


class GrantForm(Form):
    """A role and what it reaches; `ref` is chosen from what exists."""

    role = SelectField(_l("Role"), choices=choices((role.value, label) for role, label in ROLE_LABELS.items()))
    reach = SelectField(_l("Reaches"), validators=[DataRequired()])


class PasswordForm(Form):
    """The old password once, the new one once, shown on demand."""

    current = PasswordField(_l("Current password"), validators=[DataRequired(), Length(max=256)])
    password = PasswordField(_l("New password"), validators=[DataRequired(), Length(max=256)])


class ResetForm(Form):
    """A new password for somebody who forgot theirs; told in person, changed by them afterwards."""

    password = PasswordField(_l("New password"), validators=[DataRequired(), Length(max=256)])


class ActiveForm(Form):
    """Switch an account off or on."""

    is_active = BooleanField(_l("Active"))
