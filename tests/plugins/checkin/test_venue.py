"""The code on the screen: its keys, its ways, its leeway, and a screen that needs no server."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from lms.kernel import clock
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.tokens import CODE_ALPHABET
from lms.plugins.checkin import venue
from lms.plugins.checkin.enums import Direction
from lms.plugins.checkin.models import SessionRule
from tests.plugins.checkin.conftest import JSON, wib

WAYS = list(Direction)


def made_by_a_screen(key: str, seconds: int) -> str:
    """The code as a screen makes it: from the key in its page and nothing else."""
    digest = hmac.digest(bytes.fromhex(key), str(seconds // 30).encode(), hashlib.sha256)
    number, letters = int.from_bytes(digest[:8], "big"), ""
    for _ in range(6):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters += CODE_ALPHABET[index]
    return letters


def prepared(page: Any) -> list[dict[str, Any]]:
    """The sessions of the day that the screen's page carries."""
    found = re.search(r'data-sessions="([^"]+)"', page.text)
    assert found
    sessions: list[dict[str, Any]] = json.loads(html.unescape(found[1]))
    return sessions


def screen_of(client: Any, workshop: Any, query: str = "", **options: Any) -> Any:
    return client.get(f"/kelola/lokakarya/{workshop.id}/presensi/layar{query}", **options)


@pytest.fixture
def in_app(app: Any) -> Any:
    with app.test_request_context():
        yield app


def test_each_session_and_way_has_codes_of_its_own(in_app: Any) -> None:
    codes = {venue.venue_code(number, direction=way) for number in (1, 2) for way in WAYS}
    assert len(codes) == 6


@pytest.mark.parametrize("way", WAYS)
def test_a_code_says_which_way_it_is_for_and_since_when(in_app: Any, way: Direction) -> None:
    code, shown_at = venue.venue_code(7, direction=way), now()
    with clock.freeze(shown_at + timedelta(seconds=40)):
        shown = venue.read_code(7, code)
        assert shown is not None
        assert (shown.direction, shown.since, shown.age(now())) == (way, shown_at, 40)
        assert venue.read_code(8, code) is None


def test_the_leeway_is_five_seconds_on_either_side(in_app: Any) -> None:
    code, start = venue.venue_code(7), now()
    ages = []
    for age in range(-10, 80):
        with clock.freeze(start + timedelta(seconds=age)):
            if venue.is_current(7, code):
                ages.append(age)
    assert (ages[0], ages[-1], len(ages)) == (-5, 64, 70)


def test_another_installation_makes_other_codes(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        here = venue.venue_code(7)
        monkeypatch.setitem(app.config, "SECRET_KEY", "another installation's secret")
        assert venue.venue_code(7) != here


@pytest.mark.parametrize("hours", [0, 1, 23])
def test_a_kept_code_says_when_it_was_shown_whatever_the_phone_says(in_app: Any, hours: int) -> None:
    shown_at = now() - timedelta(hours=hours)
    code = venue.venue_code(7, shown_at, Direction.MID)
    for near in (shown_at, now() + timedelta(days=400), now() - timedelta(days=400)):
        found = venue.read_past_code(7, code, since=now() - timedelta(hours=24), until=now(), near=near)
        assert found == venue.Shown(direction=Direction.MID, since=shown_at)


def test_a_kept_code_is_not_looked_for_outside_its_hours(in_app: Any) -> None:
    code = venue.venue_code(7, now() - timedelta(hours=2))
    hours = {"since": now() - timedelta(hours=1), "until": now()}
    assert venue.read_past_code(7, code, **hours, near=now() - timedelta(hours=2)) is None


def test_the_screen_carries_what_makes_every_code_of_its_day_and_of_no_other(
    as_user: Any, workshop: Any, session: Any, add_session: Any, in_app: Any
) -> None:
    second = add_session("10:15", "12:00", title="Keuangan")
    add_session("08:30", "10:00", title="Hari kedua", day=2)
    db.session.add(SessionRule(session_id=second.id, has_second_code=True))
    db.session.flush()
    first, other = prepared(screen_of(as_user.committee(workshop), workshop))
    assert [first["id"], other["id"]] == [session.id, second.id]
    assert (sorted(first["keys"]), sorted(other["keys"])) == (["in", "out"], ["in", "mid", "out"])
    for row in (first, other):
        for way, key in row["keys"].items():
            for later in (0, 29, 30, 4 * 3600):
                moment = now() + timedelta(seconds=later)
                made = made_by_a_screen(key, int(moment.timestamp()))
                assert made == venue.venue_code(row["id"], moment, Direction(way))


def test_the_screen_is_kept_and_brings_its_scripts_by_name(as_user: Any, workshop: Any, session: Any) -> None:
    page = screen_of(as_user.committee(workshop), workshop)
    assert page.headers["Lms-Offline"] == "keep"
    for script in ("screen.js", "screen_clock.js", "screen_session.js", "venue_code.js", "lean-qr.min.js"):
        assert f'{script}"' in page.text


def test_the_server_tells_its_time_to_a_screen_whose_clock_may_be_wrong(
    as_user: Any, workshop: Any, session: Any
) -> None:
    said = screen_of(as_user.committee(workshop), workshop, headers=JSON).json
    assert said["now"] == int(wib("08:20").timestamp() * 1000)


@pytest.mark.parametrize("way", WAYS)
def test_without_script_each_way_is_a_link_with_the_code_of_now(
    as_user: Any, workshop: Any, session: Any, in_app: Any, way: Direction
) -> None:
    page = screen_of(as_user.committee(workshop), workshop, f"?sesi={session.id}&kode={way.value}")
    code = venue.venue_code(session.id, direction=way)
    assert f"{code[:3]}-{code[3:]}" in page.text
    assert f'data-way-link="{way.value}" data-key="{WAYS.index(way) + 1}" aria-current="page"' in page.text
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page.text


def test_an_unknown_way_is_not_found(as_user: Any, workshop: Any, session: Any) -> None:
    assert screen_of(as_user.committee(workshop), workshop, "?kode=samping").status_code == 404


def test_nobody_but_the_door_gets_the_keys(as_user: Any, client: Any, workshop: Any, wati: Any, session: Any) -> None:
    assert screen_of(as_user.ticket(wati), workshop).status_code in {302, 403, 404}
    assert screen_of(client, workshop).status_code == 302


def test_a08_many_screens_show_one_code_and_reloading_ends_none(as_user: Any, session: Any, workshop: Any) -> None:
    url = f"/kelola/lokakarya/{workshop.id}/presensi/layar?sesi={session.id}"
    screens = [as_user.committee(workshop), as_user.door(workshop), as_user.organiser(workshop)]
    shown = {client.get(url, headers={"Accept": "application/json"}).json["code"] for client in screens for _ in "123"}
    assert len(shown) == 1
    code = shown.pop()
    page = screens[0].get(url).text
    assert code in page
    assert re.fullmatch(r"[A-Z2-9]{3}-[A-Z2-9]{3}", code)
    assert "<svg" in page


def test_the_screen_counts_down_to_the_change(as_user: Any, session: Any, workshop: Any) -> None:
    url = f"/kelola/lokakarya/{workshop.id}/presensi/layar?sesi={session.id}"
    with clock.freeze(wib("08:20") + timedelta(seconds=22)):
        said = as_user.committee(workshop).get(url, headers={"Accept": "application/json"}).json
    assert (said["seconds"], said["present"], said["expected"]) == (8, 0, 0)
