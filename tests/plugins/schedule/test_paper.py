"""The agenda on paper."""

from __future__ import annotations

from dataclasses import replace

from pdf_tools import check, fonts_of, needs_poppler, needs_qpdf, pages_of, text_of, words_of

from lms.plugins.schedule.paper import AgendaDay, AgendaPaper, AgendaRow, render_agenda


def row(at: str, title: str, jp: int = 0, speaker: str = "", room: str = "", is_break: bool = False) -> AgendaRow:
    return AgendaRow(time_text=at, title=title, jp=jp, speaker=speaker, room=room, is_break=is_break)


DAY = AgendaDay(
    heading="Hari 1, Rabu, 2 Desember 2026",
    rows=(
        row("08.00–08.30", "Registrasi peserta", speaker="Panitia", room="Lobi", is_break=True),
        row("08.30–10.00", "Tata kelola lembaga", 2, "Dr. Maria Goreti, M.Si.", "Aula"),
        row("10.00–10.15", "Istirahat", is_break=True),
        row("10.15–11.00", "Sistem kontrol", 1, "Tan Mei Lan, S.E., Ak.", "Ruang Enggang"),
    ),
)
PAPER = AgendaPaper(
    title="Penguatan Manajemen LKS",
    dates_text="2–3 Desember 2026",
    place="Hotel Kapuas Palace, Pontianak",
    letterhead=("BK3S Kalimantan Barat",),
    days=(DAY, replace(DAY, heading="Hari 2, Kamis, 3 Desember 2026")),
    jp_total=6,
    printed_at_text="1 Des 2026, 10.00 WIB",
    labels={
        "heading": "SUSUNAN ACARA",
        "time": "Waktu",
        "total": "Jumlah jam pelajaran (JP)",
        "printed": "Dicetak dari sistem, {moment}",
        "page_of": "dari",
        "demo": "Data contoh",
    },
)


@needs_poppler
def test_the_agenda_has_days_times_titles_hours_speakers_and_rooms() -> None:
    text = text_of(render_agenda(PAPER), order="layout")
    for words in (
        "SUSUNAN ACARA",
        "2–3 Desember 2026 · Hotel Kapuas Palace, Pontianak",
        "Hari 1, Rabu, 2 Desember 2026",
        "Hari 2, Kamis, 3 Desember 2026",
        "08.30–10.00 Tata kelola lembaga 2 Dr. Maria Goreti, M.Si. Aula",
        "10.00–10.15 Istirahat",
        "Jumlah jam pelajaran (JP): 6",
        "Dicetak dari sistem, 1 Des 2026, 10.00 WIB",
        "1 dari 1",
    ):
        assert words in text, words


@needs_poppler
def test_a_time_never_breaks_over_two_lines() -> None:
    assert {w.text for w in words_of(render_agenda(PAPER))} >= {r.time_text for r in DAY.rows}


@needs_poppler
def test_a_long_day_flows_on_with_its_head() -> None:
    pdf = render_agenda(replace(PAPER, days=(replace(DAY, rows=DAY.rows * 20),)))
    assert pages_of(pdf) > 1
    assert all("Waktu" in text_of(pdf, page=page) for page in range(1, pages_of(pdf) + 1))


@needs_poppler
def test_a_day_never_parts_from_its_table() -> None:
    """Whatever the length of the first day, the heading of the second is followed by its first row."""
    for count in range(20, 30):
        pdf = render_agenda(replace(PAPER, days=(replace(DAY, rows=DAY.rows[1:2] * count), PAPER.days[1])))
        page = next(p for p in range(1, pages_of(pdf) + 1) if "Hari 2" in text_of(pdf, page=p))
        assert "Registrasi peserta" in text_of(pdf, page=page), count


@needs_poppler
def test_markup_prints_literally() -> None:
    words = '#read("/etc/passwd") <b> {{7*7}}'
    paper = replace(PAPER, title=words, days=(replace(DAY, rows=(row("08.00", words, 1, words, "Aula"),)),))
    assert text_of(render_agenda(paper)).count("passwd") == 3


@needs_poppler
def test_only_sample_data_are_marked() -> None:
    assert "Data contoh" not in text_of(render_agenda(PAPER))
    assert "Data contoh" in text_of(render_agenda(replace(PAPER, is_demo=True)))


@needs_qpdf
@needs_poppler
def test_the_file_is_clean_and_small() -> None:
    pdf = render_agenda(PAPER)
    check(pdf)
    assert len(pdf) < 150_000
    assert all(embedded and subset for _name, embedded, subset in fonts_of(pdf))


def test_the_same_agenda_gives_the_same_bytes() -> None:
    assert render_agenda(PAPER) == render_agenda(replace(PAPER))


def test_an_agenda_without_days_still_prints() -> None:
    assert render_agenda(replace(PAPER, days=(), letterhead=())).startswith(b"%PDF")
