"""The roster: what a phone keeps without signal, and what a finder of the phone can read of it."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lms.core.enrolments import services as enrolments
from lms.core.enrolments.enums import EnrolmentStatus
from lms.core.enrolments.models import Enrolment
from lms.core.people.services import update_person
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.settings import set_setting
from tests.plugins.checkin.scanner import Scanner

pytestmark = pytest.mark.integration


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def name_of(token: str) -> str:
    """The id of a badge's entry, as the app on the phone works it out."""
    digest = hashlib.sha256(f"lokakarya-roster-id:{token}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")[:16]


def opened(body: dict[str, Any], token: str) -> list[Any] | None:
    """What the phone reads with a badge before its camera."""
    key = hashlib.sha256(f"lokakarya-roster-key:{token}".encode()).digest()
    for entry, nonce, cipher in body["entries"]:
        if entry == name_of(token):
            found: list[Any] = json.loads(AESGCM(key).decrypt(raw(nonce), raw(cipher), None))
            return found
    return None


def test_a_badge_opens_its_own_entry(phone: Scanner, wati: Enrolment) -> None:
    body = phone.get("/roster").get_json()
    read = opened(body, enrolments.badge_token(wati))
    assert read == [wati.id, "Wati Lestari", "LKSA Tunas Enggang", "confirmed", "peserta"]


def test_a38_without_a_badge_nothing_can_be_read(phone: Scanner, wati: Enrolment, factories: Any) -> None:
    other = factories.enrolment(workshop=wati.workshop)
    answer = phone.get("/roster")
    for word in ("Wati", "Lestari", "Tunas", "8123", "WATAB2", enrolments.badge_token(wati)):
        assert word not in answer.text
    wrong = hashlib.sha256(f"lokakarya-roster-key:{enrolments.badge_token(other)}".encode()).digest()
    (entry,) = [row for row in answer.get_json()["entries"] if row[0] == name_of(enrolments.badge_token(wati))]
    with pytest.raises(InvalidTag):
        AESGCM(wrong).decrypt(raw(entry[1]), raw(entry[2]), None)


def test_a38_no_number_is_in_any_entry(phone: Scanner, wati: Enrolment) -> None:
    read = str(opened(phone.get("/roster").get_json(), enrolments.badge_token(wati)))
    assert "8123" not in read and "WATAB2" not in read


def test_every_role_and_state_is_there_and_other_workshops_are_not(
    phone: Scanner, wati: Enrolment, factories: Any
) -> None:
    speaker = factories.enrolment(workshop=wati.workshop, role=Role.NARASUMBER)
    gone = factories.enrolment(workshop=wati.workshop, status=EnrolmentStatus.CANCELLED)
    stranger = factories.enrolment()
    body = phone.get("/roster").get_json()
    found = [opened(body, enrolments.badge_token(one)) for one in (speaker, gone, stranger)]
    assert [row and row[3:] for row in found] == [["confirmed", "narasumber"], ["cancelled", "peserta"], None]
    assert len(body["entries"]) == 3


def test_a17_a_replaced_badge_is_told_apart_from_an_unknown_one(phone: Scanner, wati: Enrolment) -> None:
    old = enrolments.badge_token(wati)
    assert phone.get("/roster").get_json()["replaced"] == [name_of(_version(wati, 0))]
    enrolments.renew_link(enrolment_id=wati.id, actor=SYSTEM)
    body = phone.get("/roster").get_json()
    assert name_of(old) in body["replaced"]
    assert opened(body, old) is None
    assert opened(body, enrolments.badge_token(wati)) is not None


def _version(wati: Enrolment, version: int) -> str:
    from lms.core.enrolments.queries import BADGE
    from lms.kernel.tokens import make_token

    return make_token(BADGE, wati.id, version)


def test_who_is_present_stands_by_session(phone: Scanner, wati: Enrolment, session: Any) -> None:
    assert phone.get("/roster").get_json()["present"] == {}
    phone.scan(wati)
    assert phone.get("/roster").get_json()["present"] == {str(session.id): [wati.id]}


