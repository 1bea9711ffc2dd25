"""Form fields that every feature may need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wtforms import DateTimeLocalField, DecimalField
from wtforms.widgets import TextInput

from lms.kernel.i18n import page_zone

MOST_PLACES = 30  # zeros or decimals of a number that somebody types


class MomentField(DateTimeLocalField):  # type: ignore[misc]
    """A moment, typed and shown in the zone of the page's workshop; `data` is aware UTC."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def process_data(self, value: datetime | None) -> None:
        """From a stored moment to the clock on the wall."""
        super().process_data(value.astimezone(page_zone()) if value is not None else None)

    def process_formdata(self, valuelist: list[str]) -> None:
        """From the clock on the wall to a moment."""
        super().process_formdata(valuelist)
        typed: Any = getattr(self, "data", None)
        if typed is not None:
            self.data = typed.replace(tzinfo=page_zone()).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(" ".join(self.raw_data))
        return self.data.astimezone(page_zone()).strftime("%Y-%m-%dT%H:%M") if self.data is not None else ""


class PlainDecimalField(DecimalField):  # type: ignore[misc]
    """A number that people write: no NaN, no infinity, and no exponent that would fill a page with zeros."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """As typed. Raises ValueError, as fields do."""
        super().process_formdata(valuelist)
        typed: Any = getattr(self, "data", None)
        if typed is not None and not (typed.is_finite() and abs(typed.as_tuple().exponent) <= MOST_PLACES):
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))


class FigureField(PlainDecimalField):
    """A number, typed with a decimal comma or a decimal point; `data` is a Decimal.

    A text field: a number field of a browser takes only the sign of the browser's own language.
    """

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """As typed, the last comma being a decimal point when there is no point."""
        typed = [value.strip().replace(",", ".") if "." not in value else value for value in valuelist]
        super().process_formdata(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format(self.data.normalize(), "f").replace(".", ",") if self.data is not None else ""
