"""Every page of the app, as the person whose page it is, in a real browser: accessible, whole, light and quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lms.kernel.clock import freeze
from lms.kernel.permissions import Role
from lms.plugins.checkin.venue import venue_code
from tests.browser import markup
from tests.browser.checks import Visitor
from tests.browser.conftest import ARTIFACTS
from tests.browser.demo_site import ANYBODY, DemoSite, Visit, demo_site
from tests.browser.states import states

pytestmark = pytest.mark.browser
# In how many tests the pages of one role are visited, so that two workers get equal shares.
SHARES = {
    ANYBODY: 3,
    Role.PESERTA: 3,
    Role.NARASUMBER: 1,
    Role.PETUGAS: 1,
    Role.PANITIA: 1,
    Role.PENGURUS: 1,
    Role.PENGAMAT: 1,
    Role.PUSAT: 2,
    Role.PENYELENGGARA: 6,
}
GROUPS = [
    pytest.param(str(role), part, id=f"{role}-{part + 1}") for role, parts in SHARES.items() for part in range(parts)
]
LIGHT = 30_000  # bytes of a participant's first load, as sent, without the font
# Participants' pages: name, whose, endpoint or path.
LIGHT_PAGES = (
    ("public page", "workshops.public"),
    ("registration", "enrolments.register"),
    ("ticket", "enrolments.ticket"),
    ("check-in", "checkin.scan"),
    ("check-in by code", "checkin.typed"),
    ("quiz", "quiz.answer"),
    ("quiz result", "quiz.result"),
    ("evaluation", "quiz.evaluate"),
    ("plan", "followup.mine"),
    ("materials", "materials.mine"),
    ("certificate", "certificates.own"),
    ("verification", "certificates.verify"),
)
# Texts of the demo's data that are also Indonesian words of the catalogues.
DATA = {"Lokakarya", "Tes awal (pre-test)", "Tes akhir (post-test)", "Evaluasi penyelenggaraan", "Panitia", "Ketua"}
SAMPLE = (
    "dashboard.home",
    "enrolments.register",
    "enrolments.ticket",
    "quiz.answer",
    "dashboard.manage",
    "workshops.show",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    with demo_site(tmp_path_factory.mktemp("pages")) as loaded:
        loaded.visits += states(loaded)
        yield loaded


@pytest.fixture
def visitor(site: DemoSite, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """A browser of somebody's own; the server's clock starts anew."""
    opened: dict[str, Visitor] = {}

    def of(who: str, **options: Any) -> Visitor:
        if who not in opened:
            opened[who] = Visitor(browser, site.cookie(who), **options)
        return opened[who]

    site.installation.set_clock(site.moment)
    yield of
    for one in opened.values():
        one.close()


def _role(visit: Visit) -> str:
    return visit.who.partition("@")[0]


def test_every_route_is_a_page_that_is_visited_or_a_download(site: DemoSite) -> None:
    assert (site.unseen, site.broken) == (set(), set())
    assert {_role(visit) for visit in site.visits} == {str(role) for role in SHARES}
    assert len({visit.endpoint for visit in site.visits}) > 85
    assert len(site.visits) > 170


@pytest.mark.parametrize(("role", "part"), GROUPS)
def test_every_page_passes_in_the_browser(
    site: DemoSite, visitor: Callable[..., Visitor], role: str, part: int
) -> None:
    pages = [visit for visit in site.visits if _role(visit) == role][part :: SHARES[role]]
    faults = []
    for visit in pages:
        if visit.endpoint == "checkin.scan":  # its address holds the code of the moment
            site.installation.set_clock(site.moment)
        window = visitor(visit.who)
        window.open(site.url + visit.path, status=200 if visit.sends else visit.status)
        if visit.sends:
            window.send(status=visit.status)
        faults += [f"{visit.title}: {fault}" for fault in window.look()]
    assert pages
    assert not faults, "\n".join(faults)


def test_the_pages_of_a_check_in_pass(site: DemoSite, visitor: Callable[..., Visitor]) -> None:
    scan = next(visit for visit in site.visits if visit.endpoint == "checkin.scan")
    window, faults = visitor("peserta@now"), []
    for _time in ("first", "again"):
        site.installation.set_clock(site.moment)
        window.open(site.url + scan.path)
        faults += window.look()
        window.page.get_by_role("button", name="Hadir").click()
        expect(window.page.get_by_role("heading", level=1)).to_contain_text("tercatat")
        faults += window.look()
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("sudah tercatat")
    assert not faults, "\n".join(faults)


def test_an_open_board_follows_the_door_and_says_when_it_has_no_signal(
    site: DemoSite, visitor: Callable[..., Visitor]
) -> None:
    board = next(visit for visit in site.visits if visit.endpoint == "attendance.index")
    page = visitor(str(Role.PANITIA)).page
    page.goto(site.url + board.path)
    missing = page.locator(".kpi", has_text="Belum datang").locator("dd").first
    before = int(missing.inner_text())
    desk = page.context.new_page()
    desk.goto(site.url + str(page.locator(".who .is-out a").first.get_attribute("href")))
    desk.get_by_role("radio", name="Sakit").check()
    desk.get_by_role("button", name="Catat").click()
    expect(missing).to_have_text(str(before - 1), timeout=5_000)
    page.context.set_offline(True)
    expect(page.locator("[data-lost]")).to_be_visible(timeout=5_000)
    expect(page.locator("[data-live]")).to_be_hidden()


def test_english_pages_pass_in_the_browser(site: DemoSite, visitor: Callable[..., Visitor]) -> None:
    faults = []
    for visit in [visit for visit in site.visits if visit.endpoint in SAMPLE and not visit.sends]:
        window = visitor(visit.who, language="en")
        window.page.goto(f"{site.url}/bahasa/en")
        window.open(site.url + visit.path)
        faults += [f"{visit.title}: {fault}" for fault in window.look()]
    assert not faults, "\n".join(faults)


def test_every_page_is_valid_html_in_indonesian(site: DemoSite) -> None:
    foreign, faults = markup.foreign_words("id"), []
    for visit in site.visits:
        answer = site.fetch(visit)
        found = markup.faults_of(answer.text)
        found += [f"in English: {text}" for text in markup.words_of(answer.text) & foreign.keys()]
        if answer.status_code != visit.status:
            found.append(f"answered {answer.status_code}")
        faults += [f"{visit.title}: {fault}" for fault in found if "/_patterns" not in visit.path]
    assert not faults, "\n".join(faults)


def test_english_pages_are_in_english(site: DemoSite) -> None:
    foreign, faults = markup.foreign_words("en"), []
    for visit in [visit for visit in site.visits if visit.endpoint in SAMPLE]:
        site.clients[visit.who].get("/bahasa/en", base_url=site.url)
        answer = site.fetch(visit)
        site.clients[visit.who].get("/bahasa/id", base_url=site.url)
        found = (markup.words_of(answer.text) & foreign.keys()) - DATA
        faults += [f"{visit.title}: in Indonesian: {text}" for text in found]
        assert '<html lang="en"' in answer.text
    assert not faults, "\n".join(faults)


def test_participants_pages_are_light(site: DemoSite, browser: Browser) -> None:
    site.installation.set_clock(site.moment)
    lines, heavy = ["page, bytes as sent, bytes of the font"], []
    for name, endpoint in LIGHT_PAGES:
        visit = next(visit for visit in site.visits if visit.endpoint == endpoint)
        page_bytes, font_bytes = _weight(browser, site, visit)
        lines.append(f"{name}, {page_bytes}, {font_bytes}")
        if page_bytes > LIGHT:
            heavy.append(lines[-1])
    ARTIFACTS.mkdir(exist_ok=True)
    (ARTIFACTS / "weights.csv").write_text("\n".join(lines) + "\n")
    assert not heavy, "\n".join(heavy)


def _weight(browser: Browser, site: DemoSite, visit: Visit) -> tuple[int, int]:
    """Bytes of a first load in an empty browser: all but the font, and the font."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    cookie = site.cookie(visit.who)
    if cookie:
        context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    sizes: Counter[bool] = Counter()
    requests: list[Any] = []
    page.on("requestfinished", lambda request: requests.append(request))
    page.goto(site.url + visit.path, wait_until="networkidle")
    for request in requests:
        sizes[request.resource_type == "font"] += request.sizes()["responseBodySize"]
    assert sizes[False] > 10_000, "the first load was not measured"
    context.close()
    return sizes[False], sizes[True]


def test_registration_works_without_javascript(site: DemoSite, window: Callable[..., BrowserContext]) -> None:
    visit = next(v for v in site.visits if v.path.endswith("/daftar") and v.endpoint == "" and v.status == 200)
    page: Page = window(width=360, java_script_enabled=False).new_page()
    page.goto(site.url + visit.path)
    page.fill("[name=full_name]", "Margareta Ayu")
    page.fill("[name=phone]", "0812 0000 0391")
    page.fill("[name=affiliation]", "LKSA Tunas Enggang")
    page.fill("[name=position]", "Pengasuh")
    page.check("[name=gender] >> nth=0")
    page.check("[name=consent]")
    page.click("main form button[type=submit], main form button:not([type])")
    page.wait_for_url("**/tiket")
    expect(page.locator("svg.qr")).to_be_visible()
    assert "Margareta Ayu" in page.inner_text("main")


def test_the_venue_code_of_the_moment_is_in_the_address(site: DemoSite) -> None:
    visit = next(visit for visit in site.visits if visit.endpoint == "checkin.scan")
    session_id, code = visit.path.split("/")[2:]
    with site.app.app_context(), freeze(site.moment):
        assert venue_code(int(session_id)) == code