def test_a_phone_of_one_session_learns_of_no_other(
    phone: Scanner, grant: Any, wati: Enrolment, session: Any, add_session: Any
) -> None:
    later = add_session("10:15", "11:45", title="Kontrol")
    phone.scan(wati)
    assert grant("Lain", only=later).get("/roster").get_json()["present"] == {}


def test_names_are_readable_only_where_the_organiser_allows_it(
    phone: Scanner, wati: Enrolment, factories: Any, workshop: Any
) -> None:
    factories.enrolment(workshop=workshop, status=EnrolmentStatus.CANCELLED)
    assert phone.get("/roster").get_json()["open"] is None
    set_setting("checkin.searches_offline", True, scope="workshop", scope_id=workshop.id)
    enrolments.renew_link(enrolment_id=wati.id, actor=SYSTEM)  # any change that the trail knows of
    opened_rows = phone.get("/roster").get_json()["open"]
    assert opened_rows == [[wati.id, "Wati Lestari", "LKSA Tunas Enggang", wati.ticket_code]]


def test_nothing_new_is_304_and_a_change_is_not(phone: Scanner, wati: Enrolment, factories: Any) -> None:
    first = phone.get("/roster")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert phone.get("/roster", **tag).status_code == 304
    phone.scan(wati)
    second = phone.get("/roster", **tag)
    assert second.status_code == 200
    assert second.get_json()["version"] == first.get_json()["version"]
    assert second.get_json()["entries"] == first.get_json()["entries"]  # the people did not change


@pytest.mark.parametrize("change", ["name", "cancel", "register", "again", "badge"])
def test_every_change_of_the_people_is_a_new_version(
    phone: Scanner, wati: Enrolment, factories: Any, change: str
) -> None:
    if change == "again":
        wati.status = EnrolmentStatus.CANCELLED
    before = phone.get("/roster").get_json()["version"]
    if change == "name":
        update_person(person_id=wati.person_id, full_name="Wati Baru", actor=SYSTEM)
    elif change == "cancel":
        enrolments.cancel(enrolment_id=wati.id, actor=SYSTEM)
    elif change == "register":
        factories.enrolment(workshop=wati.workshop)
    elif change == "badge":
        enrolments.renew_link(enrolment_id=wati.id, actor=SYSTEM)
    else:
        from lms.kernel import clock
        from tests.plugins.checkin.conftest import wib

        with clock.freeze(wib("08:21")):
            enrolments.enrol(workshop=wati.workshop, person=wati.person, role=Role.PESERTA)
    assert phone.get("/roster").get_json()["version"] != before


def test_a_change_elsewhere_is_no_new_version(phone: Scanner, wati: Enrolment, factories: Any) -> None:
    before = phone.get("/roster").headers["ETag"]
    other = factories.enrolment()
    enrolments.cancel(enrolment_id=other.id, actor=SYSTEM)
    assert phone.get("/roster", **{"If-None-Match": before}).status_code == 304


def test_two_processes_agree_on_the_version(phone: Scanner, wati: Enrolment, app: Any) -> None:
    first = phone.get("/roster")
    app.extensions["lms_memory"].clear()
    second = phone.get("/roster")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.get_json()["entries"] != first.get_json()["entries"]  # a nonce is used once


def test_who_names_its_version_gets_only_who_is_present(phone: Scanner, wati: Enrolment, session: Any) -> None:
    version = phone.get("/roster").get_json()["version"]
    phone.scan(wati)
    body = phone.get(f"/roster?version={version}").get_json()
    assert (body["entries"], body["replaced"], body["open"]) == (None, None, None)
    assert body["present"] == {str(session.id): [wati.id]}
    assert phone.get("/roster?version=x").get_json()["entries"]


def test_the_roster_is_kept_by_no_cache_on_the_way(phone: Scanner, wati: Enrolment) -> None:
    answer = phone.get("/roster")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Authorization" in answer.headers["Vary"]


def test_an_unchanged_roster_costs_few_statements_however_many_people(
    phone: Scanner, wati: Enrolment, factories: Any, count_statements: Any
) -> None:
    for _ in range(5):
        factories.enrolment(workshop=wati.workshop)
    tag = phone.get("/roster").headers["ETag"]
    count_statements()
    phone.get("/roster", **{"If-None-Match": tag})
    assert count_statements() <= 3
