"""Badges before a verifier that is not ours: the W3C Credentials libraries of Digital Bazaar, in Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lms.plugins.certificates.enums import CertificateStatus
from tests.plugins.certificates.badge_tools import end, make_paper

PACKAGE = Path(__file__).parents[2] / "outside" / "vc"
NOW = "2026-12-02T00:00:00Z"  # the tests' papers are of November 2026
# One group, so that the packages are fetched once; one database, since it is the documents that are judged.
pytestmark = [pytest.mark.xdist_group("badge-verifier"), pytest.mark.parametrize("app", ["sqlite"], indirect=True)]


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script with its packages as the lock file names them, in a folder of this run."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed: badges are not checked by a verifier that is not ours")
    folder = tmp_path_factory.mktemp("badge-verifier")
    for name in ("package.json", "package-lock.json", ".npmrc", "verify.mjs"):
        shutil.copy(PACKAGE / name, folder / name)
    fetched = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--omit=dev"], cwd=folder, capture_output=True, text=True, timeout=240
    )
    assert fetched.returncode == 0, fetched.stderr[-2000:]
    return folder / "verify.mjs"


@pytest.fixture
def judge(verifier: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """What the verifier says of a credential, a did:web document and a status list."""

    def run(*documents: dict[str, Any]) -> dict[str, Any]:
        paths = []
        for at, document in enumerate(documents):
            paths.append(tmp_path / f"{at}.json")
            paths[-1].write_text(json.dumps(document), encoding="utf-8")
        done = subprocess.run(["node", verifier, *paths, NOW], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return run


def read(client: Any, *addresses: str) -> list[dict[str, Any]]:
    return [json.loads(client.get(address).text) for address in addresses]


def test_c33_digital_bazaars_verifier_accepts_the_badge_and_sees_the_revoked_bit(
    add_person: Any, client: Any, judge: Callable[..., dict[str, Any]]
) -> None:
    paper = make_paper(add_person(), content={"holder": "Šiti Nūr ʿAẓīmah 林美玲"})
    addresses = (f"/v/{paper.code}.json", "/.well-known/did.json", "/v/status/0.json")
    badge, did, fresh = read(client, *addresses)
    assert judge(badge, did, fresh) == {"verified": True, "proof": True, "list": True, "revoked": False, "errors": []}
    end(paper, CertificateStatus.REVOKED)
    badge, did, later = read(client, *addresses)
    # It tells apart whether the documents are genuine and what the list says.
    assert judge(badge, did, later) == {"verified": True, "proof": True, "list": True, "revoked": True, "errors": []}
    # Controls: what was changed after signing is refused.
    more = json.loads(json.dumps(badge))
    more["credentialSubject"]["creditsEarned"] = 320
    said = judge(more, did, fresh)
    assert (said["verified"], said["proof"]) == (False, False)
    assert "Invalid signature." in said["errors"]
    cleared = {**later, "credentialSubject": {**later["credentialSubject"], **_list_of(fresh)}}
    said = judge(badge, did, cleared)
    assert (said["verified"], said["list"]) == (False, False)


def _list_of(document: dict[str, Any]) -> dict[str, str]:
    return {"encodedList": document["credentialSubject"]["encodedList"]}
