"""A small browser for load: one connection, its own cookies, and bounded loops over many of them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

_TIMEOUT = 15.0  # seconds of one request


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server sent; `sent` is its size on the wire without headers, `ms` the time to the last byte."""

    status: int
    body: bytes
    sent: int
    ms: float
    location: str = ""

    @property
    def text(self) -> str:
        return self.body.decode()

    def field(self, name: str) -> str:
        """The value of the first form field `name`; raises LookupError."""
        tag = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', self.text)
        value = re.search(r'\bvalue="([^"]*)"', tag[0]) if tag else None
        if value is None:
            raise LookupError(f"status {self.status} has no form field {name}")
        return unescape(value[1])


class Browser:
    """One phone or computer: keep-alive, cookies, gzip."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        self.cookies = dict(cookies or {})
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, form: dict[str, str], *, as_json: bool = False) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if as_json:
            headers["Accept"] = "application/json"
        return self._ask("POST", path, urlencode(form).encode(), headers)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "id", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        data = response.read()
        ms = (time.perf_counter() - started) * 1000
        self._keep(response)
        plain = gzip.decompress(data) if response.getheader("Content-Encoding") == "gzip" else data
        location = response.getheader("Location") or ""
        return Answer(status=response.status, body=plain, sent=len(data), ms=ms, location=location)

    def _keep(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


@dataclass
class Outcome:
    """What a loop saw: latencies, refusals by reason, and how many were left when its time was over."""

    ms: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unsent: int = 0
    seconds: float = 0.0


Step = Callable[[int, int], list[float]]  # (number of the piece of work, number of the thread) -> latencies


def loop(count: int, step: Step, *, threads: int, seconds: float, due: Sequence[float] | None = None) -> Outcome:
    """Do `step` for 0 .. count-1 in `threads` threads, at most `seconds` long; then stop, whatever is left.

    With `due`, piece n is not begun before `due[n]` seconds after the start (an open loop), else as fast as the
    answers come. A step raises an exception for an answer that it does not accept.
    """
    outcome, lock, queue = Outcome(), threading.Lock(), iter(range(count))
    started = time.perf_counter()

    def work(thread: int) -> None:
        while True:
            with lock:
                number = next(queue, None) if time.perf_counter() - started < seconds else None
            if number is None:
                return
            if due is not None:
                time.sleep(max(0.0, started + due[number] - time.perf_counter()))
            try:
                found, wrong = step(number, thread), ""
            except Exception as error:  # noqa: BLE001 -- a broken connection is a refusal too
                found, wrong = [], f"{type(error).__name__}: {error}"
            with lock:
                outcome.ms += found
                outcome.refused += [wrong] if wrong else []

    hands = [threading.Thread(target=work, args=(thread,), daemon=True) for thread in range(threads)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(max(0.1, started + seconds + 2 * _TIMEOUT - time.perf_counter()))
    outcome.seconds = time.perf_counter() - started
    outcome.unsent = sum(1 for _left in queue)
    return outcome


def accepted(answer: Answer, status: int = 200) -> Answer:
    """The answer; raises ValueError for another status."""
    if answer.status != status:
        raise ValueError(f"status {answer.status}: {answer.text[:120]!r}")
    return answer


def verdict_of(answer: Answer) -> dict[str, Any]:
    """The JSON verdict of the scanner; raises ValueError unless the person is now present."""
    body: dict[str, Any] = json.loads(accepted(answer).body)
    if body["verdict"] != "present":
        raise ValueError(f"verdict {body['verdict']}, reason {body['reason']}")
    return body
