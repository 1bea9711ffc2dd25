"""Certificates for programs: Open Badges 3.0 with a proof, by address and inside a picture."""

from __future__ import annotations

import hashlib
import io
import json
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from PIL import Image
from pyld.jsonld import JsonLdError

from lms.kernel.db import db
from lms.kernel.storage import storage
from lms.plugins.certificates import keys
from lms.plugins.certificates.badges import proof
from lms.plugins.certificates.badges.baked import bake
from lms.plugins.certificates.badges.multikey import base58, did_web, multibase
from lms.plugins.certificates.enums import CertificateStatus, PaperKind, PaperRole
from lms.plugins.certificates.personal_data import erase
from lms.plugins.certificates.picture import picture_key
from lms.plugins.certificates.signing.model import SigningFailed
from tests.plugins.certificates.badge_tools import ISSUED_AT, end, make_paper

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def unbase58(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def verify(credential: dict[str, Any], did: dict[str, Any]) -> None:
    """Check a proof with the key that the did:web document names; raises InvalidSignature."""
    document = {key: value for key, value in credential.items() if key != "proof"}
    options = {key: value for key, value in credential["proof"].items() if key != "proofValue"}
    (method,) = [row for row in did["verificationMethod"] if row["id"] == options["verificationMethod"]]
    public = unbase58(method["publicKeyMultibase"][1:]).removeprefix(b"\xed\x01")
    signature = unbase58(credential["proof"]["proofValue"][1:])
    Ed25519PublicKey.from_public_bytes(public).verify(signature, proof.signing_input(document, options))


@pytest.fixture
def read(client: Any) -> Callable[[str], Any]:
    def get(address: str) -> Any:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)

    return get


