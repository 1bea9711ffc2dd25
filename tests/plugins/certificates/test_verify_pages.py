"""What the public sees by code and by number: one of four true states, proofs, and no more than the paper says."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lms.core.people.services import erase_person
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import keys, lookup, merkle, services
from lms.plugins.certificates.enums import PaperKind, TallyKind
from lms.plugins.certificates.tallies import of_certificate
from tests.plugins.certificates.log_tools import add_paper, add_papers, log_all

MOMENT = datetime(2026, 11, 27, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    with freeze(MOMENT):
        yield


def text_of(answer: Any) -> str:
    return unescape(answer.get_data(as_text=True))


def test_c22_a_valid_certificate_shows_everything_that_is_printed(client: Any, factories: Any) -> None:
    person = factories.person(full_name="Yohana Lestari", title_back="S.Pd.")
    paper = add_paper(factories.enrolment(person=person), "048/SERT/BK3S-KB/XI/2026", expires_on=date(2028, 11, 27))
    page = text_of(client.get(f"/v/{paper.code}"))
    for part in (
        "BERLAKU: sertifikat ini asli",
        "Yohana Lestari, S.Pd.",
        "048/SERT/BK3S-KB/XI/2026",
        paper.content["workshop_title"],
        "Peserta",
        "24-25 November 2026, Pontianak",
        "16 jam ",
        paper.content["issuer"],
        "Ketua BK3S",
        "27 November 2026",
        "27 November 2028",
    ):
        assert part in page
    assert f'<link rel="canonical" href="http://localhost/v/{paper.code}">' in page
    assert "Lungkang" not in page  # positions sign, names are on the paper


def test_c22_the_page_costs_few_statements(client: Any, factories: Any, count_statements: Any) -> None:
    papers = add_papers(4)
    log_all(papers)
    client.get(f"/v/{papers[0].code}")
    address = f"/v/{papers[3].code}"
    db.session.expire_all()
    count_statements()
    assert client.get(address).status_code == 200
    assert count_statements() <= 3  # the paper with its key and entry, the head, and the count


@pytest.mark.parametrize("how", ["/V/{code}", "/v/{code}/{payload}", "/V/{code}/{payload}", "/v/{lower}", "/V/{lower}"])
def test_capitals_and_signed_data_in_the_address_show_the_same_page(client: Any, factories: Any, how: str) -> None:
    (paper,) = add_papers(1)
    address = how.format(code=paper.code, lower=paper.code.lower(), payload="2KRQYA3FGEZDGNBVGY3TQOJQ")
    answer = client.get(address)
    assert answer.status_code == 200
    page = text_of(answer)
    assert "BERLAKU" in page and paper.number_text in page
    assert f'<link rel="canonical" href="http://localhost/v/{paper.code}">' in page
    assert ("data bertanda tangan" in page) is ("payload" in how)


def test_capitals_lead_to_the_search_too(client: Any, db_session: Any) -> None:
    assert "Periksa sertifikat" in text_of(client.get("/V"))
    assert client.get("/V/AAAAAAAAAAAA/XYZ").status_code == 404


def test_c22_the_page_works_without_javascript_and_login(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1)
    answer = client.get(f"/v/{paper.code}")
    assert "Set-Cookie" not in {name for name, _value in answer.headers if name == "Set-Cookie" and "session" in _value}
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_c23_a_revoked_paper_shows_date_and_reason_and_answers_200(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1)
    with unit_of_work():
        services.revoke(certificate_id=paper.id, reason="Terbit ganda", actor=SYSTEM)
    with freeze(datetime(2036, 1, 1, tzinfo=UTC)):
        answer = client.get(f"/v/{paper.code}")
    page = text_of(answer)
    assert answer.status_code == 200
    assert "DICABUT: sertifikat ini tidak berlaku lagi" in page
    assert "sejak 27 November 2026" in page and "Terbit ganda" in page
    assert "BERLAKU" not in page and "linkedin" not in page


@pytest.mark.parametrize("is_revoked", [False, True])
def test_c23_an_erased_holder_is_not_named_and_the_status_stays(client: Any, factories: Any, is_revoked: bool) -> None:
    person = factories.person(full_name="Nama Rahasia")
    paper = add_paper(factories.enrolment(person=person), "001/SERT/BK3S-KB/XI/2026")
    with unit_of_work():
        if is_revoked:
            services.revoke(certificate_id=paper.id, reason="Keliru", actor=SYSTEM)
        erase_person(person_id=person.id, actor=SYSTEM)
    page = text_of(client.get(f"/v/{paper.code}"))
    assert "dihapus atas permintaan" in page
    assert ("DICABUT" if is_revoked else "BERLAKU") in page
    assert "Rahasia" not in page


def test_c28_the_old_paper_links_to_the_new_one_and_both_tell_the_truth(client: Any, factories: Any) -> None:
    old, new = add_papers(2)
    with unit_of_work():
        services.revoke(certificate_id=old.id, reason="Salah tulis nama", actor=SYSTEM)
        old.status, old.replaced_by_id = old.status.__class__("replaced"), new.id
    page = text_of(client.get(f"/v/{old.code}"))
    assert "DIGANTIKAN" in page and f'href="/v/{new.code}">{new.number_text}</a>' in page
    assert "BERLAKU" in text_of(client.get(f"/v/{new.code}"))


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "BERLAKU"),  # 23.59 in Pontianak
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "KEDALUWARSA"),  # midnight there, 17.00 in UTC
    ],
)
def test_c29_expiry_comes_at_midnight_of_the_workshop_without_a_job(
    client: Any, factories: Any, moment: datetime, state: str
) -> None:
    (paper,) = add_papers(1, expires_on=date(2026, 12, 31))
    with freeze(moment):
        page = text_of(client.get(f"/v/{paper.code}"))
    assert f"{state}: sertifikat ini asli" in page
    assert "31 Desember 2026" in page
    assert ("linkedin" in page) is (state == "BERLAKU")


def test_a_letter_is_called_a_letter_and_has_no_badge(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1, kind=PaperKind.LETTER)
    page = text_of(client.get(f"/v/{paper.code}"))
    assert "BERLAKU: surat ucapan terima kasih ini asli" in page
    assert "linkedin" not in page and "Open Badges" not in page


def test_c24_a_number_gives_masked_names_and_no_link(client: Any, factories: Any) -> None:
    person = factories.person(full_name="Rahma Wulandari", title_front="Dr.", title_back="M.Si.")
    paper = add_paper(factories.enrolment(person=person), "048/SERT/BK3S-KB/XI/2026")
    answer = client.get("/v", query_string={"kode": " 048/sert/bk3s-kb/xi/2026 "})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "R**** W********" in page and "berlaku" in page and paper.number_text in page
    for secret in ("Rahma", "Wulandari", paper.code, paper.shown_code):
        assert secret not in page


def test_c24_the_beginning_of_a_number_finds_five_at_most(client: Any, factories: Any) -> None:
    add_papers(7)
    found = lookup.by_number("00")
    assert found == []
    assert len(lookup.by_number("00" + "1/SERT")) == 1
    assert len(lookup.by_number("00%")) == 0
    workshop = add_papers(1, first=100)[0].enrolment.workshop
    for at in range(6):
        add_paper(factories.enrolment(workshop=workshop), f"777/A{at}/2026")
    assert len(lookup.by_number("777/")) == 5


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Dr. Hj. Rahma Wulandari, S.Sos., M.Si.", "R**** W********"),
        ("Rafi", "R***"),
        ("林美玲", "林**"),
        ("S\u030citi", "Š***"),
        ("", ""),
        ("Drs.", "D***"),
    ],
)
def test_c24_names_are_masked_without_titles(name: str, masked: str) -> None:
    assert lookup.masked(name) == masked


def test_c24_wrong_numbers_and_wrong_codes_share_the_limit(app: Any, db_session: Any) -> None:
    guesser, neighbour = app.test_client(), app.test_client()
    answers = [guesser.get("/v", query_string={"kode": f"{n}/X/2026"}).status_code for n in range(100, 110)]
    answers += [guesser.get(f"/v/AAAAAAAAAA{n}").status_code for n in range(22, 32)]
    assert answers == [404] * 20
    assert guesser.get("/v/AAAAAAAAAAAA").status_code == 429
    assert guesser.get("/v", query_string={"kode": "1/X/2026"}).status_code == 429
    assert guesser.get("/v/AAAAAAAAAAAA/bukti.json").status_code == 429
    assert neighbour.get("/v/AAAAAAAAAAAA").status_code == 404


def test_an_unknown_number_is_not_found_and_the_page_helps(client: Any, db_session: Any) -> None:
    answer = client.get("/v", query_string={"kode": "999/SERT/X/I/2026"})
    assert answer.status_code == 404
    assert "TIDAK DITEMUKAN: nomor ini" in text_of(answer)


def test_c27_the_page_names_its_domain_and_the_fingerprint_of_the_key(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1)
    with unit_of_work():
        row = keys.statement_signer().key
        row.purpose, row.name = "pdf", "BK3S Kalimantan Barat"
        paper.key_id = row.id
    short = " ".join(row.fingerprint[at : at + 4] for at in (0, 4, 8, 12))
    page = text_of(client.get(f"/v/{paper.code}"))
    assert page.index("localhost") < page.index("BERLAKU") and page.index(short) < page.index("BERLAKU")
    assert row.fingerprint in page and "BK3S Kalimantan Barat" in page
    assert short in text_of(client.get("/v"))


def test_c31_the_page_says_plainly_that_the_signature_is_not_certified(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1)
    assert "Tanda tangan elektronik: tidak ada" in text_of(client.get(f"/v/{paper.code}"))
    with unit_of_work():
        row = keys.statement_signer().key
        paper.key_id = row.id
    assert "Tanda tangan elektronik tidak tersertifikasi" in text_of(client.get(f"/v/{paper.code}"))
    with unit_of_work():
        row.is_certified = True
    page = text_of(client.get(f"/v/{paper.code}"))
    assert "Tanda tangan elektronik tersertifikasi" in page and "tidak tersertifikasi" not in page


def test_c34_linkedin_opens_filled(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1, expires_on=date(2028, 3, 31))
    page = text_of(client.get(f"/v/{paper.code}"))
    address = page.partition('href="https://www.linkedin.com')[2].partition('"')[0]
    split = urlsplit(f"https://www.linkedin.com{address}")
    assert split.path == "/profile/add"
    assert {name: values[0] for name, values in parse_qs(split.query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": paper.content["workshop_title"],
        "organizationName": paper.content["issuer"],
        "issueYear": "2026",
        "issueMonth": "11",
        "expirationYear": "2028",
        "expirationMonth": "3",
        "certUrl": f"http://localhost/v/{paper.code}",
        "certId": paper.number_text,
    }
    assert 'rel="noopener"' in page.partition("linkedin.com")[2][:600]


def test_the_page_shows_where_the_paper_is_in_the_log(client: Any, factories: Any) -> None:
    papers = add_papers(3)
    assert "Terbit sebelum ada log keterbukaan" in text_of(client.get(f"/v/{papers[1].code}"))
    log_all(papers, sign=False)
    assert "belum ditandatangani" in text_of(client.get(f"/v/{papers[1].code}"))
    head = log_all(papers)
    assert head is not None
    page = text_of(client.get(f"/v/{papers[1].code}"))
    assert "entri ke-2 dari 3" in page and head.root in page
    assert f'href="/v/{papers[1].code}/bukti.json"' in page


def test_the_inclusion_proof_is_enough_to_check_it_alone(client: Any, factories: Any) -> None:
    papers = add_papers(5)
    log_all(papers)
    answer = client.get(f"/v/{papers[3].code}/bukti.json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    proof = answer.json
    head = proof["head"]
    assert papers[3].sha256 in proof["entry"] and papers[3].holder not in answer.text
    assert merkle.leaf_hash(proof["entry"].encode()).hex() == proof["leaf_hash"]
    assert merkle.verify_inclusion(
        leaf=bytes.fromhex(proof["leaf_hash"]),
        index=proof["leaf_index"],
        size=head["tree_size"],
        proof=[bytes.fromhex(step) for step in proof["audit_path"]],
        root=bytes.fromhex(head["root_hash"]),
    )
    public = load_pem_public_key(head["key"]["public_pem"].encode())
    assert isinstance(public, Ed25519PublicKey)
    public.verify(base64.b64decode(head["signature"]), head["statement"].encode())
    assert head["root_hash"] in head["statement"]


def test_a_paper_without_a_proof_says_why_as_a_problem(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1)
    answer = client.get(f"/v/{paper.code}/bukti.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["code"] == "not_logged"
    assert client.get("/v/AAAAAAAAAAAA/bukti.json").json["code"] == "not_found"


def test_the_log_has_a_public_page_with_its_heads(client: Any, factories: Any) -> None:
    assert client.get("/v/log").status_code == 200
    older = log_all(add_papers(2))
    newer = log_all(add_papers(3, first=3))
    assert older is not None and newer is not None
    assert client.get("/v/log").headers["Location"] == "/v/log/2026"
    page = text_of(client.get("/v/log/2026"))
    for part in (newer.root, older.root[:16], newer.signature, newer.key.fingerprint, "Mengapa ini penting"):
        assert part in page
    assert client.get("/v/log/1999").status_code == 404
    head = client.get("/v/log/2026/kepala.json").json
    assert (head["tree_size"], head["root_hash"]) == (5, newer.root)
    assert client.get("/v/log/2026/kepala.json?ukuran=2").json["root_hash"] == older.root
    for asked in ("ukuran=3", "ukuran=99999999999999999999"):
        assert client.get(f"/v/log/2026/kepala.json?{asked}").status_code == 404


def test_consistency_is_proven_and_bad_sizes_are_a_problem(client: Any, factories: Any) -> None:
    older = log_all(add_papers(2))
    newer = log_all(add_papers(3, first=3))
    assert older is not None and newer is not None
    proof = client.get("/v/log/2026/bukti.json?dari=2&ke=5").json
    assert (proof["first_root"], proof["second_root"]) == (older.root, newer.root)
    assert merkle.verify_consistency(
        first=2,
        second=5,
        first_root=bytes.fromhex(older.root),
        second_root=bytes.fromhex(newer.root),
        proof=[bytes.fromhex(step) for step in proof["consistency_path"]],
    )
    for asked in ("", "dari=0&ke=5", "dari=5&ke=2", "dari=2&ke=6", "dari=x&ke=5", f"dari=1&ke={10**30}"):
        answer = client.get(f"/v/log/2026/bukti.json?{asked}")
        assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert client.get("/v/log/1999/bukti.json?dari=1&ke=1").status_code == 404


def test_c37_each_look_is_counted_and_nothing_else(client: Any, factories: Any) -> None:
    (paper,) = add_papers(1)
    for _time in range(2):
        client.get(f"/v/{paper.code}")
    client.head(f"/v/{paper.code}")
    client.get(f"/v/{paper.code}/bukti.json")
    assert of_certificate(paper.id)[TallyKind.VERIFIED] == 2
