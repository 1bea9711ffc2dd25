"""Pages of reports, and who sees what on them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from pdf_tools import needs_poppler, text_of

from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role, Scope
from lms.plugins.reports import queries, services
from lms.plugins.reports.models import Report

PONTIANAK, KUBU_RAYA, SAMBAS = "61.71", "61.12", "61.01"


@pytest.fixture
def report(begin: Any, add_organisation: Any, attend: Any) -> Report:
    """Locked: Pontianak 1 of 2 organisations, Kubu Raya 1 of 4; notes, and three recommendations."""
    made: Report = begin()
    for region, registered in ((PONTIANAK, 2), (KUBU_RAYA, 4)):
        for number in range(registered):
            organisation = add_organisation(f"Panti {region} {number}", region)
            if number == 0:
                attend(organisation)
    with unit_of_work():
        services.write(report=made, title="Laporan triwulan", narrative="Catatan rahasia Kubu Raya", actor=SYSTEM)
        for text, code in (("Usul umum", None), ("Usul kota", PONTIANAK), ("Usul kabupaten", KUBU_RAYA)):
            services.recommend(report=made, text=text, evidence="", owner="", region_code=code, actor=SYSTEM)
        services.freeze(report=made, actor=SYSTEM)
    return made


def paths(report: Report) -> list[str]:
    return [
        f"/kelola/laporan/{report.id}",
        f"/kelola/laporan/{report.id}.pdf",
        f"/kelola/unduh/reports.regions.csv?report_id={report.id}",
        f"/kelola/unduh/reports.regions.xlsx?report_id={report.id}",
    ]


def lines_of(browser: Any, report: Report) -> list[list[str]]:
    text = browser.get(f"/kelola/unduh/reports.regions.csv?report_id={report.id}").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_the_organiser_reads_the_same_numbers_on_map_and_table(report: Report, as_user: Any, workshop: Any) -> None:
    page = as_user.organiser(workshop).get(f"/kelola/laporan/{report.id}").text
    assert 'href="#t-61-71"' in page
    assert 'id="t-61-71"' in page
    assert page.count("50%") >= 2
    assert "Cakupan 33%: 2 dari 6 lembaga hadir." in page
    assert "Catatan rahasia Kubu Raya" in page
    assert '<a href="#t-61-01"><rect class="q0"' in page  # Sambas has nobody registered: no colour of the scale
    assert '<a href="#t-61-71"><rect class="q3"' in page


def test_the_observer_of_a_kota_sees_that_kota_only(report: Report, as_user: Any) -> None:
    browser = as_user.observer(PONTIANAK)
    page = browser.get(f"/kelola/laporan/{report.id}").text
    assert "Kota Pontianak" in page
    assert "Usul umum" in page
    assert "Usul kota" in page
    for foreign in ("Kubu Raya", "Sambas", "Usul kabupaten", "33%", "Catatan rahasia", report.verify_code):
        assert foreign not in page
    assert [line[0] for line in lines_of(browser, report)] == [PONTIANAK]
    assert report.title in browser.get("/kelola/laporan").text


def test_the_observer_of_the_province_reads_it_whole(report: Report, as_user: Any) -> None:
    browser = as_user.observer("61")
    page = browser.get(f"/kelola/laporan/{report.id}").text
    assert "Kubu Raya" in page
    assert "Catatan rahasia" in page
    assert "Kunci laporan" not in page
    assert {line[0] for line in lines_of(browser, report)} == {PONTIANAK, KUBU_RAYA, SAMBAS}


def test_drafts_are_for_their_writers(begin: Any, as_user: Any, workshop: Any) -> None:
    draft = begin()
    for browser in (as_user.observer("61"), as_user.observer(PONTIANAK)):
        assert [browser.get(path).status_code for path in paths(draft)] == [404] * 4
        assert draft.title not in browser.get("/kelola/laporan").text
    writer = as_user.organiser(workshop)
    assert [writer.get(path).status_code for path in paths(draft)] == [200] * 4
    assert draft.title in writer.get("/kelola/laporan").text


def test_a_foreign_region_or_organiser_finds_nothing(report: Report, as_user: Any, factories: Any) -> None:
    other = factories.workshop()
    for browser in (as_user.observer("31.71"), as_user.observer("61.71.05"), as_user.organiser(other)):
        assert [browser.get(path).status_code for path in paths(report)] == [404] * 4
        assert report.title not in browser.get("/kelola/laporan").text


def test_a_grant_elsewhere_does_not_widen_the_view(report: Report, as_user: Any, factories: Any) -> None:
    account, other = factories.account(), factories.workshop()
    factories.grant(account, Role.PENGAMAT, Scope.REGION, PONTIANAK)
    factories.grant(account, Role.PENYELENGGARA, Scope.ORGANISER, other.organiser_id)
    assert [line[0] for line in lines_of(as_user.account(account), report)] == [PONTIANAK]


def test_nobody_else_gets_in(report: Report, as_user: Any, client: Any, workshop: Any, factories: Any) -> None:
    for browser in (as_user.committee(workshop), as_user.door(workshop), as_user.board_of("organisations:1")):
        assert browser.get("/kelola/laporan").status_code == 403
        assert browser.get(f"/kelola/laporan/{report.id}").status_code == 404
    assert client.get(f"/kelola/laporan/{report.id}").status_code == 302
    assert as_user.ticket(factories.enrolment(workshop=workshop)).get("/kelola/laporan").status_code == 403


def test_only_its_writers_change_a_report(begin: Any, as_user: Any, factories: Any) -> None:
    draft = begin()
    item = services.recommend(report=draft, text="Usul", evidence="", owner="", actor=SYSTEM)
    posts = [f"/kelola/laporan/{draft.id}/{verb}" for verb in ("tulis", "kunci", "versi", "hapus", "rekomendasi")]
    posts += [f"/kelola/laporan/rekomendasi/{item.id}{verb}" for verb in ("", "/hapus", "/jawaban")]
    for browser in (as_user.observer("61"), as_user.organiser(factories.workshop())):
        assert [browser.post(path, data={"title": "Lain", "text": "x"}).status_code for path in posts] == [404] * 8
    assert as_user.observer("61").get("/kelola/laporan/baru").status_code == 403
    db.session.expire_all()
    assert (draft.title, draft.is_frozen, len(draft.recommendations)) == ("Laporan uji", False, 1)


def test_from_begin_to_lock_in_the_browser(as_user: Any, workshop: Any) -> None:
    browser = as_user.organiser(workshop)
    form = {"organiser_id": workshop.organiser_id, "period": "2026-10-01/2026-12-31", "title": ""}
    answer = browser.post("/kelola/laporan/baru", data=form)
    assert answer.status_code == 303
    home = answer.location
    assert "Laporan wilayah, triwulan IV 2026" in browser.get(home).text
    words = {"text": "Lokakarya keliling", "evidence": "Dua wilayah", "owner": "Dinas", "region_code": PONTIANAK}
    assert browser.post(f"{home}/rekomendasi", data=words).status_code == 303
    assert browser.post(f"{home}/tulis", data={"title": "Judul baru", "narrative": "Baris"}).status_code == 303
    page = browser.get(home).text
    assert "Lokakarya keliling" in page
    assert "Kota Pontianak" in page
    item = queries.report_by_id(int(home.rpartition("/")[2])).recommendations[0]
    change = f"/kelola/laporan/rekomendasi/{item.id}"
    assert 'value="Lokakarya keliling"' in browser.get(change).text
    assert browser.post(change, data={**words, "text": "Lokakarya daring"}).status_code == 303
    assert browser.post(f"{home}/kunci").status_code == 303
    page = browser.get(home).text
    assert "Lokakarya daring" in page
    assert "Kunci laporan" not in page
    assert browser.post(change, data=words).status_code == 422
    assert browser.post(f"{home}/versi").location != home
    assert browser.post(f"{home}/versi").location == home  # the second one is told of the draft
    assert browser.post(f"{home}/hapus").location == home
    assert browser.get(home).status_code == 200


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2026-10-31", "2026-10-01", "Hari terakhir sebelum hari pertama"),
        ("2027-01-01", "2027-02-01", "belum mulai"),
        ("", "2026-10-01", "Pilih hari pertama"),
        ("2026-10-01", "", "Pilih hari terakhir"),
        ("31-31-2026", "2026-10-01", "31-31-2026"),
        ("2010-01-01", "2026-10-01", "tiga tahun"),
    ],
)
def test_bad_dates_are_refused_and_kept(as_user: Any, workshop: Any, first: str, last: str, message: str) -> None:
    browser = as_user.organiser(workshop)
    form = {"organiser_id": workshop.organiser_id, "period": "own", "first": first, "last": last, "title": "Judul saya"}
    answer = browser.post("/kelola/laporan/baru", data=form)
    assert answer.status_code == 422
    for kept in (message, "Judul saya", f'value="{last}"' if last else "", f'value="{first}"' if first else ""):
        assert kept in answer.text
    assert queries.reports(visible_to=SYSTEM).items == []


def test_a_period_from_nowhere_or_a_foreign_organiser_is_refused(as_user: Any, workshop: Any, factories: Any) -> None:
    browser, other = as_user.organiser(workshop), factories.workshop()
    good = {"organiser_id": workshop.organiser_id, "period": "own", "first": "2026-10-01", "last": "2026-10-31"}
    for change in ({"period": "x/y"}, {"organiser_id": other.organiser_id}):
        assert browser.post("/kelola/laporan/baru", data={**good, **change}).status_code == 422
    assert browser.post("/kelola/laporan/baru", data=good).status_code == 303


def test_a_missing_source_shows_a_dash(begin: Any, as_user: Any, workshop: Any, with_metrics: Any) -> None:
    report = begin()
    with with_metrics(organisations__total=None, quiz__mean_gain=None):
        browser = as_user.organiser(workshop)
        page = browser.get(f"/kelola/laporan/{report.id}").text
        assert "organisations.total, quiz.mean_gain" in page
        assert page.count('class="q0"') == 3
        line = lines_of(browser, report)[0]
    assert (line[2], line[5], line[9]) == ("", "", "")
    assert line[6] == "0"


def test_the_public_page_tells_no_numbers(report: Report, client: Any) -> None:
    code = report.verify_code or ""
    for typed in (code, code.lower(), f"{code[:5]}-{code[5:]}"):
        page = client.get(f"/laporan/{typed}")
        assert page.status_code == 200
        assert report.title in page.text
        assert "27 November 2026" in page.text
        assert "%" not in page.text.partition("<main")[2]
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_the_public_page_names_a_newer_version(report: Report, client: Any) -> None:
    assert "versi yang lebih baru" not in client.get(f"/laporan/{report.verify_code}").text
    with unit_of_work():
        new = services.next_version(report=report, actor=SYSTEM)
    assert "versi yang lebih baru" not in client.get(f"/laporan/{report.verify_code}").text  # a draft is not one yet
    with unit_of_work():
        services.freeze(report=new, actor=SYSTEM)
    assert "versi yang lebih baru" in client.get(f"/laporan/{report.verify_code}").text
    assert "versi yang lebih baru" not in client.get(f"/laporan/{new.verify_code}").text


def test_wrong_codes_run_out(client: Any, report: Report) -> None:
    answers = [client.get(f"/laporan/ABCDEFGH{number:02}").status_code for number in range(20, 31)]
    assert answers == [404] * 10 + [429]
    assert client.get(f"/laporan/{report.verify_code}").status_code == 429


@needs_poppler
def test_the_paper_carries_the_numbers_of_the_page(report: Report, as_user: Any, workshop: Any) -> None:
    text = text_of(as_user.organiser(workshop).get(f"/kelola/laporan/{report.id}.pdf").data)
    for part in ("Laporan triwulan", "Cakupan 33%", "Usul kabupaten", "Kubu Raya", "Catatan rahasia", "50%", "25%"):
        assert part in text
    assert report.verify_code in text


@needs_poppler
def test_an_extract_on_paper_is_called_one_and_no_code_vouches_for_it(report: Report, as_user: Any) -> None:
    text = text_of(as_user.observer(PONTIANAK).get(f"/kelola/laporan/{report.id}.pdf").data)
    assert "kutipan: Kota Pontianak" in " ".join(text.split())
    for foreign in ("Kubu Raya", "Usul kabupaten", "Catatan rahasia", report.verify_code):
        assert foreign not in text


def test_text_of_people_is_shown_and_never_run(begin: Any, as_user: Any, workshop: Any) -> None:
    canary = '"><img src=x onerror=alert(1)>'
    report = begin(title=canary)
    services.write(report=report, title=canary, narrative=canary, actor=SYSTEM)
    services.recommend(report=report, text=canary, evidence=canary, owner=canary, actor=SYSTEM)
    browser = as_user.organiser(workshop)
    for path in ("/kelola/laporan", f"/kelola/laporan/{report.id}", f"/kelola/laporan/{report.id}/tulis"):
        assert "<img src=x" not in browser.get(path).text


def test_an_observer_lands_on_the_figures_and_reports_of_the_region(report: Report, as_user: Any) -> None:
    page = as_user.observer(KUBU_RAYA).get("/kelola").text
    assert f'href="/kelola/laporan/{report.id}"' in page
    assert "Panti 61.12 0" in page
    assert "Panti 61.71 0" not in page
    assert '<div class="kpi">' in page
    assert "Belum ada lokakarya" not in page


def test_an_observer_without_any_report_is_told_when_there_is_one(as_user: Any, begin: Any) -> None:
    begin()
    page = as_user.observer(SAMBAS).get("/kelola").text
    assert "Laporan uji" not in page
    assert "muncul di sini" in page


def test_who_writes_reports_does_not_get_them_under_the_workshops(report: Report, as_user: Any, workshop: Any) -> None:
    assert report.title not in as_user.organiser(workshop).get("/kelola").text
