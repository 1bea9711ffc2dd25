"""Phones at the door: granting, pairing, expiry, revoking, guessing."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.enrolments.models import Enrolment
from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import TooManyAttempts
from lms.kernel.permissions import SYSTEM
from lms.plugins.checkin import devices
from lms.plugins.checkin.devices import authenticate, authenticate_late, grant_device, revoke_device
from lms.plugins.checkin.models import Device
from tests.plugins.checkin.conftest import attendances, wib
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration
rounds = count()


def granted(workshop: Any, name: str = "Pintu", session: Any = None) -> tuple[Device, str]:
    return grant_device(workshop=workshop, session=session, name=name, actor=SYSTEM)


def stored() -> list[Device]:
    query = sa.select(Device).order_by(Device.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def test_a_token_is_long_and_only_its_hash_is_stored(workshop: Any) -> None:
    device, token = granted(workshop)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert device.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str({column.name: getattr(device, column.name) for column in Device.__table__.columns})


def test_a41_a_grant_ends_a_day_after_the_last_day(workshop: Any) -> None:
    device, token = granted(workshop)
    assert device.expires_at == wib("23:59:59", day=4 - 1)
    with clock.freeze(device.expires_at - timedelta(seconds=1)):
        assert authenticate(token).device_id == device.id
    with clock.freeze(device.expires_at), pytest.raises(devices.DeviceExpired):
        authenticate(token)


def test_a_grant_for_a_workshop_that_is_over_still_lives_half_a_day(workshop: Any) -> None:
    workshop.starts_on = workshop.ends_on = date(2026, 11, 1)
    device, _token = granted(workshop)
    assert device.expires_at == wib("20:20")


def test_a_phone_without_a_name_is_refused(workshop: Any) -> None:
    for name in ("", "  ", "\u200b\x00"):
        with pytest.raises(RuleViolation):
            granted(workshop, name)


def test_a_session_of_another_workshop_is_no_scope(workshop: Any, factories: Any, session: Any) -> None:
    with pytest.raises(NotFound):
        granted(factories.workshop(), session=session)


def test_the_form_sent_twice_makes_one_phone_with_the_later_token(workshop: Any) -> None:
    first, second = granted(workshop), granted(workshop)
    assert [device.id for device in stored()] == [first[0].id]
    assert authenticate(second[1]).device_id == first[0].id
    with pytest.raises(devices.DeviceRefused):
        authenticate(first[1])


def test_two_phones_of_one_name_are_two_once_the_first_was_used(workshop: Any, client: Any, session: Any) -> None:
    _device, token = granted(workshop)
    Scanner(client, token, session.id).get("/device")
    granted(workshop)
    assert len(stored()) == 2


def test_a_revoked_phone_opens_nothing_and_revoking_twice_changes_nothing(workshop: Any) -> None:
    device, token = granted(workshop)
    revoke_device(device=device, actor=SYSTEM)
    with clock.freeze(wib("09:00")):
        revoke_device(device=device, actor=SYSTEM)
    assert device.revoked_at == wib("08:20")
    with pytest.raises(devices.DeviceRevoked) as refused:
        authenticate(token)
    assert (refused.value.status, refused.value.code) == (403, "device_revoked")
    assert authenticate_late(token).is_over
    actions = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions[-2:] == ["checkin.device_granted", "checkin.device_revoked"]


def test_a_phone_whose_time_is_over_hands_in_its_scans_for_a_month(workshop: Any) -> None:
    device, token = granted(workshop)
    with clock.freeze(device.expires_at + timedelta(days=29)):
        assert authenticate_late(token).is_over
    with clock.freeze(device.expires_at + timedelta(days=30)), pytest.raises(devices.DeviceExpired):
        authenticate_late(token)


@pytest.mark.parametrize("token", ["", "x", "a" * 42, "a" * 44, "a" * 42 + "/", "a" * 43, "\x00" * 43])
def test_what_is_no_token_is_unknown(workshop: Any, app: Any, token: str) -> None:
    with app.test_request_context(), pytest.raises(devices.DeviceRefused) as refused:
        authenticate(token)
    assert refused.value.code == "device_unknown"


def test_a41_guessing_is_throttled_and_keeps_nobody_out(
    client: Any, workshop: Any, session: Any, wati: Enrolment
) -> None:
    _device, token = granted(workshop)
    alike = [token[:4] + f"{number:039d}" for number in range(21)]
    phones = [Scanner(client, guess, session.id) for guess in alike]
    answers = [phone.get("/device") for phone in phones]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert answers[-1].get_json()["code"] == "too_many"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert Scanner(client, token, session.id).scan(wati)["outcome"] == "new"


def test_guesses_of_everybody_together_are_throttled(app: Any, workshop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_GUESSES", f"7 per {100 + next(rounds)} minutes")  # a budget of this test alone
    with app.test_request_context():
        for number in range(7):
            with pytest.raises(devices.DeviceRefused):
                authenticate(f"{number:04d}" + "a" * 39)
        with pytest.raises(TooManyAttempts):
            authenticate("zzzz" + "a" * 39)


def test_a_sign_of_life_is_noted_once_a_minute(client: Any, workshop: Any, session: Any, wati: Enrolment) -> None:
    device, token = granted(workshop)
    phone = Scanner(client, token, session.id)
    phone.scan(wati, device_time=wib("11:20").isoformat())
    assert (device.id, *[(row.seen_at, row.skew_seconds) for row in stored()]) == (device.id, (wib("08:20"), 3 * 3600))
    with clock.freeze(wib("08:20:59")):
        phone.scan(wati)
    assert stored()[0].seen_at == wib("08:20")
    with clock.freeze(wib("08:21")):
        phone.scan(wati)
    assert stored()[0].seen_at == wib("08:21")


def test_a_phone_of_a_workshop_is_authenticated_in_one_statement(workshop: Any, count_statements: Any) -> None:
    _device, token = granted(workshop)
    db.session.flush()
    count_statements()
    authenticate(token)
    assert count_statements() == 1


class Pages:
    """The pages of the phones of one workshop."""

    def __init__(self, client: Any, workshop: Any) -> None:
        self.client, self.base = client, f"/kelola/lokakarya/{workshop.id}/presensi/perangkat"

    def get(self, path: str = "") -> Any:
        return self.client.get(self.base + path)

    def post(self, path: str = "", **form: Any) -> Any:
        return self.client.post(self.base + path, data=form)


@pytest.fixture
def pages(as_user: Any, workshop: Any, session: Any) -> Pages:
    return Pages(as_user.committee(workshop), workshop)


def token_in(page: str) -> str:
    found = re.search(r"/pintu#t=([A-Za-z0-9_-]{43})", page)
    assert found
    return found[1]


def test_the_code_is_shown_once(pages: Pages, workshop: Any, session: Any) -> None:
    answer = pages.post(name="Pintu depan, Rudi", session=str(session.id))
    assert answer.status_code == 303
    shown = pages.client.get(answer.location)
    assert shown.status_code == 200
    assert authenticate(token_in(shown.text)).session_id == session.id
    again = pages.client.get(answer.location)
    assert (again.status_code, again.location) == (303, pages.base)
    assert "Pintu depan, Rudi" in pages.get().text


def test_a_wrong_name_keeps_what_was_typed(pages: Pages) -> None:
    answer = pages.post(name="", session="")
    assert answer.status_code == 422
    assert stored() == []


def test_the_list_tells_state_scope_and_age(pages: Pages, workshop: Any, session: Any, client: Any) -> None:
    device, token = granted(workshop, "Satu", session)
    Scanner(client, token, session.id).get("/roster")
    lost, _token = granted(workshop, "Dua")
    revoke_device(device=lost, actor=SYSTEM)
    page = pages.get().text
    assert "Kepemimpinan" in page and "dipakai" in page and "dicabut" in page
    assert device.roster_at == wib("08:20")
    assert page.count("08.20 WIB") == 3  # seen, roster, revoked


def test_revoking_by_its_button(pages: Pages, workshop: Any) -> None:
    device, _token = granted(workshop)
    assert pages.post(f"/{device.id}/cabut").status_code == 303
    assert stored()[0].revoked_at == wib("08:20")


def test_a42_a_phone_of_another_workshop_is_not_found(pages: Pages, factories: Any) -> None:
    device, _token = granted(factories.workshop())
    for answer in (pages.post(f"/{device.id}/cabut"), pages.get(f"/{device.id}/kode"), pages.get("/999999/kode")):
        assert answer.status_code == 404
    assert stored()[0].revoked_at is None


def test_door_staff_set_up_their_own_phone_and_no_other(as_user: Any, workshop: Any, session: Any) -> None:
    door = Pages(as_user.door(workshop), workshop)
    assert door.get().status_code == 404
    assert door.post(name="Lain", session="").status_code == 404
    answer = door.post("/ini")
    assert answer.status_code == 303
    assert authenticate(token_in(answer.location)).workshop_id == workshop.id
    assert len(stored()) == 1


def test_a_link_to_prepare_a_phone_changes_nothing_by_itself(pages: Pages) -> None:
    assert pages.get("/ini").status_code == 405
    assert (stored(), attendances()) == ([], [])
