"""Pages of live rounds: what phones and the hall see, and nothing of what is right before it is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lms.core.enrolments.enums import EnrolmentStatus
from lms.kernel.permissions import Role
from lms.plugins.quiz import grading, live_figures, live_queries
from lms.plugins.quiz.live import Step
from tests.plugins.quiz.live_game import CHOICE, Game, Watch


@pytest.fixture(autouse=True)
def impatient(monkeypatch: Any) -> None:
    """Every question goes to the database: tests change things faster than a second."""
    monkeypatch.setattr(live_queries, "KEPT_SECONDS", 0)


def phone(as_user: Any, who: Any) -> Any:
    return as_user.ticket(who)


PLAY = "/tiket/kuis/langsung"


def test_q13_no_page_before_the_reveal_reads_a_key(
    game: Game, course: Any, as_user: Any, watch: Watch, monkeypatch: Any
) -> None:
    client = phone(as_user, course.person())
    host = as_user.committee(course.workshop)
    screen = f"/kelola/lokakarya/{course.workshop.id}/kuis/langsung/{game.id}"
    contents_of = grading.contents_of
    texts = []
    for wait in (0, 31):
        watch.on(wait)
        monkeypatch.setattr(grading, "contents_of", None)
        texts += [client.get(path, headers={"If-None-Match": '"x"'}).text for path in (PLAY, f"{PLAY}/isi")]
        texts += [host.get(path, headers={"If-None-Match": '"x"'}).text for path in (screen, f"{screen}/isi")]
        monkeypatch.setattr(grading, "contents_of", contents_of)
    for text in texts:
        assert "Siapa yang dihubungi lebih dulu?" in text
        assert not any(word in text for word in ("RAHASIA", "Benar", "fraction"))


def test_q13_the_answer_to_an_answer_is_the_same_for_right_and_wrong(game: Game, course: Any, as_user: Any) -> None:
    said = []
    for place in (1, 2):
        client = phone(as_user, course.person())
        client.get(PLAY)
        answer = client.post(f"{PLAY}/{game.id}/1", data={"q1": place}, headers={"Lms-Part": "1"})
        said.append((answer.status_code, answer.text, answer.get_etag()))
        assert client.post(f"{PLAY}/{game.id}/1", data={"q1": 3}, headers={"Lms-Part": "1"}).text == answer.text
    assert said[0] == said[1]
    assert "Jawaban diterima" in said[0][1]
    assert [row.fraction for row in game.rows] == [1, 0]


def test_after_the_reveal_a_phone_says_whether_it_was_right(
    game: Game, course: Any, as_user: Any, watch: Watch
) -> None:
    right, wrong, silent = (course.person() for _ in range(3))
    game.answer(right, 1)
    game.answer(wrong, 2)
    game.step(Step.SHOW)
    watch.on(2)
    pages = [phone(as_user, who).get(PLAY).text for who in (right, wrong, silent)]
    words = ("Jawaban Anda benar", "Jawaban Anda belum tepat", "Anda tidak menjawab soal ini.")
    assert [word in page for word, page in zip(words, pages, strict=True)] == [True] * 3
    assert all("Benar: Pendamping" in page for page in pages)
    game.step(Step.END)
    assert "Anda menjawab benar 1 dari 1 soal." in phone(as_user, right).get(PLAY).text


def test_the_host_sees_the_distribution_with_the_key_in_sign_and_word(
    game: Game, course: Any, as_user: Any, watch: Watch
) -> None:
    for place in (1, 1, 3):
        game.answer(course.person(), place)
    game.step(Step.SHOW)
    watch.on(2)
    page = as_user.committee(course.workshop).get(f"/kelola/lokakarya/{game.workshop_id}/kuis/langsung/{game.id}").text
    rows = re.findall(r'<tr(?: class="is-right")?>.*?</tr>', page, re.DOTALL)
    assert ["#circle-check" in row and "Benar" in row for row in rows] == [True, False, False]
    assert ['width="66.67%"' in rows[0], "<rect" in rows[1], 'width="33.33%"' in rows[2]] == [True, False, True]
    counts = [(bar.letter, bar.label, bar.count) for bar in live_figures.bars_of(game.now, 1).bars]
    assert counts == [("A", "Pendamping", 2), ("B", "Wartawan", 0), ("C", "Tetangga", 1)]


def test_names_are_nowhere_unless_the_round_shows_the_best(
    app: Any, quiz_with: Any, course: Any, as_user: Any, watch: Watch
) -> None:
    people = [course.person(person=course.factories.person(full_name=name)) for name in ("Siti Wulandari", "Anong")]
    for has_scores in (False, True):
        with app.test_request_context():
            played = Game(quiz_with(CHOICE), has_scores=has_scores)
            played.step(Step.NEXT)
            for who in reversed(people):
                played.answer(who, 1)
                watch.on(3)
            played.step(Step.SHOW)
            watch.on(2)
            best = live_figures.top_of(played.now, 1)
        assert [(row.name, row.right, row.seconds) for row in best] == [("Anong", 1, 0), ("Siti W.", 1, 3)]
        page = (
            as_user.committee(course.workshop)
            .get(f"/kelola/lokakarya/{played.workshop_id}/kuis/langsung/{played.id}")
            .text
        )
        assert ("Siti W." in page, "Wulandari" in page) == (has_scores, False)
        with app.test_request_context():
            played.step(Step.END)


def test_polling_is_304_without_a_body_and_follows_every_step(
    game: Game, course: Any, as_user: Any, watch: Watch, count_statements: Any
) -> None:
    client = phone(as_user, course.person())
    tag = client.get(PLAY).text.partition('data-tag="')[2][:20]

    def ask() -> int:
        nonlocal tag
        answer = client.get(f"{PLAY}/isi", headers={"If-None-Match": f'"{tag}"'})
        assert "<html" not in answer.text
        tag = answer.get_etag()[0]
        return int(answer.status_code)

    assert [ask(), ask()] == [304, 304]
    count_statements()
    ask()
    assert count_statements() <= 4
    seen = []
    for step, wait in ((None, 30), (Step.SHOW, 0), (None, 2), (Step.NEXT, 0), (Step.END, 0)):
        if step is not None:
            game.step(step)
        watch.on(wait)
        seen.append((ask(), ask()))
    # The time was over already, so that the press shows at once and two more seconds change nothing.
    assert seen == [(200, 304), (304, 304), (200, 304), (200, 304), (200, 304)]
    assert client.get(f"{PLAY}/isi").status_code == 303


def test_without_script_the_page_asks_and_answers_with_forms(
    game: Game, course: Any, as_user: Any, watch: Watch
) -> None:
    client = phone(as_user, course.person())
    page = client.get(PLAY).text
    assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page
    assert f'action="{PLAY}/{game.id}/1"' in page
    answer = client.post(f"{PLAY}/{game.id}/1", data={"q1": 2})
    assert (answer.status_code, answer.headers["Location"]) == (303, PLAY)
    assert "Jawaban diterima" in client.get(PLAY).text
    late = phone(as_user, course.person())
    watch.on(33)
    answer = late.post(f"{PLAY}/{game.id}/1", data={"q1": 2})
    assert answer.status_code == 409
    assert "Jawaban Anda terlambat, jadi tidak dihitung." in answer.text


def test_the_host_moves_with_forms_that_name_their_position(game: Game, course: Any, as_user: Any) -> None:
    client = as_user.committee(course.workshop)
    address = f"/kelola/lokakarya/{game.workshop_id}/kuis/langsung/{game.id}"
    page = client.get(address).text
    assert re.search(r'name="posisi" value="1">\s*<button[^>]* name="langkah" value="hasil"', page)
    for data in (
        {"langkah": "hasil", "posisi": "1"},
        {"langkah": "x", "posisi": "1"},
        {"langkah": "maju", "posisi": "²"},
    ):
        answer = client.post(f"{address}/langkah", data=data)
        assert (answer.status_code, answer.headers["Location"]) == (303, address)
    assert (game.now.position, game.now.state.value) == (1, "shown")


def test_a_round_is_made_and_looked_back_at(course: Any, quiz_with: Any, as_user: Any, app: Any) -> None:
    quiz = quiz_with(CHOICE)
    client = as_user.committee(course.workshop)
    base = f"/kelola/lokakarya/{course.workshop.id}/kuis"
    made = client.post(f"{base}/{quiz.id}/langsung", data={"seconds": "0"})
    assert made.status_code == 303
    lobby = client.get(made.headers["Location"]).text
    assert "ponsel sudah ikut" in lobby
    assert 'class="qr"' in lobby
    assert client.post(f"{base}/{quiz.id}/langsung", data={"seconds": "7"}).status_code == 422
    client.post(f"{made.headers['Location']}/langkah", data={"langkah": "selesai", "posisi": "0"})
    assert "Belum ada soal yang ditanyakan" in client.get(made.headers["Location"]).text
    assert client.post(f"{base}/{course.evaluation.id}/langsung", data={"seconds": "30"}).status_code == 422


def test_phones_in_the_lobby_are_counted_once_each(app: Any, quiz_with: Any, course: Any, as_user: Any) -> None:
    with app.test_request_context():
        played = Game(quiz_with(CHOICE))
    for _ in range(2):
        who = course.person()
        for _again in range(2):
            assert "Anda sudah ikut" in phone(as_user, who).get(PLAY).text
    with app.test_request_context():
        assert live_queries.counts_of(played.id, 0, fresh=True) == (2, 0)


def test_phones_of_others_wait_and_store_nothing(game: Game, make_course: Any, course: Any, as_user: Any) -> None:
    stranger = phone(as_user, make_course().person())
    assert "Belum ada kuis langsung" in stranger.get(PLAY).text
    assert stranger.post(f"{PLAY}/{game.id}/1", data={"q1": 1}).status_code == 303
    others = (
        course.person(status=EnrolmentStatus.WAITLISTED),
        course.person(role=Role.NARASUMBER),
    )
    for who in others:
        client = phone(as_user, who)
        assert client.get(PLAY).status_code == 404
        assert client.post(f"{PLAY}/{game.id}/1", data={"q1": 1}).status_code == 404
    assert game.rows == []


def test_only_those_who_manage_host_a_round(game: Game, make_course: Any, course: Any, as_user: Any) -> None:
    address = f"/kelola/lokakarya/{course.workshop.id}/kuis/langsung/{game.id}"
    elsewhere = make_course().workshop
    clients = (
        as_user.door(course.workshop),
        as_user.observer("61.71"),
        as_user.committee(elsewhere),
        phone(as_user, course.person()),
    )
    for client in clients:
        for path in (address, f"{address}/isi"):
            assert client.get(path).status_code == 404
        assert client.post(f"{address}/langkah", data={"langkah": "selesai", "posisi": "1"}).status_code == 404
    foreign = f"/kelola/lokakarya/{elsewhere.id}/kuis/langsung/{game.id}"
    assert as_user.committee(elsewhere).get(foreign).status_code == 404
    assert game.now.state.value == "question"
