"""The administration of accounts: making, switching off and on, and what its forms refuse."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from lms.core.accounts import services
from lms.core.accounts.models import Account
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.testing.factories import PASSWORD

FIRST = "kuda laut membaca"


def typed(**changes: str) -> dict[str, str]:
    return {"name": "Rina Wati", "email": "rina@contoh.id", "phone": "", "password": FIRST, **changes}


def account_of(email: str) -> Account | None:
    return db.session.scalar(sa.select(Account).filter_by(email=email))


def test_a_new_account_signs_in_and_can_do_nothing_yet(app, as_user) -> None:
    answer = as_user.admin().post("/kelola/akun/baru", data=typed(email="Rina@Contoh.id", phone="0812 7777 8888"))
    made = account_of("rina@contoh.id")
    assert made is not None
    assert (answer.status_code, answer.location) == (303, f"/kelola/akun/{made.id}")
    assert made.phone_e164 == "+6281277778888"
    browser = app.test_client()
    assert browser.post("/masuk", data={"login": "081277778888", "password": FIRST}).status_code == 303
    assert browser.get("/kelola").status_code == 403


# Tried with `Account(**request.form)`: the account was born as the demo's, active, with a hash of the sender's.
def test_fields_that_the_form_does_not_have_change_nothing(as_user) -> None:
    more = {"is_demo": "1", "id": "1", "role": "pusat", "reach": "site:", "password_hash": "x", "grants": "pusat"}
    as_user.admin().post("/kelola/akun/baru", data=typed(**more))
    made = account_of("rina@contoh.id")
    assert made is not None
    assert (made.is_demo, made.grants) == (False, [])
    assert made.password_hash.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": "", "phone": ""}, "email"),
        ({"email": "bukan surel"}, "email"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@b.id\r\nBcc: x@y.id"}, "email"),
        ({"phone": "0561 734567"}, "phone"),
        ({"phone": "12345"}, "phone"),
        ({"password": "pendek"}, "password"),
        ({"password": "passwordpassword"}, "password"),
        ({"password": "x" * 300}, "password"),
        ({"email": "ada@contoh.id"}, "email"),
        ({"phone": "0812-5555-6666"}, "phone"),
    ],
)
def test_a_refused_account_says_why_at_the_field_in_both_languages_and_keeps_what_was_typed(
    as_user, factories, speak, changes, field
) -> None:
    factories.account(email="ada@contoh.id", phone_e164="+6281255556666")
    count = db.session.query(Account).count()
    browser, lines = as_user.admin(), []
    for language in ("id", "en"):
        speak(browser, language)
        answer = browser.post("/kelola/akun/baru", data=typed(**changes))
        assert answer.status_code == 422
        lines.append(answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0])
        kept = typed(**changes)["name"] or typed(**changes)["email"]
        assert f'value="{kept}"' in answer.text
        assert typed(**changes)["password"] not in answer.text
    assert all(lines)
    assert lines[0] != lines[1]
    assert db.session.query(Account).count() == count + 1  # the administrator of this test


# Tried without ending the sessions: the browser went on reading.
def test_an_account_that_is_switched_off_is_out_at_once_and_can_come_back(app, as_user, factories) -> None:
    workshop = factories.workshop()
    account = factories.account(email="lama@contoh.id")
    services.grant(
        account_id=account.id, role=services.Role.PANITIA, scope=services.Scope.WORKSHOP, ref=str(workshop.id),
        actor=SYSTEM,
    )  # fmt: skip
    browser, admin = as_user.account(account), as_user.admin()
    assert browser.get("/kelola").status_code == 200
    data = {"login": "lama@contoh.id", "password": PASSWORD}
    assert admin.post(f"/kelola/akun/{account.id}/keadaan", data={"is_active": "0"}).status_code == 303
    assert browser.get("/kelola").status_code == 302
    assert app.test_client().post("/masuk", data=data).status_code == 422
    assert admin.post(f"/kelola/akun/{account.id}/keadaan", data={"is_active": "1"}).status_code == 303
    assert browser.get("/kelola").status_code == 302, "the old session stays dead"
    back = app.test_client()
    assert back.post("/masuk", data=data).status_code == 303
    assert back.get("/kelola").status_code == 200


def test_nobody_switches_off_the_own_account(as_user, factories) -> None:
    account = factories.account()
    factories.grant(account, services.Role.PUSAT, services.Scope.SITE)
    answer = as_user.account(account).post(f"/kelola/akun/{account.id}/keadaan", data={"is_active": "0"})
    assert answer.status_code == 422
    assert account.is_active


@pytest.mark.parametrize("number", [0, 999_999, 2**31, 2**63, 10**30])
def test_an_account_that_does_not_exist_is_not_found(as_user, number) -> None:
    browser = as_user.admin()
    address = f"/kelola/akun/{number}"
    answers = [browser.get(address), browser.post(address, data={}), browser.post(f"{address}/keadaan")]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%25", "q=_", "page=0", "page=-3", f"page={10**30}", "page=x", "q=%F0%9F"]
)
def test_the_list_bears_any_query(as_user, query) -> None:
    assert as_user.admin().get(f"/kelola/akun?{query}").status_code == 200


def test_the_list_is_searched_by_name_or_address_without_wild_cards(as_user, factories) -> None:
    factories.account(name="Rahmat Hidayat", email="rh@contoh.id")
    browser = as_user.admin()
    for text, is_found in (("hidayat", True), ("RH@", True), ("%", False), ("_ahmat", False)):
        assert ("Rahmat Hidayat" in browser.get("/kelola/akun", query_string={"q": text}).text) is is_found


def test_the_list_asks_as_often_for_three_accounts_as_for_one(as_user, factories, count_statements) -> None:
    browser = as_user.admin()
    browser.get("/kelola/akun")
    count_statements()
    browser.get("/kelola/akun")
    few = count_statements()
    for _number in range(3):
        factories.grant(factories.account(), services.Role.PANITIA, services.Scope.WORKSHOP, factories.workshop().id)
    count_statements()
    browser.get("/kelola/akun")
    assert count_statements() == few


def test_a_name_is_shown_literally(as_user, factories) -> None:
    canary: Any = '"><img src=x onerror=alert(1)>'
    account = factories.account(name=canary)
    browser = as_user.admin()
    for page in ("/kelola/akun", f"/kelola/akun/{account.id}"):
        text = browser.get(page).text
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


def test_an_administrator_gives_a_new_password_to_somebody_who_forgot_theirs(app, as_user, factories) -> None:
    account = factories.account()
    browser = app.test_client()
    assert browser.post("/masuk", data={"login": account.email, "password": PASSWORD}).status_code == 303
    admin = as_user.admin()
    page = f"/kelola/akun/{account.id}/sandi"
    weak = admin.post(page, data={"password": "pendek"})
    assert weak.status_code == 422
    assert "12" in weak.text
    assert admin.post(page, data={"password": FIRST}).status_code == 303
    assert browser.get("/kelola/sandi").status_code == 302, "the old session is over"
    assert browser.post("/masuk", data={"login": account.email, "password": PASSWORD}).status_code == 422
    assert browser.post("/masuk", data={"login": account.email, "password": FIRST}).status_code == 303


def test_the_own_password_is_not_changed_without_the_old_one(as_user) -> None:
    admin = as_user.admin()
    own = db.session.scalar(sa.select(Account.id).order_by(Account.id.desc()))
    answer = admin.post(f"/kelola/akun/{own}/sandi", data={"password": FIRST})
    assert (answer.status_code, answer.location) == (303, "/kelola/sandi")
