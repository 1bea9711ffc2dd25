"""The designer of certificates in a real browser, C20: mouse, keyboard, snapping, undo, files and versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from lms.app import create_app
from lms.config import Settings
from lms.core.accounts import sessions
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM, Role, Scope
from lms.plugins.certificates import templates
from lms.plugins.certificates.design.model import Design, Drawing, QrCode, Text
from lms.plugins.certificates.design.model import Page as Side
from lms.testing import factories
from tests.browser.checks import AXE, TAGS
from tests.browser.server import Installation

pytestmark = pytest.mark.browser


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A site with one organiser, an account that designs, and the design that is worked on."""

    url: str
    template_id: int
    cookie: dict[str, str]

    @property
    def page(self) -> str:
        return f"{self.url}/kelola/rancangan/{self.template_id}"


def plain_design() -> Design:
    """A name at 50 mm, a line at 30 mm, a QR code, and a locked frame around it all."""
    frame = Drawing(id="bingkai", x=0, y=0, w=297, h=210, ornament="frame-line", is_locked=True)
    name = Text(id="nama", kind="name", content="{nama_gelar}", x=50, y=60, w=100, h=20, size=24, min_size=12)
    line = Text(id="baris", content="{lokakarya}", x=30, y=120, w=80, h=10)
    return Design(front=Side(elements=(frame, name, line, QrCode(id="qr", x=20, y=160, w=30, h=30))))


def cookie_of(app: Flask, url: str, key: str) -> dict[str, str]:
    """What makes a browser the one that is signed in with this key."""
    client = app.test_client()
    with client.session_transaction(base_url=url) as kept:
        kept["_user_id"], kept["_fresh"], kept["_permanent"] = key, True, True
    name = app.config["SESSION_COOKIE_NAME"]
    found = client.get_cookie(name, domain="127.0.0.1")
    assert found is not None
    return {"name": name, "value": found.value, "url": url}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")
    installation = Installation(folder, {})
    installation.set_clock(datetime.now(UTC))
    installation.run("db", "upgrade")
    app = create_app(Settings.from_env(installation.environment, data_dir=folder))
    with app.app_context():
        with unit_of_work():
            factories.load_test_regions()
            organiser = factories.organiser()
            account = factories.account()
            factories.grant(account, Role.PENYELENGGARA, Scope.ORGANISER, organiser.id)
            made = templates.create(organiser_id=organiser.id, name="Uji", design=plain_design(), actor=SYSTEM)
            key = sessions.open_session(account_id=account.id)
        template_id, cookie = made.id, cookie_of(app, installation.url, key)
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    installation.start()
    yield Studio(url=installation.url, template_id=template_id, cookie=cookie)
    installation.stop()


@pytest.fixture
def page(window: Callable[..., BrowserContext], studio: Studio) -> Page:
    """The designer, opened afresh by somebody who is signed in."""
    context = window(width=1280)
    context.add_cookies([studio.cookie])  # type: ignore[list-item]
    opened = context.new_page()
    open_designer(opened, studio)
    return opened


def open_designer(page: Page, studio: Studio) -> None:
    page.goto(studio.page)
    page.locator("[data-id=nama][role=option]").wait_for()


def box_of(page: Page, element: str) -> dict[str, float]:
    """Where an element is, in mm, as the inspector says."""
    page.locator(f"[data-layer={element}] [data-layer-pick]").click()
    read = lambda name: float(page.input_value(f"#f-{name}").replace(",", "."))  # noqa: E731 -- one line is enough
    return {name: read(name) for name in ("x", "y", "w", "h")}


def drag(page: Page, start: tuple[float, float], by: tuple[float, float], *, keys: str = "") -> None:
    """Press at a place of the page (mm), move so many mm in steps, and let go."""
    canvas = page.locator("[data-canvas]")
    canvas.scroll_into_view_if_needed()
    area = canvas.bounding_box()
    assert area is not None
    scale = area["width"] / 297
    x, y = area["x"] + start[0] * scale, area["y"] + start[1] * scale
    if keys:
        page.keyboard.down(keys)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0] * scale / 2, y + by[1] * scale / 2)
    page.mouse.move(x + by[0] * scale, y + by[1] * scale)
    page.mouse.up()
    if keys:
        page.keyboard.up(keys)


