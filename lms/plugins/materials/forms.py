"""Forms of materials."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.kernel.forms import Form, choices
from lms.plugins.materials.enums import Opens

OPENS_LABELS = {
    Opens.WITH_SESSION: _l("When the session opens"),
    Opens.AFTER_SESSION: _l("After the session"),
    Opens.AT_ONCE: _l("At once"),
    Opens.HIDDEN: _l("Never, only for the committee"),
}


class UploadForm(Form):
    """A file, its title, and when participants may download it."""

    file = FileField(
        _l("File"),
        validators=[FileRequired(_l("Choose a file first."))],
        description=_l("PDF, PPTX, DOCX, XLSX, PNG or JPG."),
    )
    title = StringField(_l("Title"), validators=[Optional(), Length(max=200)])
    opens = SelectField(
        _l("Participants can download it"), choices=choices((o.value, label) for o, label in OPENS_LABELS.items())
    )
    may_be_shared = BooleanField(_l("May be shared outside this workshop"))


class VersionForm(Form):
    """The next version of a material."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file first."))])
    note = StringField(_l("What changed"), validators=[Optional(), Length(max=200)])


class ChangeForm(Form):
    """Title and opening of a material."""

    title = StringField(_l("Title"), validators=[DataRequired(), Length(max=200)])
    opens = SelectField(
        _l("Participants can download it"), choices=choices((o.value, label) for o, label in OPENS_LABELS.items())
    )
