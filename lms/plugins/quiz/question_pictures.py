"""The part of the question editor that takes pictures and puts them into the texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from lms.kernel.errors import RuleViolation
from lms.kernel.forms import Form
from lms.kernel.rich_text import PICTURE
from lms.plugins.quiz import pictures
from lms.plugins.quiz.content import Picture
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats.limits import MAX_PICTURE
from lms.plugins.quiz.question_texts import converted, with_picture

_TEXTS = {"text", "feedback", "model_answer", "steps"}  # fields that hold texts, besides those in rows
_IN_ROWS = ("option_", "prompt_", "feedback_")
_PLACES = {"text", "feedback", "model_answer"}


class PictureForm(Form):
    """A form with texts, a field `format` for their format, and a picture that goes into one of them."""

    waiting = HiddenField()  # a picture that was uploaded without a description
    picture = FileField(_l("Picture"), [Optional()], description=_l("PNG, JPEG, GIF or WebP, at most 2 MB."))
    picture_alt = StringField(
        _l("What the picture shows"),
        [Optional(), Length(max=300)],
        description=_l("Read aloud to people who do not see it."),
    )
    picture_place = SelectField(_l("Where it goes"), validate_choice=False)
    picture_faults: Sequence[tuple[str, str]] = ()

    @property
    def wants_picture(self) -> bool:
        """Whether the button for the picture was pressed."""
        return "upload" in request.form

    def named(self) -> list[str]:
        """The SHA-256 of every picture that the typed texts name, in their order."""
        found = (sha for field in self._texts() for sha in PICTURE.findall(str(field.data or "")))
        return list(dict.fromkeys(found))

    def _texts(self) -> Iterator[Any]:
        return (field for field in self if field.name in _TEXTS or field.name.startswith(_IN_ROWS))

    def take_picture(self, *, account_id: int) -> bool:
        """Put an uploaded picture into the chosen text; whether it is there. Call it before `validate`."""
        try:
            picture = self._uploaded(account_id)
            if picture is not None:
                pictures.stage(picture, account_id=account_id)
        except RuleViolation as error:
            self._fault("picture", str(error))
            return False
        if picture is None:
            if self.wants_picture:
                self._fault("picture", _("Choose the picture first."))
            return False
        alt = str(self.picture_alt.data or "")
        if not alt:
            self.waiting.data = picture.sha
            self._fault("picture_alt", _("The picture is here. Now write in a few words what it shows."))
            return False
        self._insert(picture, alt)
        return True

    def _fault(self, name: str, message: str) -> None:
        """Shown after `validate`, which forgets what came before it."""
        self.picture_faults = [*self.picture_faults, (name, message)]

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields, and what was wrong with the picture."""
        is_fine: bool = super().validate(extra_validators)
        for name, message in self.picture_faults:
            self[name].errors = [*self[name].errors, message]
        return is_fine and not self.picture_faults

    def _insert(self, picture: Picture, alt: str) -> None:
        if self["format"].data == TextFormat.PLAIN:
            self._enrich()
        is_html = self["format"].data == TextFormat.HTML
        place = self._place()
        format = TextFormat.HTML if is_html else TextFormat.MARKDOWN
        place.data = with_picture(str(place.data or ""), sha=picture.sha, alt=alt, format=format)
        self.picture_alt.data = self.waiting.data = ""

    def _uploaded(self, account_id: int) -> Picture | None:
        file = self.picture.data
        if file:
            return pictures.checked(file.stream.read(MAX_PICTURE + 1))
        waiting = str(self.waiting.data or "")
        found = pictures.staged([waiting], account_id=account_id) if PICTURE.fullmatch(f"picture:{waiting}") else ()
        return found[0] if found else None

    def _enrich(self) -> None:
        """A picture needs Markdown; what was typed as plain text keeps its look."""
        for field in self._texts():
            source = str(field.data or "").replace("\r\n", "\n")
            parts = source.split("\n") if field.name == "steps" else [source]
            field.data = "\n".join(converted(part, TextFormat.PLAIN, TextFormat.MARKDOWN) for part in parts)
        self["format"].data = TextFormat.MARKDOWN.value

    def _place(self) -> Any:
        chosen = str(self.picture_place.data or "")
        return self[chosen] if chosen in {value for value, _label in self.places()} else self["text"]

    def places(self) -> list[tuple[str, object]]:
        """`(field, label)` of where a picture can go."""
        return [
            (field.name, field.label.text)
            for field in self
            if field.name in _PLACES or field.name.startswith(("option_", "prompt_"))
        ]
