"""The bitstring status list: one bit for each certificate, flipped when it is taken back."""

from __future__ import annotations

import gzip
import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest

from lms.kernel.clock import freeze
from lms.plugins.certificates.badges import status_list
from lms.plugins.certificates.enums import CertificateStatus
from tests.plugins.certificates.badge_tools import ISSUED_AT, end, make_paper
from tests.plugins.certificates.test_badges import verify


def bits_of(client: Any, number: int = 0) -> frozenset[int]:
    answer = client.get(f"/v/status/{number}.json")
    assert answer.status_code == 200, answer.text
    return status_list.decode(json.loads(answer.text)["credentialSubject"]["encodedList"])


def test_c33_the_bit_flips_on_revoke_and_on_replace_and_on_nothing_else(add_person: Any, client: Any) -> None:
    valid, revoked, replaced = (make_paper(add_person(name)) for name in ("A", "B", "C"))
    before = bits_of(client)
    assert before.isdisjoint({valid.id, revoked.id, replaced.id})
    end(revoked, CertificateStatus.REVOKED)
    end(replaced, CertificateStatus.REPLACED, replaced_by=valid)
    assert bits_of(client) - before == {revoked.id, replaced.id}


def test_the_list_is_signed_with_the_published_key_and_anew_every_hour(add_person: Any, client: Any) -> None:
    make_paper(add_person())
    did = json.loads(client.get("/.well-known/did.json").text)
    first = client.get("/v/status/0.json")
    document = json.loads(first.text)
    verify(document, did)
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["proof"]["created"] == "2026-11-27T03:00:00Z"
    with freeze(ISSUED_AT + timedelta(minutes=59)):
        assert client.get("/v/status/0.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with freeze(ISSUED_AT + timedelta(minutes=60)):
        assert client.get("/v/status/0.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_certificates_beyond_the_first_list_stand_in_the_next_one(add_person: Any, client: Any) -> None:
    assert client.get("/v/status/1.json").status_code == 404
    paper = make_paper(add_person(), id=status_list.SIZE + 7)
    end(paper, CertificateStatus.REVOKED)
    entry = json.loads(client.get(f"/v/{paper.code}.json").text)["credentialStatus"]
    assert (entry["statusListCredential"], entry["statusListIndex"]) == ("http://localhost/v/status/1.json", "7")
    assert bits_of(client, 1) == {7}
    assert client.get("/v/status/2.json").status_code == 404


def test_a_list_costs_the_same_number_of_statements_whatever_is_in_it(
    add_person: Any, client: Any, count_statements: Any
) -> None:
    end(make_paper(add_person()), CertificateStatus.REVOKED)
    bits_of(client)
    count_statements()
    bits_of(client)
    few = count_statements()
    for name in "ABCDE":
        end(make_paper(add_person(name)), CertificateStatus.REVOKED)
    count_statements()
    bits_of(client)
    assert count_statements() == few


@pytest.mark.parametrize("indices", [(), (0,), (7, 8, 131_071)])
def test_index_zero_is_the_first_bit_from_the_left(indices: tuple[int, ...]) -> None:
    text = status_list.encode(indices)
    assert text[0] == "u"
    assert "=" not in text
    packed = text[1:] + "=" * (-len(text[1:]) % 4)
    bits = "".join(f"{byte:08b}" for byte in gzip.decompress(urlsafe_b64decode(packed)))
    assert len(bits) == 131_072
    assert [at for at, bit in enumerate(bits) if bit == "1"] == list(indices)
    assert status_list.decode(text) == set(indices)


def test_a_list_with_200_revoked_certificates_is_small() -> None:
    assert len(status_list.encode(range(0, 131_000, 655))) < 1500