def test_c33_a_certificate_answers_as_an_open_badge_that_its_public_key_confirms(
    add_person: Any, read: Callable[[str], Any]
) -> None:
    paper = make_paper(add_person(), number_text="001/SERT/BK3S-KB/XI/2026", expires_on=date(2029, 11, 27))
    badge, did = read(f"/v/{paper.code}.json"), read("/.well-known/did.json")
    verify(badge, did)
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert (badge["validFrom"], badge["validUntil"]) == ("2026-11-27T03:00:00Z", "2029-11-27T16:59:59Z")
    subject = badge["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == "Yohana Lestari, S.Sos."
    assert (subject["creditsEarned"], subject["licenseNumber"]) == (32, "001/SERT/BK3S-KB/XI/2026")
    assert subject["achievement"]["name"] == "Tata Kelola LKSA"
    assert badge["issuer"]["id"] == did["id"]
    assert badge["credentialStatus"]["statusListIndex"] == str(paper.id)


def test_a_changed_badge_is_refused(add_person: Any, read: Callable[[str], Any]) -> None:
    badge, did = read(f"/v/{make_paper(add_person()).code}.json"), read("/.well-known/did.json")
    badge["credentialSubject"]["creditsEarned"] = 320
    with pytest.raises(InvalidSignature):
        verify(badge, did)


def test_a_badge_says_nothing_of_scores_and_exceptions(add_person: Any, client: Any) -> None:
    text = client.get(f"/v/{make_paper(add_person()).code}.json").text
    assert "sakit" not in text
    assert "55" not in json.loads(text)["credentialSubject"]["achievement"]["criteria"]["narrative"]


def test_the_same_certificate_gives_the_same_badge_in_every_language(add_person: Any, client: Any) -> None:
    address = f"/v/{make_paper(add_person()).code}.json"
    first = client.get(address, headers={"Accept-Language": "id"})
    second = client.get(address, headers={"Accept-Language": "en"})
    assert first.text == second.text
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_programs_of_other_sites_may_read_a_badge_and_name_its_type(add_person: Any, client: Any) -> None:
    answer = client.get(f"/v/{make_paper(add_person()).code}.json", headers={"Accept": "application/vc"})
    assert answer.mimetype == "application/vc"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get(answer.request.path).mimetype == "application/ld+json"


def test_an_unknown_code_is_a_404_for_programs(app: Any, client: Any) -> None:
    answer = client.get("/v/AAAABBBBCCCC.json")
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    assert answer.json["status"] == 404


def test_wrong_codes_are_slowed_as_on_the_page(app: Any, client: Any) -> None:
    codes = [client.get(f"/v/AAAABBBBCC{at:02}.json").status_code for at in range(22, 44)]
    assert codes == [404] * 20 + [429] * 2


def test_c23_the_badge_of_an_erased_person_has_no_name(
    add_person: Any, client: Any, read: Callable[[str], Any]
) -> None:
    enrolment = add_person()
    paper = make_paper(enrolment, storage_key="")
    erase(enrolment.person_id)
    badge = read(f"/v/{paper.code}.json")
    verify(badge, read("/.well-known/did.json"))
    assert "identifier" not in badge["credentialSubject"]
    assert "Yohana" not in json.dumps(badge)
    assert client.get(f"/v/{paper.code}/lencana.png").status_code == 404


def test_a_revoked_certificate_still_answers_with_its_status_entry(add_person: Any, read: Callable[[str], Any]) -> None:
    paper = make_paper(add_person())
    end(paper, CertificateStatus.REVOKED, revoke_reason="salah nama")
    assert read(f"/v/{paper.code}.json")["credentialStatus"]["statusPurpose"] == "revocation"
    state = read(f"/v/{paper.code}/status.json")
    assert (state["status"], state["day"], state["reason"]) == ("revoked", "2026-12-01", "salah nama")


def test_the_state_follows_the_date_of_expiry_and_the_newer_paper(add_person: Any, read: Callable[[str], Any]) -> None:
    old = make_paper(add_person("A"), expires_on=date(2026, 11, 26))
    assert read(f"/v/{old.code}/status.json")["status"] == "expired"
    new = make_paper(add_person("B"), number_text="002/SERT")
    assert read(f"/v/{new.code}/status.json")["status"] == "valid"
    end(old, CertificateStatus.REPLACED, replaced_by=new)
    state = read(f"/v/{old.code}/status.json")
    assert (state["status"], state["replaced_by"]) == ("replaced", "002/SERT")


def test_a_letter_of_thanks_is_no_certificate_of_completion(add_person: Any, read: Callable[[str], Any]) -> None:
    letter = make_paper(add_person(), kind=PaperKind.LETTER, role=PaperRole.NARASUMBER, content={"jp": 0})
    badge = read(f"/v/{letter.code}.json")
    assert badge["credentialSubject"]["achievement"]["achievementType"] == "Certificate"
    assert "creditsEarned" not in badge["credentialSubject"]


def test_c32_a_new_key_signs_and_the_old_one_stays_published(add_person: Any, read: Callable[[str], Any]) -> None:
    address = f"/v/{make_paper(add_person()).code}.json"
    before = read(address)
    keys.rotate(keys.STATEMENT)
    after, did = read(address), read("/.well-known/did.json")
    assert before["proof"]["verificationMethod"] != after["proof"]["verificationMethod"]
    verify(before, did)
    verify(after, did)
    assert set(did["assertionMethod"]) >= {one["proof"]["verificationMethod"] for one in (before, after)}


def test_c33_the_picture_carries_the_badge(add_person: Any, client: Any) -> None:
    paper = make_paper(add_person())
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    storage().put(picture_key(paper), drawn.getvalue(), content_type="image/png")
    db.session.flush()
    answer = client.get(f"/v/{paper.code}/lencana.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    picture = Image.open(io.BytesIO(answer.data))
    picture.load()  # Pillow checks every chunk's sum
    assert picture.size == (40, 30)
    assert picture.text["openbadgecredential"] == client.get(f"/v/{paper.code}.json").text
    end(paper, CertificateStatus.REVOKED)
    assert client.get(f"/v/{paper.code}/lencana.png").status_code == 404


def test_only_a_png_is_baked() -> None:
    with pytest.raises(ValueError, match="PNG"):
        bake(b"%PDF-1.7", "{}")


def test_signing_never_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    key = Ed25519PrivateKey.generate()
    document = {
        "@context": [proof.CREDENTIALS, proof.OPEN_BADGES],
        "type": ["VerifiableCredential"],
        "issuer": "did:web:a",
    }
    signed = proof.signed(document, created=ISSUED_AT, method="did:web:a#k", sign=key.sign)
    assert signed["proof"]["created"] == "2026-11-27T03:00:00Z"
    foreign = {**document, "@context": [proof.CREDENTIALS, "https://example.org/other"]}
    with pytest.raises(JsonLdError, match="RDF"):
        proof.signed(foreign, created=ISSUED_AT, method="did:web:a#k", sign=key.sign)


def test_the_contexts_are_those_of_the_standards() -> None:
    """Hashes of what the npm packages ship: a context never changes."""
    folder = proof._FOLDER
    assert {
        path.name: hashlib.sha256(json.dumps(json.loads(path.read_text()), sort_keys=True).encode()).hexdigest()[:16]
        for path in folder.glob("*.json")
    } == {"credentials-v2.json": "0b8bc99c0146a77b", "open-badges-3.0.3.json": "1b137b0e3564096a"}


@pytest.mark.parametrize(
    ("address", "did"),
    [
        ("https://lokakarya.example.id", "did:web:lokakarya.example.id"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
        ("https://example.id/lms", "did:web:example.id:lms"),
    ],
)
def test_a_site_is_named_by_its_address(address: str, did: str) -> None:
    assert did_web(address) == did


def test_base58_is_that_of_its_draft() -> None:
    assert base58(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert base58(bytes.fromhex("0000287fb4cd")) == "11233QC4"
    assert multibase(b"a").startswith("z")


def test_times_are_whole_seconds_in_utc() -> None:
    assert proof.timestamp(datetime(2026, 1, 2, 3, 4, 5, 999, tzinfo=UTC)) == "2026-01-02T03:04:05Z"


def test_public_keys_are_told_even_where_the_key_folder_is_out_of_reach(
    app: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = client.get("/v/pindai/kunci.json").json["keys"]
    assert len(known) >= 1

    def refuse() -> None:
        raise SigningFailed("the key folder cannot be used")

    monkeypatch.setattr(keys, "statement_signer", refuse)
    assert client.get("/v/pindai/kunci.json").json["keys"] == known
    assert client.get("/v/pindai").status_code == 200
