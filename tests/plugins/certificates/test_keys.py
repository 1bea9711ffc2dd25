"""Keys: made once, kept in one folder, replaced without harm to what they signed."""

from __future__ import annotations

import base64
import logging
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from lms import create_app
from lms.kernel import archive, migrations
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.installation import settings
from lms.plugins.certificates import cli_keys, upload_check
from lms.plugins.certificates import keys as known
from lms.plugins.certificates.record_models import SignatureKey
from lms.plugins.certificates.signing import keys, reading
from lms.plugins.certificates.signing.model import SigningFailed
from lms.plugins.certificates.signing.signer import signer
from lms.testing.plugin import make_settings
from tests.plugins.certificates.signing_tools import ISSUER, NOW, paper, psre, run, sign, trusting, written

MAKE = """
import sys, time, datetime, pathlib
from lms.plugins.certificates.signing import authority, keys
folder, start = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
print("ready", flush=True)
while not start.exists(): time.sleep(0.001)
moment = datetime.datetime.now(datetime.UTC)
own = keys.local_identity(folder, keys.Issuer(name=lambda: "BK3S", host="x", moment=moment))
raw = [keys.raw_fingerprint(keys.raw_key(folder, kind)) for kind in ("statement", "compact")]
print(authority.fingerprint_of(own.chain[0]), authority.fingerprint_of(own.chain[1]), *raw)
"""


