"""Languages, the zone of a page, and the template filters that speak them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent
from flask import Flask, g, has_request_context, session
from flask_babel import Babel, get_locale, get_translations
from flask_babel import gettext as _

from lms.kernel.registry import Registry

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
DEFAULT_ZONE = "Asia/Pontianak"
# Names of the three Indonesian zones by their offset from UTC; they have no daylight saving time.
ZONE_LETTERS = {7: "WIB", 8: "WITA", 9: "WIT"}


def init_babel(app: Flask, registry: Registry) -> None:
    """Set up Flask-Babel with the core's catalogue first and each plugin's after it; the later one wins."""
    folders = ["translations", *(str(i.translations) for i in registry.infos.values() if i.translations)]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    app.config["BABEL_DEFAULT_LOCALE"] = "id"
    # One Babel per app: a shared one would keep the first app's catalogues.
    Babel(app, locale_selector=_language)
    _hasten_templates(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(daterange=daterange, languages=LANGUAGES, language=lambda: str(get_locale()))


def _hasten_templates(app: Flask) -> None:
    """Let templates find their catalogue with one look: Flask-Babel's way to it is a third of a long page."""
    kept: dict[str, Any] = {}

    def catalogue() -> Any:
        locale = get_locale()
        if locale is None:
            return get_translations()
        found = kept.get(locale.language)  # not by the Locale itself, which formats its name to be compared
        if found is None:
            found = kept[locale.language] = get_translations()
        return found

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: catalogue().ugettext(text),
        ngettext=lambda one, many, count: catalogue().ungettext(one, many, count),
        pgettext=lambda context, text: catalogue().upgettext(context, text),
        npgettext=lambda context, one, many, count: catalogue().unpgettext(context, one, many, count),
        newstyle=True,
    )


def _language() -> str:
    if not has_request_context():
        return "id"
    chosen = g.get("lms_language") or session.get("language")  # the former where a token opened the request
    return chosen if chosen in LANGUAGES else "id"


def page_zone(zone: str | None = None) -> ZoneInfo:
    """The zone to show times in: the one given, that of the page's workshop, or the site's."""
    if zone is None and has_request_context():
        zone = g.get("lms_zone")
    return ZoneInfo(zone or DEFAULT_ZONE)


def _locale() -> str:
    return str(get_locale() or "id")


def _local(moment: datetime | date, zone: str | None) -> date:
    return moment.astimezone(page_zone(zone)) if isinstance(moment, datetime) else moment


def day(moment: datetime | date, zone: str | None = None) -> str:
    """ "Rabu, 25 November 2026"."""
    pattern = "EEEE, d MMMM y"
    return format_date(_local(moment, zone), pattern, locale=_locale())


def longdate(moment: datetime | date, zone: str | None = None) -> str:
    """ "25 November 2026"."""
    return format_date(_local(moment, zone), "d MMMM y", locale=_locale())


def shortday(moment: datetime | date, zone: str | None = None) -> str:
    """ "25 Nov 2026"."""
    return format_date(_local(moment, zone), "d MMM y", locale=_locale())


def clock(moment: datetime, zone: str | None = None) -> str:
    """ "08.30" in Indonesian, "08:30" in English, in the page's zone."""
    pattern = "HH.mm" if _locale() == "id" else "HH:mm"
    return format_time(moment.astimezone(page_zone(zone)).time(), pattern, locale=_locale())


def clockz(moment: datetime, zone: str | None = None) -> str:
    """ "08.30 WIB"."""
    return f"{clock(moment, zone)} {zone_letters(moment, zone)}"


def zone_letters(moment: datetime, zone: str | None = None) -> str:
    """WIB, WITA or WIT; the zone's own abbreviation elsewhere."""
    local = moment.astimezone(page_zone(zone))
    hours = (local.utcoffset() or timedelta()) / timedelta(hours=1)
    return ZONE_LETTERS.get(int(hours), local.tzname() or "")


def daterange(first: date, last: date) -> str:
    """ "Rabu–Kamis, 2–3 Desember 2026"; one day reads as `day` does."""
    locale = _locale()
    if first == last:
        return day(first)
    days = f"{format_date(first, 'EEEE', locale=locale)}–{format_date(last, 'EEEE', locale=locale)}"
    start = "d" if (first.year, first.month) == (last.year, last.month) else "d MMMM"
    return f"{days}, {format_date(first, start, locale=locale)}–{format_date(last, 'd MMMM y', locale=locale)}"


def monthyear(moment: datetime | date, zone: str | None = None) -> str:
    """ "Des 2026"."""
    return format_date(_local(moment, zone), "MMM y", locale=_locale())


def weekday(moment: datetime | date, zone: str | None = None, *, short: bool = False) -> str:
    """ "Rabu", short "Rab"."""
    return format_date(_local(moment, zone), "EEE" if short else "EEEE", locale=_locale())


def number(value: int | float | Decimal, digits: int = 0) -> str:
    """A number of the locale with at most `digits` decimals: 1.284 or 0,54 in Indonesian."""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=_locale()))


def percent(ratio: float | Decimal | None, digits: int = 0) -> str:
    """A ratio 0..1 as "80%"; None is a dash."""
    if ratio is None:
        return "–"
    pattern = "#,##0" + ("." + "#" * digits if digits else "") + "%"
    return str(format_percent(ratio, pattern, locale=_locale()))


def filesize(size: int) -> str:
    """ "2,1 MB"; bytes below one kilobyte."""
    if size < 1000:
        return _("%(count)s bytes", count=size)
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if size >= factor:
            return f"{number(size / factor, 1)} {unit}"
    raise AssertionError("unreachable")


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "longdate": longdate,
    "shortday": shortday,
    "clock": clock,
    "clockz": clockz,
    "daterange": daterange,
    "monthyear": monthyear,
    "weekday": weekday,
    "number": number,
    "percent": percent,
    "filesize": filesize,
}
