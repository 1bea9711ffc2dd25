"""A real browser that can be killed: Chromium as a process of its own, driven through its debugging port."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright, sync_playwright

PROGRAM = "chromium"
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--no-first-run")
_START = 20.0  # seconds


@dataclass
class Chromium:
    """One phone's browser; its folder outlives it, as storage outlives a browser that the system has ended."""

    driver: Playwright
    folder: Path
    cookies: dict[str, str]
    url: str
    process: subprocess.Popen[bytes] | None = None

    def open(self) -> BrowserContext:
        """Start it, with the cookies of the ticket."""
        port_file = self.folder / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        command = [PROGRAM, *_FLAGS, f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        end = time.monotonic() + _START
        while not (port_file.exists() and port_file.read_text().strip()):
            if time.monotonic() > end:
                raise RuntimeError("the browser did not start")
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        context = self.driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in self.cookies.items()])
        return context

    def kill(self) -> None:
        """SIGKILL the browser and all of its processes."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def driver() -> Iterator[Playwright]:
    """What drives browsers."""
    with sync_playwright() as started:
        yield started
