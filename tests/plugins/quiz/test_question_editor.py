"""The editor of questions: every type, without script, and nothing that was typed is lost."""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, bank_queries, grading
from lms.plugins.quiz.bank_models import Question
from lms.plugins.quiz.content import Accepted, Content, Criterion, Draft, Gap, Number, Option, Pair, Text, Unit
from lms.plugins.quiz.enums import Pillar, TextFormat
from tests.plugins.quiz.forms_of_pages import sent_by
from tests.plugins.quiz.samples import SAMPLES

NEW = "/kelola/bank-soal/baru"
ASKED = {
    "owner": "shared",
    "text": "Siapa yang menandatangani surat tugas?",
    "format": "plain",
    "mark": "1",
    "pillar": "",
}
TYPED: dict[str, tuple[dict[str, str], Content]] = {
    "choice": (
        {"rows": "4", "right": "1", "option_1": "Ketua", "option_3": "Tamu", "percent_3": "33,33333",
         "feedback_3": "Bukan."},
        Content(
            kind="choice",
            text=Text(source=ASKED["text"]),
            options=(
                Option(text=Text(source="Ketua"), fraction=Decimal(1)),
                Option(
                    text=Text(source="Tamu"), fraction=Decimal("0.3333333"), feedback=Text(source="Bukan.")
                ),
            ),
            shuffles=False,
        ),
    ),
    "multichoice": (
        {"rows": "4", "option_1": "A", "ticked_1": "y", "option_2": "B", "ticked_2": "y", "option_3": "C",
         "shuffles": "y"},
        Content(
            kind="multichoice",
            text=Text(source=ASKED["text"]),
            options=(
                Option(text=Text(source="A"), fraction=Decimal("0.5")),
                Option(text=Text(source="B"), fraction=Decimal("0.5")),
                Option(text=Text(source="C"), fraction=Decimal("-0.5")),
            ),
        ),
    ),
    "truefalse": (
        {"right": "2", "feedback_1": "Keliru."},
        Content(
            kind="truefalse",
            text=Text(source=ASKED["text"]),
            options=(
                Option(text=Text(source="Benar"), feedback=Text(source="Keliru.")),
                Option(text=Text(source="Salah"), fraction=Decimal(1)),
            ),
        ),
    ),
    "shortanswer": (
        {"rows": "2", "accepted_1": "Pontianak", "accepted_2": "Kota *", "percent_2": "50", "ignores_accents": "y"},
        Content(
            kind="shortanswer",
            text=Text(source=ASKED["text"]),
            accepted=(Accepted(pattern="Pontianak"), Accepted(pattern="Kota *", fraction=Decimal("0.5"))),
            accents_matter=False,
        ),
    ),
    "numerical": (
        {"rows": "2", "value_1": "12,5", "tolerance_1": "0,1", "value_2": "*", "percent_2": "0",
         "units": "km\nm = 0,001"},
        Content(
            kind="numerical",
            text=Text(source=ASKED["text"]),
            numbers=(
                Number(value=Decimal("12.5"), tolerance=Decimal("0.1")),
                Number(value=None, fraction=Decimal(0)),
            ),
            units=(Unit(name="km"), Unit(name="m", factor=Decimal("0.001"))),
        ),
    ),
    "matching": (
        {"rows": "3", "prompt_1": "Kalbar", "partner_1": "Pontianak", "prompt_2": "Kalsel", "partner_2": "Banjarbaru",
         "partner_3": "Samarinda"},
        Content(
            kind="matching",
            text=Text(source=ASKED["text"]),
            pairs=(
                Pair(prompt=Text(source="Kalbar"), answer="Pontianak"),
                Pair(prompt=Text(source="Kalsel"), answer="Banjarbaru"),
                Pair(prompt=Text(), answer="Samarinda"),
            ),
        ),
    ),
    "ordering": (
        {"steps": "Asesmen\r\n\r\nRencana\r\nIntervensi"},
        Content(
            kind="ordering",
            text=Text(source=ASKED["text"]),
            steps=(Text(source="Asesmen"), Text(source="Rencana"), Text(source="Intervensi")),
        ),
    ),
    "cloze": (
        {"text": "Ibu kota {#1}, luas {#2} km².", "rows": "2", "gap_1": "options", "gap_2": "number",
         "answers_1": "=Pontianak\r\n50 % Sambas :: Hampir.\r\nKetapang", "answers_2": "1,5 ± 0,1", "weight_2": "2",
         "shuffles": "y"},
        Content(
            kind="cloze",
            text=Text(source="Ibu kota {#1}, luas {#2} km²."),
            gaps=(
                Gap(
                    options=(
                        Option(text=Text(source="Pontianak"), fraction=Decimal(1)),
                        Option(text=Text(source="Sambas"), fraction=Decimal("0.5"), feedback=Text(source="Hampir.")),
                        Option(text=Text(source="Ketapang")),
                    )
                ),
                Gap(numbers=(Number(value=Decimal("1.5"), tolerance=Decimal("0.1")),), weight=2),
            ),
        ),
    ),
    "essay": (
        {"rubric": "Menyebut dua contoh = 2\r\nAlasan = 1,5", "model_answer": "Misalnya…"},
        Content(
            kind="essay",
            text=Text(source=ASKED["text"]),
            rubric=(
                Criterion(text="Menyebut dua contoh", points=Decimal(2)),
                Criterion(text="Alasan", points=Decimal("1.5")),
            ),
            model_answer=Text(source="Misalnya…"),
        ),
    ),
    "likert": (
        {"steps": "Tidak\r\nYa"},
        Content(
            kind="likert",
            text=Text(source=ASKED["text"]),
            options=(Option(text=Text(source="Tidak")), Option(text=Text(source="Ya"))),
        ),
    ),
    "description": ({}, Content(kind="description", text=Text(source=ASKED["text"]))),
}  # fmt: skip


