"""What a phone loads at its first visit: the page and everything that the page names."""

from __future__ import annotations

import re
from urllib.parse import urldefrag, urljoin

from benchmarks.browser import Browser, accepted
from benchmarks.run import Run
from lms.plugins.checkin.venue import venue_code

_STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_EARLY = re.compile(r'<link rel="(?:modulepreload|prefetch)" href="([^"]+)"')
_SCRIPTS = re.compile(r'<script[^>]* src="([^"]+)"')
_PICTURES = re.compile(r'(?:<use href|<img[^>]* src|<link rel="icon" href)="([^"]+)"')
_IMPORTS = re.compile(r'^import (?:[^"]* from )?"(\./[^"]+)"', re.MULTILINE)
_FONTS = re.compile(r'url\("([^"]+\.woff2[^"]*)"\)')


def measure(run: Run) -> None:
    """Compressed kilobytes on the wire without headers; the one web font is told apart, since text shows without it."""
    hall, ticket = run.hall, run.hall.ticket_cookie(0)
    with hall.app.app_context():
        code = venue_code(hall.big.session_id)
    pages = {
        "public": (f"/lokakarya/{hall.big.slug}", {}, 30),
        "register": (f"/lokakarya/{hall.small.slug}/daftar", {}, 30),
        "ticket": ("/tiket", ticket, 30),
        "check-in": (f"/h/{hall.big.session_id}/{code}", ticket, 15),
        "quiz": (f"/tiket/kuis/{hall.quiz_id}/1", ticket, 25),
        "scanner (with decoder)": ("/pintu", {}, 90),
    }
    for name, (path, cookies, at_most) in pages.items():
        html, rest, fonts, files = _weigh(Browser(run.server.port, cookies), path)
        note = f"HTML {html / 1000:.1f}, {files} files {rest / 1000:.1f}, font {fonts / 1000:.1f} besides"
        run.report.add("weights", f"{name} page, first load", round((html + rest) / 1000, 1), "kB", at_most, note)


def _weigh(browser: Browser, path: str) -> tuple[int, int, int, int]:
    shown = accepted(browser.get(path))
    wanted = [
        urljoin(path, found)
        for pattern in (_STYLES, _EARLY, _SCRIPTS, _PICTURES)
        for found in pattern.findall(shown.text)
    ]
    seen: dict[str, int] = {}
    fonts: dict[str, int] = {}
    for address in wanted:
        name = urldefrag(address)[0]
        if name in seen or not name.startswith("/") or name == path:  # an icon that the page carries itself
            continue
        file = accepted(browser.get(name))
        seen[name] = file.sent
        if ".js" in name:
            wanted += [urljoin(name, found) for found in _IMPORTS.findall(file.text)]
        if ".css" in name:
            for font in _FONTS.findall(file.text):
                fonts[font] = accepted(browser.get(urljoin(name, font))).sent
    browser.close()
    return shown.sent, sum(seen.values()), sum(fonts.values()), len(seen)