def test_c20_an_element_is_moved_and_pulled_by_mouse_and_undone(page: Page) -> None:
    before = box_of(page, "baris")
    drag(page, (70, 125), (20, -12), keys="Alt")
    moved = box_of(page, "baris")
    assert (moved["x"], moved["y"]) == pytest.approx((before["x"] + 20, before["y"] - 12), abs=0.3)
    assert (moved["w"], moved["h"]) == (before["w"], before["h"])
    drag(page, (moved["x"] + moved["w"], moved["y"] + moved["h"]), (15, 6), keys="Alt")
    pulled = box_of(page, "baris")
    assert (pulled["w"], pulled["h"]) == pytest.approx((before["w"] + 15, before["h"] + 6), abs=0.3)
    assert (pulled["x"], pulled["y"]) == (moved["x"], moved["y"])
    page.locator("[data-undo]").click()
    assert box_of(page, "baris") == moved
    page.locator("[data-undo]").click()
    assert box_of(page, "baris") == before
    page.locator("[data-redo]").click()
    assert box_of(page, "baris") == moved


def test_c20_arrows_move_by_one_and_five_millimetres_and_sixty_steps_can_be_undone(page: Page) -> None:
    before = box_of(page, "baris")
    page.locator("[data-id=baris]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    moved = box_of(page, "baris")
    assert (moved["x"], moved["y"]) == (before["x"] + 6, before["y"] + 1)
    expect(page.locator("[data-said]")).to_contain_text("kiri 36, atas 121")
    page.locator("[data-id=baris]").focus()
    for _ in range(57):
        page.keyboard.press("ArrowDown")
    for _ in range(60):
        page.keyboard.press("Control+z")
    assert box_of(page, "baris") == before
    expect(page.locator("[data-undo]")).to_be_disabled()


def test_c20_a_dragged_element_snaps_to_the_middle_of_the_page_unless_alt_is_held(page: Page) -> None:
    box_of(page, "nama")
    drag(page, (100, 70), (47.4, 0))
    assert box_of(page, "nama")["x"] == pytest.approx(98.5, abs=0.05)  # the middle at 148.5
    page.locator("[data-undo]").click()
    box_of(page, "nama")
    drag(page, (100, 70), (47.4, 0), keys="Alt")
    assert box_of(page, "nama")["x"] == pytest.approx(97.4, abs=0.3)


def test_c20_layers_are_lifted_locked_doubled_and_deleted(page: Page) -> None:
    order = lambda: page.locator("[data-layers] > li").evaluate_all("rows => rows.map((row) => row.dataset.layer)")  # noqa: E731
    assert order() == ["qr", "baris", "nama", "bingkai"]
    page.locator("[data-layer=nama] [data-layer-deed=up]").click()
    assert order() == ["qr", "nama", "baris", "bingkai"]
    page.locator("[data-layer=baris] [data-layer-pick]").click()
    page.locator("[data-id=baris]").focus()
    page.keyboard.press("Control+d")
    assert order() == ["text-1", "qr", "nama", "baris", "bingkai"]
    page.keyboard.press("Delete")
    assert order() == ["qr", "nama", "baris", "bingkai"]
    page.locator("[data-gone-undo]").click()
    assert order() == ["text-1", "qr", "nama", "baris", "bingkai"]
    page.locator("[data-layer=nama] [data-layer-deed=remove]").click()
    expect(page.locator("[data-gone]")).to_contain_text("Nama tidak dapat dihapus")
    page.locator("[data-layer=baris] [data-layer-deed=lock]").click()
    page.locator("[data-id=baris]").focus()
    page.keyboard.press("ArrowRight")
    assert box_of(page, "baris")["x"] == 30


def test_c20_fields_change_font_size_colour_and_alignment(page: Page) -> None:
    box_of(page, "baris")
    text = page.locator("[data-art=baris] text").first
    page.fill("#f-size", "12,5")
    page.select_option("#f-font", "serif")
    page.select_option("#f-weight", "800")
    page.fill("#f-element-colour", "#a11f3b")
    page.locator("[name=align][value=right]").check(force=True)
    expect(text).to_have_attribute("fill", "#a11f3b")
    expect(text).to_have_attribute("text-anchor", "end")
    expect(text).to_have_attribute("font-weight", "800")
    assert "serif" in (text.get_attribute("font-family") or "")
    page.fill("#f-x", "seribu")
    expect(page.locator("#f-x")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#f-x-error")).to_be_visible()
    assert page.locator("[data-id=baris]").get_attribute("transform") == "translate(30 120)"


def test_c20_a_save_makes_a_version_that_a_reload_shows_and_a_rival_is_told(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    picture = tmp_path / "latar.png"
    Image.new("RGB", (594, 420), "#dfecec").save(picture)
    page.locator("[data-pick-page]").click()
    page.set_input_files("[data-asset-file]", picture)
    expect(page.locator("[data-background]")).to_have_attribute("href", re.compile(r"/gambar/[0-9a-f]{64}$"))
    rival = page.context.new_page()
    open_designer(rival, studio)
    page.locator("[data-id=baris]").focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-sync]")).to_contain_text("Belum disimpan")
    page.keyboard.press("Control+s")
    expect(page.locator("p[data-version]")).to_have_text("Versi 2")
    expect(page.locator("[data-sync]")).to_contain_text(re.compile(r"Tersimpan \d\d\.\d\d"))
    open_designer(page, studio)
    assert box_of(page, "baris")["y"] == 125
    expect(page.locator("[data-background]")).to_have_attribute("href", re.compile(r"/gambar/[0-9a-f]{64}$"))
    expect(page.locator("[data-proof]")).to_have_attribute("src", re.compile("^blob:"))
    rival.locator("[data-id=baris]").focus()
    rival.keyboard.press("ArrowLeft")
    rival.locator("[data-save]").click()
    expect(rival.locator("div[data-conflict]")).to_be_visible()
    rival.locator("[data-conflict-over]").click()
    expect(rival.locator("p[data-version]")).to_have_text("Versi 3")
    page.goto(f"{studio.page}?versi=1")
    expect(page.locator("[data-sync]")).to_contain_text("Belum disimpan")
    assert box_of(page, "baris")["y"] == 120
    page.keyboard.press("Control+s")
    expect(page.locator("p[data-version]")).to_have_text("Versi 4")


def test_c20_unsaved_work_is_offered_again_and_a_refusal_names_the_element(page: Page, studio: Studio) -> None:
    page.locator("[data-id=baris]").focus()
    before = box_of(page, "baris")
    page.locator("[data-id=baris]").focus()
    page.keyboard.press("Shift+ArrowRight")
    open_designer(page, studio)
    expect(page.locator("div[data-draft]")).to_be_visible()
    page.locator("[data-draft-take]").click()
    assert box_of(page, "baris")["x"] == before["x"] + 5
    page.route(
        "**/simpan",
        lambda route: route.continue_(post_data=(route.request.post_data or "").replace('"#16262b"', '"merah"', 1)),
    )
    page.keyboard.press("Control+s")
    expect(page.locator("[data-faults]")).to_contain_text("Warna")
    page.unroute("**/simpan")
    page.locator("[data-fault-list] button").first.click()
    expect(page.locator("[data-title]")).to_have_text("Nama penerima")


def test_the_designer_has_no_barrier_and_fits_a_phone(page: Page) -> None:
    page.evaluate(AXE)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        found: Any = page.evaluate(_RUN, {"type": "tag", "values": list(TAGS)})
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


_RUN = """async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations
  .map((rule) => rule.id + ": " + rule.nodes.map((node) => node.target.join(" ")).join(" | "))"""
