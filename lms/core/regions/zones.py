"""The time zone of a region, by its province (Keppres 41/1987 and the provinces split off since)."""

from __future__ import annotations

from zoneinfo import ZoneInfo

# WIB is two IANA zones with the same rules; Kalimantan's is Asia/Pontianak.
_WIB_KALIMANTAN = ("61", "62")
_WITA = ("51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76")
_WIT = ("81", "82", "91", "92", "93", "94", "95", "96")
_LETTERS = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def zone_name(code: str) -> str:
    """The IANA zone of a Kemendagri code of any level."""
    province = code[:2]
    if province in _WIB_KALIMANTAN:
        return "Asia/Pontianak"
    if province in _WITA:
        return "Asia/Makassar"
    return "Asia/Jayapura" if province in _WIT else "Asia/Jakarta"


def timezone_of(code: str) -> ZoneInfo:
    """The time zone of a Kemendagri code of any level."""
    return ZoneInfo(zone_name(code))


def zone_letters(code: str) -> str:
    """WIB, WITA or WIT, for a Kemendagri code of any level."""
    return _LETTERS[zone_name(code)]