@pytest.fixture
def apps(app: Flask, db_session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """`apps(**settings)`: the app as if it were an installation with these settings and a key folder of its own."""

    def make(**changes: Any) -> Flask:
        values = {"keys_dir": tmp_path / "keys", **changes}
        monkeypatch.setitem(app.extensions, "lms_settings", replace(make_settings(tmp_path), **values))
        return app

    return make


def test_keys_are_made_at_first_use_and_only_we_may_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "kunci"
    keys.local_identity(folder, ISSUER)
    for kind in ("statement", "compact"):
        keys.raw_key(folder, kind)
    names = {path.name for path in folder.iterdir()}
    assert names == {".lock", "root.key", "root.pem", "signer.key", "signer.pem", "statement.key", "compact.key"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert keys.faults(folder) == []
    (folder / "root.key").chmod(0o640)
    assert len(keys.faults(folder)) == 1


def test_processes_that_start_together_make_one_key_of_each_kind(tmp_path: Path) -> None:
    folder, start = tmp_path / "kunci", tmp_path / "start"
    command = [sys.executable, "-c", MAKE, str(folder), str(start)]
    crowd = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _one in range(3)]
    for one in crowd:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    start.touch()
    said = {one.communicate(timeout=60)[0] for one in crowd}
    assert len(said) == 1
    assert len(said.pop().split()) == 4


def test_a_key_whose_making_was_cut_off_is_made_anew(tmp_path: Path) -> None:
    """The certificate comes last: a key without one has signed nothing."""
    keys.local_identity(tmp_path, ISSUER)
    (tmp_path / "signer.pem").unlink()
    made = keys.local_identity(tmp_path, ISSUER)
    assert made.key.public_key() == made.chain[0].public_key()
    assert keys.local_identity(tmp_path, ISSUER).chain == made.chain


def test_a_signer_is_renewed_before_its_certificate_runs_out(tmp_path: Path) -> None:
    first = keys.local_identity(tmp_path, ISSUER)
    late = keys.Issuer(name=ISSUER.name, host=ISSUER.host, moment=NOW + timedelta(days=5 * 365 - 20))
    second = keys.local_identity(tmp_path, late)
    assert second.chain[0] != first.chain[0]
    assert second.chain[1] == first.chain[1]
    assert len(list(tmp_path.glob("retired/*"))) == 2


def test_a_root_that_would_not_outlive_its_signers_is_replaced_and_stays_trusted(tmp_path: Path) -> None:
    first = keys.local_identity(tmp_path, ISSUER)
    late = keys.Issuer(name=ISSUER.name, host=ISSUER.host, moment=NOW + timedelta(days=16 * 365))
    second = keys.local_identity(tmp_path, late)
    assert second.chain[1] != first.chain[1]
    assert {first.chain[1], second.chain[1]} <= set(keys.trusted_certificates(tmp_path))


def test_a_damaged_or_closed_key_folder_says_so(tmp_path: Path) -> None:
    keys.local_identity(tmp_path, ISSUER)
    (tmp_path / "signer.key").write_bytes(b"rusak")
    with pytest.raises(SigningFailed, match="cannot be read"):
        keys.local_identity(tmp_path, ISSUER)
    (tmp_path / "file").touch()
    with pytest.raises(SigningFailed, match="cannot be used"):
        keys.raw_key(tmp_path / "file" / "keys", "statement")


def test_the_signer_has_the_name_of_the_first_organiser(apps: Any, factories: Any) -> None:
    apps()
    organiser = factories.workshop().organiser
    factories.workshop()
    assert known.pdf_signer().info.name == organiser.name[:64]


def test_each_installation_has_a_signer_of_its_own_and_keeps_it(apps: Any, tmp_path: Path) -> None:
    apps(keys_dir=tmp_path / "a")
    first = signer()
    assert signer() is first
    assert first.info.name == "localhost"
    apps(keys_dir=tmp_path / "b")
    assert signer().info.fingerprint != first.info.fingerprint


def test_a_process_notices_that_another_one_replaced_the_key(apps: Any) -> None:
    apps()
    first = signer().info.fingerprint
    keys.rotate(settings().keys, "pdf", ISSUER)
    assert signer().info.fingerprint != first


def test_c31_with_a_pkcs12_file_of_a_psre_its_certificate_is_recorded_as_certified(apps: Any, tmp_path: Path) -> None:
    path, password = psre().write_p12(tmp_path)
    app = apps(signing_p12=str(path), signing_p12_password_file=str(password))
    with unit_of_work():
        row = known.key_row(known.pdf_signer().info)
        assert (row.is_certified, row.algorithm, row.name) == (True, "RS256", "Contoh PSrE Uji")
        with pytest.raises(SigningFailed, match="somebody else"):
            known.rotate("pdf")
    page = app.test_client().get("/v/kunci").text
    assert "Tanda tangan elektronik tersertifikasi" in page
    assert "tidak tersertifikasi" not in page
    assert not (tmp_path / "keys").exists()


def test_c31_with_no_certificate_of_a_psre_the_page_says_plainly_not_certified(apps: Any) -> None:
    app = apps()
    with unit_of_work():
        row = known.key_row(known.pdf_signer().info)
        fingerprint = row.fingerprint
    page = app.test_client().get("/v/kunci").text
    assert "Tanda tangan elektronik tidak tersertifikasi" in page
    assert fingerprint[:4] + " " + fingerprint[4:8] in page


def test_c30_the_root_that_the_page_offers_is_the_one_that_makes_a_file_trusted(apps: Any, tmp_path: Path) -> None:
    app = apps()
    hand = known.pdf_signer()
    with unit_of_work():
        known.key_row(hand.info)
        [root] = known.roots_of(known.public_keys())
        fingerprint = root.fingerprint
    assert f"/v/kunci/{fingerprint}.pem" in app.test_client().get("/v/kunci").text
    answer = app.test_client().get(f"/v/kunci/{fingerprint}.pem")
    assert answer.headers["Content-Disposition"].endswith('.cer"')
    store = trusting(tmp_path, answer.data)
    data = sign(hand, moment=NOW + timedelta(seconds=1))
    told = run("pdfsig", "-nssdir", str(store), str(written(tmp_path, data)))
    assert "Certificate is Trusted." in told


def test_an_unknown_fingerprint_answers_404(apps: Any) -> None:
    assert apps().test_client().get(f"/v/kunci/{'0' * 64}.pem").status_code == 404


def test_keys_for_statements_and_qr_codes_sign_what_their_public_halves_confirm(db_session: Any) -> None:
    statement, compact = known.statement_signer(), known.compact_signer()
    Ed25519PublicKey.from_public_bytes(statement.public_key_bytes).verify(statement.sign(b"kepala log"), b"kepala log")
    signature = compact.sign_raw(b"qr")
    assert len(signature) == 64
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), compact.public_key_bytes)
    r, s = (int.from_bytes(part, "big") for part in (signature[:32], signature[32:]))
    public.verify(utils.encode_dss_signature(r, s), b"qr", ec.ECDSA(hashes.SHA256()))
    assert known.statement_signer().key.id == statement.key.id
    assert {key.purpose for key in known.public_keys()} == {"statement", "compact"}


def test_the_row_of_a_key_is_written_once(db_session: Any, count_statements: Any) -> None:
    info = known.pdf_signer().info
    first = known.key_row(info)
    count_statements()
    assert known.key_row(info) is first
    assert count_statements() == 1


# C32


