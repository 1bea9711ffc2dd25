"""The checker of certificates in a real browser without a network: genuine, tampered, foreign, revoked."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from lms.app import create_app
from lms.config import Settings
from lms.kernel.db import db, unit_of_work
from lms.kernel.qr import qr_matrix
from lms.plugins.certificates import keys, queries
from lms.plugins.certificates.badges.compact import Statement, kid_of
from lms.plugins.certificates.badges.qr import signed_address
from lms.plugins.certificates.enums import CertificateStatus, PaperRole
from lms.testing import factories
from tests.browser.checks import wait_until
from tests.browser.conftest import FLAGS
from tests.browser.server import Installation
from tests.plugins.certificates.badge_tools import end, make_paper

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("offline-certificate")]  # one server
ASLI, TANPA_SINYAL = "ASLI menurut tanda tangan", "Status pencabutan belum diperiksa karena tanpa sinyal."
# What no statement may be: each is refused by the reader of CBOR.
NO_CBOR = {
    "after the end": "0000",
    "cut off": "4201",
    "negative": "20",
    "endless text": "7f6161ff",
    "not the shortest form": "1817",
    "text that is no UTF-8": "61ff",
    "a key twice": "a201010102",
    "a key of text": "a1616101",
    "a number of 64 bits": "1b0000000100000000",
    "a fraction": "f93c00",
    "too many": "9811" + "00" * 17,
    "too deep": "8181818181818100",
}


@dataclass
class Site:
    """A server with one certificate, and the statement that its QR code would carry."""

    installation: Installation
    app: Flask
    statement: Statement

    @property
    def url(self) -> str:
        return self.installation.url

    def address(self, **changes: Any) -> str:
        """The text of the QR code, signed by the site."""
        with self.app.app_context():
            signer = keys.compact_signer()
            kid = kid_of(signer.key.fingerprint)
            return signed_address(self.url, replace(self.statement, **changes), kid=kid, sign_raw=signer.sign_raw)

    def revoke(self) -> None:
        with self.app.app_context(), unit_of_work():
            paper = queries.by_code(self.statement.code)
            assert paper is not None
            end(paper, CertificateStatus.REVOKED, revoke_reason="Nama tertukar.")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("offline")
    installation = Installation(folder, {})
    installation.set_clock(datetime.now(UTC))
    installation.run("db", "upgrade")
    app = create_app(Settings.from_env(installation.environment, data_dir=folder))
    with app.app_context(), unit_of_work():
        factories.load_test_regions()
        workshop = factories.workshop(title="Tata Kelola LKSA")
        paper = make_paper(factories.enrolment(workshop=workshop), number_text="001/SERT/BK3S-KB/XI/2026")
        keys.compact_signer()
        statement = Statement(
            code=paper.code,
            number=paper.number_text,
            name="Šiti Nūr ʿAẓīmah 林美玲",
            role=PaperRole.PESERTA,
            title="Tata Kelola LKSA",
            first=date(2026, 11, 24),
            last=date(2026, 11, 25),
            jp=32,
            issued_on=date(2026, 11, 27),
            issuer="BK3S-KB",
        )
    installation.start()
    yield Site(installation, app, statement)
    installation.stop()
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def checker(window: Callable[..., BrowserContext], site: Site) -> Page:
    """The checker on a phone, opened once with a network."""
    page = window(width=360).new_page()
    page.goto(f"{site.url}/v/pindai")
    wait_until(
        page,
        """async () => Boolean(navigator.serviceWorker.controller
        && await (await caches.open("lms-shell")).match(location.href, { ignoreVary: true }))""",
    )
    return page


def check(page: Page, address: str) -> Any:
    """Paste an address; the box with the answer."""
    page.get_by_label("Atau tempel alamat dari kode QR").fill(address)
    page.get_by_role("button", name="Periksa", exact=True).click()
    return page.locator("[data-proof]:not([hidden])")


def test_a_certificate_is_verified_without_a_network_and_a_changed_one_refused(site: Site, checker: Page) -> None:
    page, genuine = checker, site.address()
    page.context.set_offline(True)
    page.reload()
    answer = check(page, genuine)
    expect(answer.locator("h2")).to_have_text(ASLI)
    expect(answer.locator("p")).to_contain_text(TANPA_SINYAL)
    facts = page.locator("[data-facts]")
    for text in (site.statement.name, site.statement.number, "24–25 November 2026", "32 jam"):
        expect(facts).to_contain_text(text)
    expect(page.locator("[data-fact=role]")).to_have_text("Peserta")
    expect(page.locator("[data-fact=expires]")).to_be_hidden()
    at = len(genuine) - 200  # in the claims
    other = "A" if genuine[at] != "A" else "B"
    expect(check(page, genuine[:at] + other + genuine[at + 1 :]).locator("h2")).to_contain_text("DITOLAK")
    expect(facts).to_be_hidden()
    stolen = genuine.replace(site.statement.code, "AAAABBBBCCCC")
    expect(check(page, stolen).locator("h2")).to_have_text("DITOLAK: diubah setelah ditandatangani")
    expect(check(page, genuine[:-9]).locator("h2")).to_have_text("DITOLAK: kode tidak terbaca")
    foreign = signed_address(site.url, site.statement, kid=b"\1\2\3\4", sign_raw=lambda _data: bytes(64))
    expect(check(page, foreign).locator("h2")).to_have_text("DITOLAK: bukan tanda tangan kami")
    expect(check(page, genuine.rpartition("/")[0]).locator("h2")).to_have_text("Yang ini memerlukan sinyal")
    expect(check(page, "https://example.org/").locator("h2")).to_have_text("Ini bukan sertifikat kami")
    # Control: the page still accepts the genuine one, in small letters too.
    expect(check(page, genuine.lower()).locator("h2")).to_have_text(ASLI)


def test_a_key_of_somebody_else_under_our_name_is_refused(site: Site, checker: Page) -> None:
    private = ec.generate_private_key(ec.SECP256R1())

    def sign_raw(data: bytes) -> bytes:
        r, s = decode_dss_signature(private.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    with site.app.app_context():
        kid = kid_of(keys.compact_signer().key.fingerprint)
    forged = signed_address(site.url, site.statement, kid=kid, sign_raw=sign_raw)
    expect(check(checker, forged).locator("h2")).to_have_text("DITOLAK: diubah setelah ditandatangani")


def test_expiry_is_known_without_a_network(site: Site, checker: Page) -> None:
    checker.context.set_offline(True)
    answer = check(checker, site.address(expires_on=date(2020, 2, 29)))
    expect(answer.locator("h2")).to_contain_text("KEDALUWARSA")
    expect(answer.locator("p")).to_contain_text("29 Februari 2020")


def test_with_a_network_the_site_says_whether_it_holds(site: Site, checker: Page) -> None:
    expect(check(checker, site.address()).locator("h2")).to_have_text("BERLAKU: sertifikat ini asli")
    site.revoke()
    answer = check(checker, site.address())
    expect(answer.locator("h2")).to_contain_text("DICABUT")
    expect(answer.locator("p")).to_contain_text("Nama tertukar.")
    unknown = check(checker, site.address(code="AAAABBBBCCCC"))
    expect(unknown.locator("h2")).to_have_text("Tanda tangannya milik kami, tetapi situs tidak mengenal kode ini")


def test_a_new_key_is_fetched_when_it_is_met(site: Site, checker: Page) -> None:
    with site.app.app_context(), unit_of_work():
        keys.rotate(keys.COMPACT)
    address = site.address()  # signed by a key that the open page has not seen
    expect(check(checker, address).locator("h2")).not_to_contain_text("DITOLAK")
    checker.context.set_offline(True)
    checker.reload()
    expect(check(checker, address).locator("h2")).to_have_text(ASLI)


def test_the_reader_of_cbor_refuses_what_no_statement_is(checker: Page) -> None:
    script = checker.locator("script[src*='/main.js']").get_attribute("src")
    assert script is not None
    refused = checker.evaluate(
        """async ([address, texts]) => {
          const { decode } = await import(address);
          const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
          const isRefused = (text) => { try { decode(bytes(text)); return false; } catch { return true; } };
          return [Object.keys(texts).filter((name) => !isRefused(texts[name])), decode(bytes("a101186f")).get(1)];
        }""",
        [script.replace("main.js", "cbor.js"), NO_CBOR],
    )
    assert refused == [[], 111]


def test_the_camera_reads_the_dense_code(
    playwright: Playwright, chromium_path: str, site: Site, tmp_path: Path
) -> None:
    code, film = tmp_path / "code.png", tmp_path / "code.y4m"
    matrix = qr_matrix(site.address(title="Pelatihan Penguatan Tata Kelola Lembaga Kesejahteraan Sosial Anak"), "L")
    picture = Image.new("L", (len(matrix) + 8,) * 2, 255)
    for y, row in enumerate(matrix):
        for x, is_dark in enumerate(row):
            picture.putpixel((x + 4, y + 4), 0 if is_dark else 255)
    picture.resize((picture.width * 6,) * 2, Image.Resampling.NEAREST).save(code)
    held = "scale=300:300:flags=area,pad=1280:720:510:170:0x8a8f88"  # not quite filling the frame
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-y", "-loop", "1", "-i", str(code), "-vf", held, "-t", "1", "-r", "10",
         "-pix_fmt", "yuv420p", str(film)],
        check=True,
    )  # fmt: skip
    flags = [*FLAGS, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=chromium_path, args=flags)
    page = browser.new_context(permissions=["camera"], locale="id-ID").new_page()
    page.goto(f"{site.url}/v/pindai")
    page.get_by_role("button", name="Pindai dengan kamera").click()
    expect(page.locator("[data-fact=number]")).to_have_text(site.statement.number)
    expect(page.locator("[data-camera-box]")).to_be_hidden()
    browser.close()


def test_without_javascript_the_page_says_what_to_do(window: Callable[..., BrowserContext], site: Site) -> None:
    page = window(width=360, java_script_enabled=False).new_page()
    page.goto(f"{site.url}/v/pindai")
    expect(page.locator("[data-plain]")).to_be_visible()
    expect(page.locator("[data-live]")).to_be_hidden()
