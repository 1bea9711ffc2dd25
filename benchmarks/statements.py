"""SQL statements of a request, counted in this process against the same database."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks.hall import Hall

_FRAME = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA")


@contextlib.contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside the block, without those that only frame a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().startswith(_FRAME):
            seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # the log of requests
            yield seen
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def client(hall: Hall, cookies: dict[str, str]) -> FlaskClient:
    """A browser inside this process with these cookies."""
    made = hall.app.test_client()
    for name, value in cookies.items():
        made.set_cookie(name, value, domain="127.0.0.1")
    return made


def of_page(hall: Hall, cookies: dict[str, str], path: str) -> int:
    """Statements of the second visit, when everything that is kept between requests is there."""
    visitor = client(hall, cookies)
    for _visit in range(2):
        with counted() as seen:
            answer = visitor.get(path, base_url="http://127.0.0.1", headers={"Accept-Language": "id"})
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
    return len(seen)
