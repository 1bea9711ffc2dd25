"""`lms admin`: the first administrator has the password that was chosen, and none by default."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from lms import create_app
from lms.core.accounts.models import Account
from lms.kernel.cli import lms
from lms.kernel.db import db
from lms.testing.factories import PASSWORD
from lms.testing.plugin import SECRET, make_settings

Run = Callable[..., Result]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def empty_postgres_url(postgres_base: str, worker_id: str) -> str:
    from lms.testing.services_plugin import fresh_database

    return fresh_database(postgres_base, f"lms_cli_{worker_id}")


@pytest.fixture
def run(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line on a new, migrated installation."""
    monkeypatch.setenv("LMS_ENV", "development")
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    monkeypatch.setenv("LMS_DATABASE_URL", url)

    def invoke(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(lms, ["--data", str(tmp_path), *words], input=typed)

    assert invoke("db", "upgrade").exit_code == 0
    return invoke


@pytest.fixture
def site(run: Run, url: str, tmp_path: Path) -> Iterator[Flask]:
    """The site of the same installation."""
    app = create_app(make_settings(tmp_path, url), TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def account_count(site: Flask) -> int:
    with site.app_context():
        return db.session.query(Account).count()


def opens(site: Flask, login: str, password: str) -> bool:
    browser = site.test_client()
    browser.post("/masuk", data={"login": login, "password": password})
    return browser.get("/kelola/akun").status_code == 200


def test_a_new_installation_has_no_account_and_no_password_opens_it(site: Flask) -> None:
    assert account_count(site) == 0
    for login in ("admin", "admin@contoh.id", "pusat@contoh.id", "root"):
        for password in ("", "admin", "password", "lokakarya", PASSWORD):
            assert not opens(site, login, password)


def test_the_first_administrator_signs_in_with_the_password_that_was_typed(run: Run, site: Flask) -> None:
    made = run("admin", "create", "--name", "Sari", "--email", "Sari@Contoh.id", typed="kuda laut membaca\n")
    assert made.exit_code == 0, made.output
    assert "kuda laut" not in made.output
    assert "login: sari@contoh.id" in made.output
    assert opens(site, "sari@contoh.id", "kuda laut membaca")
    assert not opens(site, "sari@contoh.id", "kuda laut membacA")


def test_a_generated_password_is_long_new_and_shown_once(run: Run, site: Flask) -> None:
    words = ("admin", "create", "--name", "Sari", "--generate", "--json", "--phone")
    first = json.loads(run(*words, "0812 3456 7890").stdout)
    second = json.loads(run(*words, "0812 3456 7891").stdout)
    assert len(first["password"]) >= 20
    assert first["password"] != second["password"]
    assert first["login"] == "+6281234567890"
    assert opens(site, "081234567890", first["password"])


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("--email", "sari@contoh.id"), "pendek\n"),
        (("--email", "sari@contoh.id"), "\n\n"),
        (("--email", "bukan surel"), "kuda laut membaca\n"),
        (("--phone", "12"), "kuda laut membaca\n"),
        ((), "kuda laut membaca\n"),
    ],
)
def test_a_refused_administrator_is_not_half_made(run: Run, site: Flask, words: tuple[str, ...], typed: str) -> None:
    assert run("admin", "create", "--name", "Sari", *words, typed=typed).exit_code != 0
    assert account_count(site) == 0


def test_a_forgotten_password_is_set_anew_and_signs_the_account_out(run: Run, site: Flask) -> None:
    run("admin", "create", "--name", "Sari", "--email", "sari@contoh.id", typed="kuda laut membaca\n")
    browser = site.test_client()
    browser.post("/masuk", data={"login": "sari@contoh.id", "password": "kuda laut membaca"})
    assert browser.get("/kelola/akun").status_code == 200
    changed = run("admin", "password", "--login", "SARI@contoh.id", typed="tiga gajah menari\n")
    assert changed.exit_code == 0
    assert "gajah" not in changed.output
    assert browser.get("/kelola/akun").status_code == 302
    assert opens(site, "sari@contoh.id", "tiga gajah menari")
    assert run("admin", "password", "--login", "joko@contoh.id", "--generate").exit_code == 2
