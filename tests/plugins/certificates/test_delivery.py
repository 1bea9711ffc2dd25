"""C35: the e-mail of a certificate leaves once, says what became of it, and is sent again only on purpose."""

from __future__ import annotations

import dataclasses
import email
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lms.config import Mode
from lms.kernel import installation, mail
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.job_models import JobRow
from lms.kernel.job_runner import run_job
from lms.kernel.permissions import SYSTEM, Role
from lms.kernel.settings import set_setting
from lms.plugins.certificates import batches, delivery, services
from lms.plugins.certificates.enums import DeliveryStatus, PaperKind, PaperRole
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Delivery


@pytest.fixture
def post(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[EmailMessage]]:
    """Mail goes into a folder; `post()` reads the letters in it."""
    folder = tmp_path / "mail"
    use_mail(app, monkeypatch, mail_url=f"file:{folder}")

    def read() -> list[EmailMessage]:
        files = sorted(folder.glob("*.eml")) if folder.exists() else []
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in files]  # type: ignore[misc]

    return read


def use_mail(app: Any, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    name = next(key for key, value in app.extensions.items() if value is installation.settings(app))
    monkeypatch.setitem(app.extensions, name, dataclasses.replace(installation.settings(app), **changes))


@pytest.fixture
def mailed(workshop: Any) -> Any:
    """The workshop, whose organiser sends certificates by e-mail."""
    set_setting(delivery.EMAIL_KEY, True, scope="organiser", scope_id=workshop.organiser_id)
    return workshop


@pytest.fixture
def addressee(add_person: Any, mailed: Any) -> Any:
    row = add_person("Yohana Lestari", title_back="S.Pd.")
    row.person.email = "yohana@example.org"
    db.session.flush()
    return row


def row_of(certificate: Certificate) -> Delivery:
    return db.session.scalars(sa.select(Delivery).filter_by(certificate_id=certificate.id)).one()


def run(app: Any, certificate: Certificate) -> Delivery:
    """Run the job of its e-mail, then read the row again."""
    job_id = row_of(certificate).job_id
    assert job_id is not None
    run_job(app, job_id)
    db.session.expire_all()
    return row_of(certificate)


def jobs() -> int:
    return db.session.scalar(sa.select(sa.func.count(JobRow.id)).filter_by(name=delivery.JOB)) or 0


def again(certificate: Certificate, seen: int, **more: Any) -> Delivery:
    with unit_of_work():
        return delivery.send_again(certificate_id=certificate.id, seen=seen, actor=SYSTEM, **more)


def test_c35_the_mail_has_the_link_and_the_pdf_and_is_noted_as_sent(
    app: Any, addressee: Any, issue: Any, post: Any
) -> None:
    made = issue(addressee)
    assert row_of(made).status is DeliveryStatus.QUEUED
    assert post() == []  # nothing leaves while the page waits
    assert run(app, made).status is DeliveryStatus.SENT
    [letter] = post()
    text = letter.get_body(("plain",)).get_content()
    assert letter["To"] == "yohana@example.org"
    assert made.number_text in letter["Subject"]
    for part in ("Yth. Yohana Lestari, S.Pd.", f"/v/{made.code}", "/tiket/sertifikat"):
        assert part in text
    [pdf] = letter.iter_attachments()
    assert pdf.get_filename() == "001_SERT_Yohana_Lestari,_S.Pd.pdf"
    assert (pdf.get_content_type(), len(pdf.get_content())) == ("application/pdf", made.size)


def test_c35_without_the_setting_the_mail_has_only_the_link(
    app: Any, addressee: Any, mailed: Any, issue: Any, post: Any
) -> None:
    set_setting(delivery.ATTACH_KEY, False, scope="organiser", scope_id=mailed.organiser_id)
    run(app, issue(addressee))
    [letter] = post()
    assert list(letter.iter_attachments()) == []


def test_a_letter_of_thanks_goes_with_the_certificate(
    app: Any, add_person: Any, mailed: Any, issue: Any, post: Any
) -> None:
    speaker = add_person("Maria Goreti", Role.NARASUMBER)
    speaker.person.email = "maria@example.org"
    made = issue(speaker)
    run(app, made)
    [letter] = post()
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert names == ["001_SERT_Maria_Goreti.pdf", "001_UTK_Maria_Goreti.pdf"]
    thanks = db.session.scalars(sa.select(Certificate).filter_by(kind=PaperKind.LETTER)).one()
    assert db.session.scalar(sa.select(Delivery).filter_by(certificate_id=thanks.id)) is None


@pytest.mark.parametrize(("is_on", "address", "status"), [(False, "a@example.org", "off"), (True, None, "no_address")])
def test_nothing_is_queued_where_mail_is_off_or_no_address_is_known(
    add_person: Any, workshop: Any, issue: Any, is_on: bool, address: str | None, status: str
) -> None:
    set_setting(delivery.EMAIL_KEY, is_on, scope="organiser", scope_id=workshop.organiser_id)
    person = add_person()
    person.person.email = address
    assert row_of(issue(person)).status == status
    assert jobs() == 0


def test_c04_issuing_again_and_running_the_job_again_send_one_mail(
    app: Any, addressee: Any, mailed: Any, issue: Any, post: Any
) -> None:
    with unit_of_work():
        batch = batches.start(workshop_id=mailed.id, role=PaperRole.PESERTA, actor=SYSTEM)
    run_job(app, batch.job_id)
    made = issue(addressee)
    with unit_of_work():
        delivery.queue(made)
    run(app, made)
    delivery.run(job=Attempt(1), delivery_id=row_of(made).id, attempt=1)  # as after a restart
    assert (len(post()), jobs()) == (1, 1)


class Attempt:
    """A job's handle as far as a delivery looks at it."""

    def __init__(self, attempt: int) -> None:
        self.attempt = attempt


def test_the_demo_sends_nothing_and_says_so(
    app: Any, addressee: Any, issue: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_mail(app, monkeypatch, mode=Mode.DEMO)
    assert run(app, issue(addressee)).status is DeliveryStatus.SUPPRESSED
    assert post() == []


def test_a_server_that_is_away_is_tried_again_and_then_noted_as_failed(
    addressee: Any, issue: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail, "deliver", away)
    made = issue(addressee)
    number = row_of(made).id
    for attempt, status in ((1, DeliveryStatus.QUEUED), (3, DeliveryStatus.FAILED)):
        with pytest.raises(ConnectionRefusedError):
            delivery.run(job=Attempt(attempt), delivery_id=number, attempt=1)
        db.session.expire_all()
        assert row_of(made).status is status
    assert row_of(made).error == "ConnectionRefusedError"


def test_an_address_that_its_server_refuses_is_not_tried_again_and_stands_in_no_row(
    addressee: Any, issue: Any, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(message: EmailMessage, _url: str) -> None:
        raise smtplib.SMTPRecipientsRefused({message["To"]: (550, b"nobody here")})

    monkeypatch.setattr(mail, "deliver", refused)
    made = issue(addressee)
    delivery.run(job=Attempt(1), delivery_id=row_of(made).id, attempt=1)
    db.session.expire_all()
    assert (row_of(made).status, row_of(made).error) == (DeliveryStatus.FAILED, "SMTPRecipientsRefused")


def test_c35_sending_again_is_one_click_and_two_clicks_send_one(
    app: Any, addressee: Any, issue: Any, post: Any
) -> None:
    made = issue(addressee)
    run(app, made)
    for _click in range(2):
        assert again(made, 1).attempt == 2
    run(app, made)
    assert again(made, 1).attempt == 2  # the other tab still shows the first attempt
    first, second = post()
    assert first["Message-ID"] != second["Message-ID"]


def test_a_repeated_job_repeats_the_message_id(addressee: Any, issue: Any, post: Any) -> None:
    made = issue(addressee)
    number = row_of(made).id
    seen = set()
    for _time in range(2):  # a worker that died after the server took the letter, before the row was written
        with unit_of_work():
            db.session.execute(sa.update(Delivery).values(status=DeliveryStatus.QUEUED))
        delivery.run(job=Attempt(1), delivery_id=number, attempt=1)
        seen |= {letter["Message-ID"] for letter in post()}
    assert len(seen) == 1


def test_a_paper_that_was_revoked_before_its_mail_left_is_not_sent(
    app: Any, addressee: Any, issue: Any, post: Any
) -> None:
    made = issue(addressee)
    with unit_of_work():
        services.revoke(certificate_id=made.id, reason="Keliru", actor=SYSTEM)
    assert run(app, made).status is DeliveryStatus.OFF
    assert post() == []
    with pytest.raises(RuleViolation):
        again(made, 1)


def test_a_typed_address_becomes_that_of_the_person(
    app: Any, add_person: Any, issue: Any, mailed: Any, post: Any
) -> None:
    person = add_person()
    made = issue(person)
    with pytest.raises(RuleViolation, match="surel"):
        again(made, 1)
    again(made, 1, email="Baru@Example.org")
    run(app, made)
    assert post()[0]["To"].lower() == "baru@example.org"
    assert person.person.email.lower() == "baru@example.org"


def test_staff_sees_what_became_of_each_mail_and_sends_again(
    app: Any, addressee: Any, issue: Any, mailed: Any, post: Any, as_user: Any
) -> None:
    made = issue(addressee)
    run(app, made)
    staff, base = as_user.organiser(mailed), f"/kelola/lokakarya/{mailed.id}/sertifikat"
    listing = staff.get(f"{base}/kiriman").text
    assert made.number_text in listing
    assert "yohana@example.org" not in listing
    assert made.number_text not in staff.get(f"{base}/kiriman?status=failed").text
    answer = staff.post(f"{base}/{made.id}/kirim", data={"send-seen": "1", "back": "deliveries"})
    assert (answer.status_code, answer.location) == (303, f"{base}/kiriman")
    db.session.expire_all()
    assert row_of(made).attempt == 2
    assert as_user.committee(mailed).post(f"{base}/{made.id}/kirim", data={"send-seen": "2"}).status_code == 404
    wrong = staff.post(f"{base}/{made.id}/kirim", data={"send-seen": "2", "send-email": "bukan alamat"})
    assert wrong.status_code == 422 or row_of(made).attempt == 2
