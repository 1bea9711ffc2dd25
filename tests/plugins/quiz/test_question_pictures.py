"""Pictures of questions: told by their bytes, described in words, seen by staff who see the question."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms.kernel.db import db
from lms.kernel.storage_models import StoredFileRow
from lms.plugins.quiz import grading, pictures
from lms.plugins.quiz.bank_models import Question, QuestionPicture
from lms.plugins.quiz.enums import TextFormat
from tests.plugins.quiz.forms_of_pages import sent_by

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
SHA = hashlib.sha256(PNG).hexdigest()
NEW = "/kelola/bank-soal/baru?jenis=choice"
TYPED = {
    "owner": "shared", "text": "Apa *ini*?\nBaris dua", "format": "plain", "mark": "1", "pillar": "", "rows": "3",
    "option_1": "Satu", "option_2": "2 * 3", "right": "1",
}  # fmt: skip


def upload(client: Any, fields: dict[str, Any], data: bytes = PNG, name: str = "foto.png") -> Any:
    """Send the editor with a file as a browser does it."""
    sent = {**TYPED, **fields, "picture": FileStorage(BytesIO(data), name)}
    boundary, body = encode_multipart(sent)  # in memory: the test browser leaves its temporary files open
    return client.post(NEW, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def the_question() -> Question:
    return db.session.scalars(sa.select(Question)).one()


def test_a_picture_goes_into_the_text_and_everything_typed_stays(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    page = upload(client, {"picture_alt": "Bagan [organ]", "upload": "1"})
    assert page.status_code == 200
    sent = sent_by(page.text, "base")
    assert sent["text"].endswith(f"![Bagan \\[organ\\]](picture:{SHA})")
    assert (sent["format"], sent["option_2"], sent["right"], sent["picture_alt"]) == ("markdown", r"2 \* 3", "1", "")
    assert f'src="/kelola/bank-soal/gambar/{SHA}"' in page.text
    assert client.get(f"/kelola/bank-soal/gambar/{SHA}").data == PNG
    assert as_user.admin().get(f"/kelola/bank-soal/gambar/{SHA}").status_code == 404  # another author's
    assert client.post(NEW, data=sent).status_code == 303
    question = the_question()
    content = grading.contents_of({question.version_id})[question.version_id]
    assert content.text.format is TextFormat.MARKDOWN
    shown = client.get(f"/kelola/bank-soal/{question.id}").text
    assert "Apa *ini*?<br" in shown
    assert f'src="/kelola/bank-soal/{question.id}/gambar/{SHA}"' in shown
    assert 'alt="Bagan [organ]"' in shown
    answer = client.get(f"/kelola/bank-soal/{question.id}/gambar/{SHA}")
    assert (answer.data, answer.mimetype) == (PNG, "image/png")
    assert client.get(f"/kelola/bank-soal/gambar/{SHA}").status_code == 404  # kept with the question now


def test_a_picture_without_words_waits_for_them(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    page = upload(client, {})
    assert page.status_code == 422
    assert 'id="picture_alt-error"' in page.text
    sent = {**sent_by(page.text, "base"), "picture_alt": "Bagan", "picture_place": "option_1"}
    assert client.post(NEW, data=sent).status_code == 303
    question = the_question()
    options = grading.contents_of({question.version_id})[question.version_id].options
    assert options[0].text.source == f"Satu\n\n![Bagan](picture:{SHA})"
    assert client.get(f"/kelola/bank-soal/{question.id}/ubah").status_code == 200


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><animate/></svg>', "bagan.png"),
        (b"BM8", "foto.gif"),
        (b"", "foto.png"),
        (b"%PDF-1.7", "foto.jpg"),
        (PNG + b"0" * 2_000_001, "besar.png"),
    ],
)
def test_what_is_no_small_picture_is_refused(db_session: Any, as_user: Any, data: bytes, name: str) -> None:
    page = upload(as_user.admin(), {"picture_alt": "x", "upload": "1"}, data, name)
    assert page.status_code == 422
    assert 'id="picture-error"' in page.text
    assert sent_by(page.text, "base")["text"] == TYPED["text"]
    assert db_session.scalar(sa.select(sa.func.count()).select_from(StoredFileRow)) == 0


def test_a_picture_in_html_and_one_that_is_gone(db_session: Any, as_user: Any) -> None:
    client, html = as_user.admin(), {**TYPED, "format": "html", "text": "<p>Apa ini?</p>"}
    assert upload(client, {**html, "picture_alt": 'A "b"'}).status_code == 303
    question = the_question()
    source = grading.contents_of({question.version_id})[question.version_id].text.source
    assert f'src="picture:{SHA}"' in source
    gone = client.post(NEW, data={**html, "text": f'<img src="picture:{"a" * 64}" alt="x">'})
    assert gone.status_code == 422
    assert 'id="text-error"' in gone.text


def test_q06_pictures_of_old_versions_are_kept_and_seen_by_their_readers_only(
    db_session: Any, as_user: Any, factories: Any
) -> None:
    client, workshop = as_user.admin(), factories.workshop()
    own = {**TYPED, "owner": str(workshop.organiser_id)}
    assert upload(client, {**own, "picture_alt": "Bagan"}).status_code == 303
    question = the_question()
    sent = {**sent_by(client.get(f"/kelola/bank-soal/{question.id}/ubah").text, "base"), "text": "Tanpa gambar"}
    assert client.post(f"/kelola/bank-soal/{question.id}/ubah", data=sent).status_code == 303
    assert len(db_session.scalars(sa.select(QuestionPicture)).all()) == 1
    address = f"/kelola/bank-soal/{question.id}/gambar/{SHA}"
    assert client.get(address).status_code == 200
    assert as_user.committee(workshop).get(address).status_code == 200
    assert as_user.organiser(factories.workshop()).get(address).status_code == 404
    assert as_user.ticket(factories.enrolment(workshop=workshop)).get(address).status_code == 403
    assert client.get(f"/kelola/bank-soal/{question.id}/gambar/{'b' * 64}").status_code == 404


def test_pictures_that_nobody_used_go_after_a_day(db_session: Any, monkeypatch: Any) -> None:
    pictures.stage(pictures.checked(PNG), account_id=1)
    assert [picture.sha for picture in pictures.staged([SHA], account_id=1)] == [SHA]
    assert pictures.staged([SHA], account_id=2) == ()
    monkeypatch.setattr(pictures, "KEPT", -pictures.KEPT)
    assert pictures.clear_old() == 1
    assert pictures.staged([SHA], account_id=1) == ()