def the_question(session: Any) -> Question:
    return session.scalars(sa.select(Question)).one()  # type: ignore[no-any-return]


def content_of(question: Question) -> Content:
    return grading.contents_of({question.version_id})[question.version_id]


def edit_of(question: Question) -> str:
    return f"/kelola/bank-soal/{question.id}/ubah"


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the editor as it stands."""
    return sent_by(page, "base")


def test_every_type_has_an_example_here() -> None:
    assert set(TYPED) == set(SAMPLES)


@pytest.mark.parametrize("kind", TYPED)
def test_a_question_of_every_type_can_be_written(db_session: Any, as_user: Any, kind: str) -> None:
    typed, content = TYPED[kind]
    client = as_user.admin()
    assert client.get(f"{NEW}?jenis={kind}").status_code == 200
    answer = client.post(f"{NEW}?jenis={kind}", data={**ASKED, **typed})
    assert answer.status_code == 303, answer.text
    assert content_of(the_question(db_session)) == content
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("kind", SAMPLES)
def test_saving_untouched_changes_nothing(db_session: Any, as_user: Any, kind: str) -> None:
    bank.add(Draft(content=SAMPLES[kind], tags=("a", "b"), objective="Tahu"), organiser_id=None, actor=SYSTEM)
    question, client = the_question(db_session), as_user.admin()
    before = question.version_id
    answer = client.post(edit_of(question), data=fields_of(client.get(edit_of(question)).text))
    assert answer.status_code == 303, answer.text
    db_session.refresh(question)
    assert (question.version_id, question.objective) == (before, "Tahu")
    assert bank_queries.tags_of([question.id]) == {question.id: ["a", "b"]}


def test_an_imported_text_in_html_stays_html_beside_a_plain_option(db_session: Any, as_user: Any) -> None:
    content = Content(
        kind="choice",
        text=Text(source="<p>Berapa <b>a &lt; b</b>?</p>", format=TextFormat.HTML),
        options=(
            Option(text=Text(source="a < b\nbaris"), fraction=Decimal(1)),
            Option(text=Text(source="*x*", format=TextFormat.MARKDOWN)),
        ),
    )
    bank.add(Draft(content=content), organiser_id=None, actor=SYSTEM)
    question, client = the_question(db_session), as_user.admin()
    sent = fields_of(client.get(edit_of(question)).text)
    assert (sent["format"], sent["option_1"]) == ("html", "a &lt; b<br>baris")
    before = question.version_id
    assert client.post(edit_of(question), data=sent).status_code == 303
    assert question.version_id == before
    assert client.post(edit_of(question), data={**sent, "option_2": "<i>x</i><script>y</script>"}).status_code == 303
    kept, changed = content_of(question).options
    assert kept == content.options[0]
    assert changed.text == Text(source="<i>x</i>", format=TextFormat.HTML)


FAULTS: list[tuple[str, dict[str, str], str]] = [
    ("choice", {"text": ""}, "text"),
    ("choice", {"right": "3", "option_3": ""}, "right"),
    ("choice", {"option_3": "Ketua"}, "right"),  # twice the same, with different worth
    ("choice", {"right": ""}, "right"),
    ("choice", {"option_3": "Tamu", "percent_3": "101"}, "percent_3"),
    ("choice", {"mark": "0"}, "mark"),
    ("choice", {"mark": "1.500"}, "mark"),
    ("choice", {"category": "999"}, "category"),
    ("multichoice", {"ticked_1": "", "ticked_2": ""}, "option_1"),
    ("multichoice", {"percent_1": "50", "percent_3": "20"}, "percent_2"),
    ("numerical", {"value_1": "1.500"}, "value_1"),
    ("numerical", {"value_1": "", "tolerance_1": "1"}, "value_1"),
    ("numerical", {"units": "km = nol"}, "units"),
    ("matching", {"partner_1": ""}, "partner_1"),
    ("ordering", {"steps": "Satu"}, "steps"),
    ("ordering", {"steps": "\n".join(map(str, range(201)))}, "steps"),
    ("cloze", {"text": "Tanpa celah"}, "answers_1"),
    ("cloze", {"answers_2": "banyak"}, "answers_2"),
    ("cloze", {"weight_2": "0"}, "weight_2"),
    ("essay", {"rubric": "Tanpa nilai"}, "rubric"),
]


def test_a_fault_stands_at_its_field_and_nothing_typed_is_lost(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    for kind, changes, field in FAULTS:
        sent = {**ASKED, "feedback": "Lihat modul 3.", **TYPED[kind][0], **changes}
        answer = client.post(f"{NEW}?jenis={kind}", data={n: v for n, v in sent.items() if v or n == "pillar"})
        case = (kind, changes)
        assert answer.status_code == 422, case
        assert f'id="{field}-error"' in answer.text, case
        assert 'id="error-summary"' in answer.text, case
        shown = fields_of(answer.text)
        lost = {n: v for n, v in sent.items() if n != "rows" and _plain(shown.get(n, "")) != _plain(v)}
        assert lost == ({} if "category" not in changes else {"category": "999"}), case
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Question)) == 0


def _plain(value: object) -> str:
    return str(value).replace("\r", "").strip()


def test_more_rows_come_without_script_and_keep_what_was_typed(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    sent = {**ASKED, **TYPED["choice"][0], "more": "1", "mark": "salah"}
    page = client.post(f"{NEW}?jenis=choice", data=sent)
    assert page.status_code == 200
    shown = fields_of(page.text)
    assert (shown["rows"], shown["option_3"], shown["right"], shown["mark"]) == ("7", "Tamu", "1", "salah")
    assert 'name="option_7"' in page.text
    assert "error-summary" not in page.text
    assert 'name="option_200"' in client.post(f"{NEW}?jenis=choice", data={**sent, "rows": "9999"}).text
    assert 'name="option_7"' in client.post(f"{NEW}?jenis=choice", data={**sent, "rows": "x"}).text


def test_enter_saves_instead_of_adding_rows(as_user: Any) -> None:
    page = as_user.admin().get(f"{NEW}?jenis=choice").text
    form = page[page.index('<form class="stack gap-5"') :]
    first = form[form.index("<button") : form.index("</button>")]
    assert "name=" not in first


def test_an_equal_question_is_named_and_may_be_saved_all_the_same(db_session: Any, as_user: Any) -> None:
    client = as_user.admin()
    sent = {**ASKED, **TYPED["choice"][0]}
    assert client.post(f"{NEW}?jenis=choice", data=sent).status_code == 303
    first = the_question(db_session)
    again = client.post(f"{NEW}?jenis=choice", data=sent)
    assert again.status_code == 422
    assert f'href="/kelola/bank-soal/{first.id}"' in again.text
    assert client.post(f"{NEW}?jenis=choice", data={**sent, "anyway": "1"}).status_code == 303
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Question)) == 2


def test_what_was_filed_with_the_question_is_kept(db_session: Any, as_user: Any) -> None:
    filed = {
        "tags": "dasar, Yayasan,, dasar", "pillar": "kontrol", "objective": "Mengenal peran", "source": "Modul 3",
        "needs_review": "y", "code": "K-1", "mark": "2,5", "feedback": "Lihat AD/ART.",
    }  # fmt: skip
    client = as_user.admin()
    assert client.post(f"{NEW}?jenis=choice", data={**ASKED, **TYPED["choice"][0], **filed}).status_code == 303
    question = the_question(db_session)
    assert (question.code, question.pillar, question.source) == ("K-1", Pillar.CONTROL, "Modul 3")
    assert question.needs_review
    assert bank_queries.tags_of([question.id])[question.id] == ["Yayasan", "dasar"]
    assert (content_of(question).mark, content_of(question).feedback.source) == (Decimal("2.5"), "Lihat AD/ART.")
    sent = fields_of(client.get(edit_of(question)).text)
    assert (sent["mark"], sent["tags"], sent["base"]) == ("2,5", "Yayasan, dasar", str(question.version_id))
    before = question.version_id
    assert client.post(edit_of(question), data={**sent, "mark": "3"}).status_code == 303
    assert question.version_id != before
    assert content_of(question).mark == 3


def test_a_version_saved_meanwhile_is_not_overwritten_unseen(db_session: Any, as_user: Any) -> None:
    bank.add(Draft(content=SAMPLES["essay"]), organiser_id=None, actor=SYSTEM)
    question, client = the_question(db_session), as_user.admin()
    sent = fields_of(client.get(edit_of(question)).text)
    assert client.post(edit_of(question), data={**sent, "text": "Kata yang lain"}).status_code == 303
    late = client.post(edit_of(question), data={**sent, "text": "Kata saya"})
    assert late.status_code == 422
    assert "Kata saya" in unescape(late.text)
    assert question.text == "Kata yang lain"
    assert client.post(edit_of(question), data=fields_of(late.text)).status_code == 303
    assert question.text == "Kata saya"
