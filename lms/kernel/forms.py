"""Base form: CSRF, stripped strings, and WTForms' own messages in our languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import request
from flask_babel import get_locale
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import Field, FieldList, FormField, SelectChoice
from wtforms.widgets import HiddenInput

from lms.kernel.errors import RuleViolation

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(CATALOGUES, [locale], domain="wtforms")


class _Translations:
    """The two methods WTForms asks for; WTForms ships no Indonesian catalogue."""

    def gettext(self, string: str) -> str:
        return str(_catalogue(str(get_locale())).gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(_catalogue(str(get_locale())).ngettext(singular, plural, n))


def choices(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """`(value, label)` pairs as WTForms wants them: bare tuples are deprecated there."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def _strip(value: Any) -> Any:
    """Without outer spaces and control characters: no field means to hold them, and PostgreSQL refuses NUL."""
    if not isinstance(value, str):
        return value
    return "".join(char for char in value if char >= " " or char in "\n\r\t").strip()


class Form(FlaskForm):  # type: ignore[misc]
    """Every form of the product. After a refused service call, `refuse(error)` puts the reason where it belongs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: Mapping[str, Any]) -> Field:
            if issubclass(unbound_field.field_class, FieldList | FormField):  # what they enclose is stripped
                return unbound_field.bind(form=form, **options)
            filters = [*unbound_field.kwargs.get("filters", ()), _strip]
            return unbound_field.bind(form=form, filters=filters, **options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """A JSON body is no form: Flask-WTF would read one, and fail on what is not a flat object of texts."""
            is_json = request.is_json and not request.form and not request.files
            return None if is_json and formdata is _Auto else super().wrap_formdata(form, formdata)

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            if isinstance(field.widget, HiddenInput):  # nothing points at them, and a page may hold several forms
                render_kw = {"id": False, **render_kw}
            return super().render_field(field, render_kw)

        def get_translations(self, form: Any) -> _Translations:
            return _Translations()

    def refuse(self, error: RuleViolation) -> None:
        """Show the reason on the field it names, or on the whole form."""
        if error.field and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, str(error)]
        else:
            self.form_errors: list[str] = [*self.form_errors, str(error)]