def private_texts(folder: Path) -> list[bytes]:
    """Each private key as it might leak: the number itself, in hexadecimal and in base64, and the lines of its PEM."""
    found = []
    for path in [*folder.glob("*.key"), *folder.glob("retired/*.key")]:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            raw = key.private_numbers().private_value.to_bytes(32, "big")
        else:
            raw = key.private_bytes_raw()  # type: ignore[union-attr]
        lines = [line for line in path.read_bytes().split(b"\n") if line and not line.startswith(b"-")]
        found += [raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="), lines[0]]
    return found


def test_c32_private_keys_are_in_no_database_log_backup_or_page(
    live_app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = live_app
    with unit_of_work():
        known.key_row(known.pdf_signer().info)
        for purpose in ("pdf", "statement", "compact"):
            known.rotate(purpose)
    sign(known.pdf_signer())
    secrets = private_texts(settings().keys)
    assert len(secrets) == 4 * 5  # the root, two for PDF files, and one of each other kind
    archive.create(tmp_path / "cadangan.zip")
    seen = [caplog.text.encode(), repr(settings()).encode()]
    with zipfile.ZipFile(tmp_path / "cadangan.zip") as backup:
        seen += [backup.read(name) for name in backup.namelist()]
    seen += [path.read_bytes() for path in tmp_path.glob("*.sqlite*")]
    client = app.test_client()
    fingerprints = [key.fingerprint for key in known.public_keys()]
    seen += [client.get(address).data for address in ("/v/kunci", "/.well-known/did.json")]
    seen += [client.get(f"/v/kunci/{fingerprint}.pem").data for fingerprint in fingerprints]
    for data in seen:
        assert b"PRIVATE KEY" not in data
        assert not [secret for secret in secrets if secret in data]
    # The control: they would be found where they are.
    assert any(secret in (settings().keys / "signer.key").read_bytes() for secret in secrets)


def test_c32_what_a_replaced_key_signed_stays_valid(apps: Any, tmp_path: Path) -> None:
    app = apps()
    hand = known.pdf_signer()
    old = sign(hand)
    with unit_of_work():
        first = known.key_row(hand.info).fingerprint
        second = known.rotate("pdf").fingerprint
    new = sign(known.pdf_signer())
    assert [reading.signatures_of(data)[0].fingerprint for data in (old, new)] == [first, second]
    store = trusting(tmp_path, (settings().keys / "root.pem").read_bytes())
    for data in (old, new):
        told = run("pdfsig", "-nssdir", str(store), str(written(tmp_path, data)))
        assert "Signature is Valid." in told
        assert "Certificate is Trusted." in told
        assert upload_check.check(data).key is not None
    row = db.session.scalars(sa.select(SignatureKey).filter_by(fingerprint=first)).one()
    assert row.retired_at is not None
    assert known.active_key("pdf").fingerprint == second  # type: ignore[union-attr]
    page = app.test_client().get("/v/kunci").text
    assert page.count("dipakai sampai") == 1
    assert (settings().keys / "retired" / f"{first}.key").exists()


def test_a_key_that_was_put_back_is_in_use_again(apps: Any) -> None:
    apps()
    folder = settings().keys
    with unit_of_work():
        first = known.key_row(known.pdf_signer().info).fingerprint
        known.rotate("pdf")
    for ending in ("key", "pem"):
        (folder / "retired" / f"{first}.{ending}").rename(folder / f"signer.{ending}")
    with unit_of_work():
        assert known.key_row(known.pdf_signer().info).retired_at is None
    assert [key.fingerprint for key in known.public_keys("pdf") if not key.retired_at] == [first]


def test_the_commands_show_and_rotate_keys_and_print_nothing_secret(tmp_path: Path) -> None:
    installed = create_app(make_settings(tmp_path))
    with installed.app_context():
        migrations.upgrade()
        db.engine.dispose()
    runner = installed.test_cli_runner()
    environment = {
        "LMS_DATA_DIR": str(tmp_path),
        "LMS_ENV": "development",
        "LMS_SECRET_KEY": installed.config["SECRET_KEY"],
        "LMS_DATABASE_URL": f"sqlite:///{tmp_path / 'test.sqlite'}",
    }
    empty = runner.invoke(cli_keys.keys, ["show"], env=environment)
    assert "keys are made at first use" in empty.output
    first = runner.invoke(cli_keys.keys, ["rotate"], env=environment)
    second = runner.invoke(cli_keys.keys, ["rotate", "pdf"], env=environment)
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    shown = runner.invoke(cli_keys.keys, ["show"], env=environment).output
    assert shown.count("retired 20") == 1
    assert shown.count("in use") == 1
    assert not [secret for secret in private_texts(tmp_path / "keys") if secret in shown.encode()]


def test_a_signature_is_dated_as_it_is_told(apps: Any) -> None:
    apps()
    with freeze(NOW + timedelta(days=40)):
        data = signer().sign(paper(), moment=NOW, reason="Penerbitan 1", location="")
    [found] = reading.signatures_of(data)
    assert found.moment == NOW
