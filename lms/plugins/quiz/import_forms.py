"""Forms of imports: a file or pasted text, and the yes to what the preview shows."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from lms.kernel.forms import Form, choices
from lms.plugins.quiz.formats.catalogue import FORMATS

MAX_PASTED = 400_000  # characters


class ImportForm(Form):
    """Where the questions come from and whose they become."""

    owner = SelectField(_l("Belongs to"))
    file = FileField(_l("File"), description=_l("Word, Excel, CSV, GIFT, Aiken, Moodle XML or QTI, at most 20 MB."))
    pasted = TextAreaField(
        _l("Or paste text"),
        [Length(max=MAX_PASTED)],
        description=_l("For example “1. Question … a. … b. … Kunci: B”, from a chat or a document."),
    )
    format = SelectField(_l("Format"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        known = [(entry.key, entry.label) for entry in FORMATS.values()]
        self.format.choices = choices([("", _("Recognise it")), *known])

    def validate_pasted(self, field: TextAreaField) -> None:
        """One of the two, and not both."""
        has_file = bool(getattr(self.file.data, "filename", ""))
        if not has_file and not field.data:
            raise ValidationError(_("Choose a file or paste text."))
        if has_file and field.data:
            raise ValidationError(_("Choose a file or paste text, not both."))


class TakeInForm(Form):
    """Which of the questions, and what becomes of those that are there already."""

    skips_known = BooleanField(_l("Leave out questions that the bank has already"), default=True)
    source = StringField(_l("Source"), [Optional(), Length(max=300)])
