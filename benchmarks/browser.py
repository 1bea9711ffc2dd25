"""A small browser for load: one connection, its own cookies, and bounded loops over many of them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
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
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def text(self) -> str:
        return self.body.decode()

    def field(self, name: str) -> str:
        """The value of the first form field `name`; raises LookupError."""
        found = _inputs(self.text).get(name)
        if found is None:
            raise LookupError(f"status {self.status} has no form field {name}")
        return found

    def form(self, action: str) -> dict[str, str]:
        """Every named input of the form that is sent to `action`, as the page filled it in; raises LookupError."""
        found = re.search(rf'<form[^>]*\baction="{re.escape(action)}"[^>]*>(.*?)</form>', self.text, re.DOTALL)
        if found is None:
            raise LookupError(f"status {self.status} has no form for {action}")
        return _inputs(found[1])


def _inputs(html: str) -> dict[str, str]:
    """`{name: value}` of the input tags, of each name the first."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        named = dict(re.findall(r'\b(name|value)="([^"]*)"', tag))
        if "name" in named:
            found.setdefault(named["name"], unescape(named.get("value", "")))
    return found


class Browser:
    """One phone or computer: keep-alive, cookies, gzip."""

    def __init__(
        self,
        port: int,
        cookies: dict[str, str] | None = None,
        *,
        headers: dict[str, str] | None = None,
        timeout: float = _TIMEOUT,
    ) -> None:
        self.cookies = dict(cookies or {})
        self.headers = dict(headers or {})
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, form: dict[str, str], *, as_json: bool = False) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if as_json:
            headers["Accept"] = "application/json"
        return self._ask("POST", path, urlencode(form).encode(), headers)

    def send(self, path: str, body: Any) -> Answer:
        """POST of a JSON body."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Accept": "text/html", "Accept-Encoding": "gzip", "Accept-Language": "id", **self.headers, **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()  # the next request opens a new one
            raise
        ms = (time.perf_counter() - started) * 1000
        self._keep(response)
        plain = gzip.decompress(data) if response.getheader("Content-Encoding") == "gzip" else data
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, body=plain, sent=len(data), ms=ms, headers=told)

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


def verdict_of(answer: Answer, *welcome: str) -> dict[str, Any]:
    """The JSON verdict of the scanner; raises ValueError unless it is `welcome`, which is only `present` by default."""
    body: dict[str, Any] = json.loads(accepted(answer).body)
    if body["verdict"] not in (welcome or ("present",)):
        raise ValueError(f"verdict {body['verdict']}, reason {body['reason']}")
    return body
