"""The public page that checks a certificate: true words for ever, and nothing that is not on the paper."""

from __future__ import annotations

from typing import Any

import pytest

from lms.core.people.services import erase_person
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import services


def test_a_valid_certificate_shows_what_is_printed_and_nothing_more(
    add_person: Any, issue: Any, client: Any, count_statements: Any
) -> None:
    person = add_person("Yohana Lestari", affiliation="LKSA Peduli ODHA")
    made = issue(person)
    address = f"/v/{made.code}"
    client.get(address)
    db.session.expire_all()
    count_statements()
    answer = client.get(address)
    assert count_statements() <= 3  # the paper, the newest head of the log, and the count of looks
    assert answer.status_code == 200
    for part in ("BERLAKU", "Yohana Lestari", made.number_text, "Tata Kelola LKSA", "Peserta", "localhost"):
        assert part in answer.text
    for secret in ("ODHA", person.person.phone_e164, person.ticket_code):
        assert secret not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("how", ["{0}", "{1}", "{2}", " {1} "])
def test_case_dashes_and_spaces_do_not_matter(add_person: Any, issue: Any, client: Any, how: str) -> None:
    made = issue(add_person())
    typed = how.format(made.shown_code, made.code.lower(), made.shown_code.replace("-", " "))
    answer = client.get("/v", query_string={"kode": typed}, follow_redirects=True)
    assert answer.status_code == 200
    assert made.number_text in answer.text


def test_an_unknown_code_is_not_found_and_the_page_helps(client: Any, db_session: Any) -> None:
    answer = client.get("/v/R4TM9K2D7QX0")
    assert answer.status_code == 404
    assert "TIDAK DITEMUKAN" in answer.text
    assert "Karakter ke-12 tidak mungkin 0" in answer.text
    assert "baru 4" in client.get("/v/r4tm").text


def test_a_revoked_certificate_says_so_with_date_and_reason_for_ever(add_person: Any, issue: Any, client: Any) -> None:
    made = issue(add_person("Yohana Lestari"))
    with unit_of_work():
        services.revoke(certificate_id=made.id, reason="Terbit ganda", actor=SYSTEM)
    answer = client.get(f"/v/{made.code}")
    assert answer.status_code == 200
    for part in ("DICABUT", "Terbit ganda", "27 November 2026"):
        assert part in answer.text
    assert "BERLAKU:" not in answer.text


def test_a_replaced_certificate_links_to_the_new_one(add_person: Any, issue: Any, client: Any) -> None:
    old = issue(add_person())
    with unit_of_work():
        new = services.reissue(certificate_id=old.id, reason="Salah tulis nama", actor=SYSTEM)
    page = client.get(f"/v/{old.code}").text
    assert "DIGANTIKAN" in page
    assert f'href="/v/{new.code}"' in page
    assert new.number_text in page
    assert "BERLAKU" in client.get(f"/v/{new.code}").text


def test_an_erased_holder_is_not_named_and_the_status_stays(add_person: Any, issue: Any, client: Any) -> None:
    person = add_person("Nama Rahasia")
    made = issue(person)
    with unit_of_work():
        erase_person(person_id=person.person_id, actor=SYSTEM)
    page = client.get(f"/v/{made.code}").text
    assert "dihapus atas permintaan" in page
    assert "BERLAKU" in page
    assert "Rahasia" not in page


def test_wrong_codes_are_slowed_per_device(app: Any, db_session: Any) -> None:
    guesser, neighbour = app.test_client(), app.test_client()
    codes = [f"AAAAAAAAAA{number:02}" for number in range(22)]
    answers = [guesser.get(f"/v/{code}").status_code for code in codes]
    assert answers[:20] == [404] * 20
    assert answers[20:] == [429, 429]
    assert neighbour.get(f"/v/{codes[0]}").status_code == 404
