"""What every page must pass in a browser: axe, no sideways scroll, a quiet console, one heading, a language."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Every width and every scheme is checked with all rules once, and the other two pairs with those that look at colours:
# nothing else can differ between schemes.
ALL, COLOURS = {"type": "tag", "values": TAGS}, {"type": "rule", "values": ("color-contrast", "link-in-text-block")}
VIEWS: tuple[tuple[int, Literal["light", "dark"], dict[str, Any]], ...] = (
    (360, "light", ALL),
    (360, "dark", COLOURS),
    (1280, "dark", ALL),
    (1280, "light", COLOURS),
)
# Colours fade into a new scheme: axe looks when they have arrived.
_RUN = """async (rules) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const motion of document.getAnimations()) if (motion instanceof CSSTransition) motion.finish();
  const found = await axe.run(document, {
    runOnly: rules, resultTypes: ["violations"], iframes: false,
  });
  return found.violations.map((rule) =>
    rule.id + ": " + rule.nodes.map((node) => node.target.join(" ") + " " + node.html.slice(0, 160)).join(" | "));
}"""
# What reaches past the right edge, and is not inside a box that scrolls by itself.
_WIDE = """() => {
  const edge = document.documentElement.clientWidth, found = [];
  const over = document.documentElement.scrollWidth - edge;
  if (over > 0) found.push("the page, by " + over);
  const contains = (box) => /auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX);
  const isInside = (box) => box && (contains(box) || isInside(box.parentElement));
  for (const box of document.body.querySelectorAll("*")) {
    const place = box.getBoundingClientRect();
    const isOver = place.width > 1 && place.right > edge + 1 && place.left < edge;
    if (isOver && box.checkVisibility() && !box.closest(".vh, svg") && !isInside(box.parentElement))
      found.push(box.tagName + "." + box.getAttribute("class") + " ends at " + Math.round(place.right));
  }
  for (const table of document.querySelectorAll(".table-stack")) {
    const isCards = getComputedStyle(table.querySelector("tr:last-child")).display === "block";
    if (isCards && table.parentElement.scrollWidth > table.parentElement.clientWidth + 1)
      found.push("the cards of a table");
  }
  return found.slice(0, 4);
}"""
_HEADINGS = """() => [...document.querySelectorAll("h1")].filter((h) => h.checkVisibility()).length"""
_CLIPPED = """() => {
  const texts = [...document.querySelectorAll("main :is(button, a, th, td, dt, dd, label, p, h1, h2, h3, span, li)")];
  const isCut = (box) => /hidden|clip/.test(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1;
  return texts.filter((box) => isCut(box) && !box.closest(".vh, .skip")).slice(0, 4)
    .map((box) => box.tagName + "." + box.className + " " + box.textContent.trim().slice(0, 40));
}"""
_OWN_FORM = """() => {
  const forms = [...document.querySelectorAll("main form[method=post]")];
  const own = forms.find((form) => new URL(form.action).pathname === location.pathname);
  if (!own) return false;
  own.noValidate = true;
  own.dataset.sentByTest = "";
  return true;
}"""
_POLICY = """document.addEventListener("securitypolicyviolation", (event) => {
  console.error("policy: " + event.violatedDirective + " " + event.blockedURI);
});"""


def wait_until(page: Page, question: str, *, seconds: float = 20) -> None:
    """Ask the page until the answer is yes; Playwright's `wait_for_function` takes a promise itself for a yes."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(question):
        assert time.monotonic() < deadline, f"{page.url}: never so: {question}"
        page.wait_for_timeout(50)


class Visitor:
    """One browser that opens page after page and keeps what it complained about."""

    def __init__(self, browser: Browser, cookie: Any = None, *, language: str = "id") -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 360, "height": 800},
            locale="id-ID",
            timezone_id="Asia/Pontianak",
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(_POLICY)
        if cookie:
            self.context.add_cookies([cookie])
        self.language = language
        self.faults: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def open(self, url: str, *, status: int = 200) -> None:
        """Go there; a status other than the expected one is a fault."""
        answer = self.page.goto(url)
        self._expect(answer, status)

    def send(self, *, status: int) -> None:
        """Send the page's own form as it stands, past the browser's own checks."""
        if not self.page.evaluate(_OWN_FORM):
            self.faults.append("no form of its own")
            return
        press = "document.querySelector('[data-sent-by-test]').requestSubmit()"
        if self.page.locator("[data-sent-by-test][data-keep]").count():  # a script sends it and shows the answer
            with self.page.expect_response(lambda answer: answer.request.method == "POST") as coming:
                self.page.evaluate(press)
            self._expect(coming.value, status)
            self.page.locator("[data-sent-by-test]").wait_for(state="detached")
            self.faults = [fault for fault in self.faults if not fault.startswith(f"{status} for ")]
            return
        with self.page.expect_navigation() as going:
            self.page.evaluate(press)
        self._expect(going.value, status)

    def _expect(self, answer: Response | None, status: int) -> None:
        if answer is None or answer.status != status:
            self.faults.append(f"answered {answer and answer.status} instead of {status}")

    def look(self) -> list[str]:
        """Check the open page in both widths and schemes; returns and forgets the faults."""
        page = self.page
        headings, language = page.evaluate(_HEADINGS), page.evaluate("document.documentElement.lang")
        if headings != 1:
            self.faults.append(f"{headings} h1")
        if language != self.language:
            self.faults.append(f"lang={language!r}")
        page.evaluate(AXE)
        for width, scheme, rules in VIEWS:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            if rules is ALL:
                self._measure(width)
            self.faults += [f"{width} {scheme}: {fault}" for fault in page.evaluate(_RUN, rules)]
        found, self.faults = self.faults, []
        return found

    def _measure(self, width: int) -> None:
        for fault in self.page.evaluate(_WIDE):
            self.faults.append(f"{width}: too wide: {fault}")
        for fault in self.page.evaluate(_CLIPPED):
            self.faults.append(f"{width}: cut off: {fault}")

    def close(self) -> None:
        self.context.close()

    def _console(self, message: ConsoleMessage) -> None:
        is_own_status = "Failed to load resource" in message.text and message.location.get("url") == self.page.url
        if message.type == "error" and not is_own_status:
            self.faults.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # that is what we left behind when we went on
            self.faults.append(f"request failed: {request.url} {request.failure}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400 and not answer.request.is_navigation_request():
            self.faults.append(f"{answer.status} for {answer.url}")
