"""Keys for the API: making, using, ending and revoking them, and their page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import NotFound, RuleViolation
from lms.kernel.limits import TooManyAttempts
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import api_keys
from lms.plugins.quiz.live_models import ApiKey
from lms.plugins.quiz.rest_openapi import SERVER

pytestmark = pytest.mark.integration
PAGE = "/kelola/bank-soal/kunci-api"
FORM = {"name": "Dasbor Dinas", "may_read": "y", "days": "90"}


def make(where: Any, **values: Any) -> tuple[ApiKey, str]:
    wanted: dict[str, Any] = {
        "organiser_id": where.organiser_id,
        "workshop": None,
        "name": "Dasbor",
        "may_read": True,
        "may_push": False,
        "ends_at": now() + timedelta(days=30),
        "actor": SYSTEM,
    }
    return api_keys.make_key(**{**wanted, **values})


def keys() -> list[ApiKey]:
    return list(db.session.scalars(sa.select(ApiKey).order_by(ApiKey.id)))


@pytest.fixture
def workshop(factories: Any, app: Any, db_session: Any) -> Any:
    return factories.workshop()


def test_only_the_hash_of_a_key_is_kept(workshop: Any) -> None:
    key, token = make(workshop)
    assert re.fullmatch(r"lkq_[A-Za-z0-9_-]{43}", token)
    row = db.session.execute(sa.select(ApiKey.__table__)).one()
    assert not any(token in str(value) or token[4:] in str(value) for value in row)
    caller = api_keys.authenticate(token)
    assert (caller.key_id, caller.organiser_id, caller.workshop_id) == (key.id, workshop.organiser_id, None)
    assert (caller.may_read, caller.may_push) == (True, False)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " \x00 "}, "name"),
        ({"may_read": False}, "may_read"),
        ({"ends_at": timedelta(days=366)}, "days"),
        ({"ends_at": timedelta(0)}, "days"),
    ],
)
def test_a_key_has_a_name_a_right_and_an_end_within_a_year(workshop: Any, values: Any, field: str) -> None:
    if "ends_at" in values:
        values = {"ends_at": now() + values["ends_at"]}
    with pytest.raises(RuleViolation) as refused:
        make(workshop, **values)
    assert refused.value.field == field
    assert keys() == []


def test_a_key_of_one_workshop_brings_no_questions_and_is_of_its_organiser(workshop: Any, factories: Any) -> None:
    with pytest.raises(RuleViolation) as refused:
        make(workshop, workshop=workshop, may_push=True)
    assert refused.value.field == "may_push"
    with pytest.raises(NotFound):
        make(workshop, workshop=factories.workshop())


def test_a_form_sent_twice_makes_one_key_whose_later_token_holds(workshop: Any) -> None:
    (_first, old), (_second, new) = make(workshop), make(workshop)
    assert len(keys()) == 1
    assert api_keys.authenticate(new).name == "Dasbor"
    with pytest.raises(api_keys.KeyRefused):
        api_keys.authenticate(old)


def test_a_key_that_is_in_use_is_never_given_another_token(workshop: Any) -> None:
    _key, token = make(workshop)
    api_keys.note_use(api_keys.authenticate(token))
    make(workshop)
    assert len(keys()) == 2
    assert api_keys.authenticate(token)


def test_a_key_ends_and_a_revoked_one_opens_nothing(workshop: Any) -> None:
    key, token = make(workshop)
    with clock.freeze(key.ends_at), pytest.raises(api_keys.KeyExpired) as expired:
        api_keys.authenticate(token)
    api_keys.revoke_key(key=key, actor=SYSTEM)
    first = key.revoked_at
    api_keys.revoke_key(key=key, actor=SYSTEM)
    with pytest.raises(api_keys.KeyRevoked) as revoked:
        api_keys.authenticate(token)
    assert (expired.value.status, revoked.value.status, key.revoked_at) == (401, 403, first)
    actions = list(db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action.startswith("quiz.key"))))
    assert actions == ["quiz.key_made", "quiz.key_revoked"]


def test_the_use_is_noted_once_an_hour(workshop: Any, client: Any) -> None:
    key, token = make(workshop)
    start = now()
    noted = []
    for minutes in (0, 30, 59, 61):
        with clock.freeze(start + timedelta(minutes=minutes)):
            assert client.get(f"{SERVER}/workshops", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        db.session.refresh(key)
        noted.append(key.used_at)
    assert noted == [start, start, start, start + timedelta(minutes=61)]


def test_guesses_are_slowed_down_and_a_genuine_key_never(workshop: Any) -> None:
    _key, token = make(workshop)
    alike = token[:8]
    with pytest.raises(TooManyAttempts):
        for number in range(30):
            with pytest.raises(api_keys.KeyRefused):
                api_keys.authenticate(f"{alike}{number:039d}")
    assert api_keys.authenticate(token).name == "Dasbor"


def test_the_page_shows_a_new_key_once(as_user: Any, workshop: Any) -> None:
    browser = as_user.organiser(workshop)
    answer = browser.post(PAGE, data={**FORM, "scope": f"w{workshop.id}"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    first, second = browser.get(PAGE), browser.get(PAGE)
    (token,) = set(re.findall(r"lkq_[A-Za-z0-9_-]{43}", first.text))
    assert "lkq_" not in second.text
    assert "Dasbor Dinas" in second.text
    assert first.headers["Cache-Control"] in {"no-store", "private, no-store"}
    caller = api_keys.authenticate(token)
    assert (caller.workshop_id, caller.may_read, caller.may_push) == (workshop.id, True, False)
    days = (keys()[0].ends_at - now()).days
    assert days in {89, 90}


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(as_user: Any, workshop: Any) -> None:
    answer = as_user.organiser(workshop).post(
        PAGE, data={**FORM, "scope": f"w{workshop.id}", "may_push": "y", "name": "Mesin soal"}
    )
    assert answer.status_code == 422
    assert "Mesin soal" in answer.text
    assert keys() == []


def test_an_organiser_sees_and_revokes_only_own_keys(as_user: Any, workshop: Any, factories: Any) -> None:
    other = factories.workshop()
    own, _token = make(workshop, name="Milik sendiri")
    foreign, _token = make(other, name="Milik lain")
    browser = as_user.organiser(workshop)
    page = browser.get(PAGE).text
    assert "Milik sendiri" in page and "Milik lain" not in page
    assert browser.post(f"{PAGE}/{foreign.id}/cabut").status_code == 404
    assert browser.post(f"{PAGE}/{own.id}/cabut").status_code == 303
    assert (own.revoked_at is None, foreign.revoked_at) == (False, None)
    answer = browser.post(PAGE, data={**FORM, "scope": f"o{other.organiser_id}"})
    assert answer.status_code == 422
    assert len(keys()) == 2
    assert as_user.admin().post(f"{PAGE}/{foreign.id}/cabut").status_code == 303


def test_a_committee_makes_no_keys(as_user: Any, workshop: Any) -> None:
    key, _token = make(workshop)
    browser = as_user.committee(workshop)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, data={**FORM, "scope": f"w{workshop.id}"}).status_code == 403
    assert browser.post(f"{PAGE}/{key.id}/cabut").status_code == 404
    assert key.revoked_at is None
