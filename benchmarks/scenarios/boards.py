"""Two hundred open boards while people come in: what they cost, how late they are, and what streams would take."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import processes
from benchmarks.browser import Browser, loop, verdict_of
from benchmarks.figures import percentile
from benchmarks.run import Run, page, told
from lms.testing.servers import free_port

BOARDS, PAUSE, SCANS = 200, 1.6, 5  # boards, seconds between two questions of one (as board.js), scans a second
STALE = 3.0  # seconds
_HANDS, _MOST_STREAMS = 24, 64
_PRESENT = re.compile(r'<dd class="text-ok">(\d+)</dd>')
_STREAMS = Path(__file__).resolve().parents[1] / "streams"


@dataclass
class Seen:
    """What all boards and doors saw, in seconds of `time.perf_counter`."""

    first: int
    acknowledged: list[float] = field(default_factory=list)  # of each scan, in order
    shown: list[list[tuple[float, int]]] = field(default_factory=lambda: [[] for _board in range(BOARDS)])
    fresh: int = 0
    unchanged: int = 0

    def lags(self) -> list[float]:
        """For each scan and board the seconds until that board showed it; scans of the last seconds are left out."""
        end = max((shown[-1][0] for shown in self.shown if shown), default=0.0)
        found = []
        for place, moment in enumerate(self.acknowledged, start=1):
            if moment < end - PAUSE - STALE:
                for shown in self.shown:
                    when = next((at for at, count in shown if count >= self.first + place), end)
                    found.append(when - moment)
        return found


def measure(run: Run) -> None:
    """CPU and waiting of boards that ask with the tag they have, while a door scans; and server-sent events beside."""
    seconds = 12.0 if run.quick else 30.0
    address = f"/kelola/lokakarya/{run.hall.big.workshop_id}/kehadiran/langsung?sesi={run.hall.big.session_id}"
    boards = [Browser(run.server.port, run.hall.staff_cookie()) for _board in range(BOARDS)]
    tags = ['"none"'] * BOARDS  # the page that holds the board came with a tag
    first = boards[0].get(address, {"If-None-Match": tags[0]}).text
    seen = Seen(first=_present(first))

    def ask(number: int, _hand: int) -> list[float]:
        board = number % BOARDS
        answer = boards[board].get(address, {"If-None-Match": tags[board]})
        if answer.status not in {200, 304}:
            raise ValueError(f"status {answer.status}")
        tags[board] = answer.headers.get("etag", tags[board])
        if answer.status == 200:
            seen.fresh += 1
            seen.shown[board].append((time.perf_counter(), _present(answer.text)))
        else:
            seen.unchanged += 1
        return [answer.ms]

    count = int(BOARDS * seconds / PAUSE)
    due = [number * PAUSE / BOARDS for number in range(count)]
    started, begun = run.server.cpu_ms(), time.perf_counter()
    door = threading.Thread(target=_scan, args=(run, seen, seconds - 1), daemon=True)
    door.start()
    outcome = loop(count, ask, threads=_HANDS, seconds=seconds + 10, due=due)
    share = (run.server.cpu_ms() - started) / 10 / (time.perf_counter() - begun)
    door.join(20)
    for browser in boards:
        browser.close()
    lags, add = seen.lags(), run.report.add
    note = f"{seen.fresh} new pages, {seen.unchanged} unchanged, {len(seen.acknowledged)} scans"
    add("boards", f"{BOARDS} boards: CPU of all processes", round(share, 1), "%", None, note)
    add("boards", "answer to a board: p95", percentile(outcome.ms, 95), "ms")
    add("boards", "boards refused or failed", count - len(outcome.ms), "", 0, told(outcome))
    add("boards", "from a scan to the board: p95", percentile(lags, 95), "s")
    add("boards", "from a scan to the board: longest", max(lags, default=0.0), "s", STALE)
    _compare(run)


def _present(html: str) -> int:
    found = _PRESENT.search(html)
    if found is None:
        raise ValueError("this is no board")
    return int(found[1])


def _scan(run: Run, seen: Seen, seconds: float) -> None:
    """A door that lets people in at an even pace."""
    hall, left = run.hall, range(run.first_on_boards, len(run.hall.big.people))
    path = f"/kelola/lokakarya/{hall.big.workshop_id}/presensi/pemindai?sesi={hall.big.session_id}"
    browser, shown = page(run, path, hall.staff_cookie())
    csrf, begun = shown.field("csrf_token"), time.perf_counter()
    for number, participant in enumerate(left[: int(seconds * SCANS)]):
        time.sleep(max(0.0, begun + number / SCANS - time.perf_counter()))
        form = {"code": hall.badge(participant), "client_id": uuid.uuid4().hex, "csrf_token": csrf}
        verdict_of(browser.post(path, form, as_json=True))
        seen.acknowledged.append(time.perf_counter())
    browser.close()


def _compare(run: Run) -> None:
    """How many server-sent streams the same server holds before it answers nobody else: a board each, for its life."""
    port = free_port()
    environ = {"PYTHONPATH": os.pathsep.join([str(_STREAMS), os.environ.get("PYTHONPATH", "")])}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        with processes.serve(processes.lms_serve(port), port=port, environ=environ, log=log):
            held = _hold(port)
    run.report.add("boards", "server-sent streams until nobody else is answered", held, "", None, "2 x 8 threads")


def _hold(port: int) -> int:
    with contextlib.ExitStack() as stack:
        for number in range(_MOST_STREAMS):
            if not _is_answered(port):
                return number
            stream = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            stack.callback(stream.close)
            with contextlib.suppress(OSError, http.client.HTTPException):
                stream.request("GET", "/aliran")
                stream.getresponse().fp.readline()
        return _MOST_STREAMS


def _is_answered(port: int) -> bool:
    """Whether any of a few visitors gets an answer within two seconds."""
    for _visitor in range(4):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            continue
        finally:
            connection.close()
    return False
