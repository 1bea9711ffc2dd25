from __future__ import annotations

import email
import socket
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from bare import Build

from lms.config import Mode
from lms.kernel.errors import ConfigurationError
from lms.kernel.mail import Attachment, BadAddress, Outcome, send


def _only_letter(folder: Path) -> EmailMessage:
    (letter,) = folder.glob("*.eml")
    return cast(EmailMessage, email.message_from_bytes(letter.read_bytes(), policy=default))


def test_mail_goes_to_a_folder_while_developing(build: Build, tmp_path: Path) -> None:
    build(mail_url=f"file:{tmp_path / 'mail'}")
    note = Attachment(filename="tiket.txt", content_type="text/plain", data=b"T-1")
    assert send("wati@example.org", "Tiket Anda", "Halo", html="<p>Halo</p>", attachments=[note]) is Outcome.SENT
    letter = _only_letter(tmp_path / "mail")
    assert letter["To"] == "wati@example.org"
    assert letter["Subject"] == "Tiket Anda"
    assert letter["From"] == "noreply@localhost"
    assert [part.get_filename() for part in letter.iter_attachments()] == ["tiket.txt"]


def test_a_subject_cannot_add_headers(build: Build, tmp_path: Path) -> None:
    build(mail_url=f"file:{tmp_path / 'mail'}?from=panitia@example.org")
    send("wati@example.org", "Halo\r\nBcc: joko@example.org", "x")
    letter = _only_letter(tmp_path / "mail")
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Halo Bcc: joko@example.org"


@pytest.mark.parametrize("to", ["", "wati", "a@b\nBcc: c@d", "a@b, c@d", "Wati <a@b>"])
def test_only_one_plain_address_is_accepted(build: Build, tmp_path: Path, to: str) -> None:
    build(mail_url=f"file:{tmp_path / 'mail'}")
    with pytest.raises(BadAddress):
        send(to, "Halo", "x")


def test_a_repeated_message_keeps_its_id(build: Build, tmp_path: Path) -> None:
    build(mail_url=f"file:{tmp_path / 'mail'}")
    for _try in range(2):
        send("wati@example.org", "Halo", "x", message_id="certificate:7")
    ids = {email.message_from_bytes(f.read_bytes())["Message-ID"] for f in (tmp_path / "mail").iterdir()}
    assert len(ids) == 1


def test_the_demo_sends_nothing(build: Build, tmp_path: Path) -> None:
    build(mail_url=f"file:{tmp_path / 'mail'}", mode=Mode.DEMO)
    assert send("wati@example.org", "Halo", "x") is Outcome.SUPPRESSED
    assert not (tmp_path / "mail").exists()


def test_without_an_address_of_a_server_mail_is_off(build: Build) -> None:
    build()
    assert send("wati@example.org", "Halo", "x") is Outcome.OFF


def test_an_unknown_mail_url_stops_with_a_reason(build: Build) -> None:
    build(mail_url="gopher://example.org")
    with pytest.raises(ConfigurationError, match="LMS_MAIL_URL"):
        send("wati@example.org", "Halo", "x")


@pytest.fixture
def post_office() -> Iterator[tuple[int, list[str]]]:
    """A mail server on this machine for one letter: its port and the lines it was sent."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)
    lines: list[str] = []

    def receive() -> None:
        connection, _peer = listener.accept()
        with connection, connection.makefile("rwb") as wire:

            def say(text: str) -> None:
                wire.write(f"{text}\r\n".encode())
                wire.flush()

            say("220 test")
            in_letter = False
            for raw in wire:
                line = raw.decode().rstrip()
                lines.append(line)
                if in_letter:
                    if line == ".":
                        in_letter = False
                        say("250 kept")
                elif line == "data":
                    in_letter = True
                    say("354 go on")
                else:
                    say("221 bye" if line.upper() == "QUIT" else "250 ok")

    thread = threading.Thread(target=receive)
    thread.start()
    yield listener.getsockname()[1], lines
    thread.join(10)
    listener.close()


def test_mail_goes_out_by_smtp(build: Build, post_office: tuple[int, list[str]]) -> None:
    port, lines = post_office
    build(mail_url=f"smtp://127.0.0.1:{port}?from=panitia@example.org")
    assert send("wati@example.org", "Halo", "Sampai jumpa") is Outcome.SENT
    assert "rcpt TO:<wati@example.org>" in lines
    assert "Sampai jumpa" in lines
