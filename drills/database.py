"""The database of a site, read and held from outside, without the product's own code in between."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from drills.site import Site
from drills.trial import Trial
from lms.kernel.engine import sqlite_module

# Run by another interpreter: takes the write lock, says so, keeps it, and gives it back.
_HOLDER = """
import sys, time
try:
    import pysqlite3.dbapi2 as sqlite3
except ImportError:
    import sqlite3
connection = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
"""


def rows(site: Site, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement finds."""
    connection = sqlite_module().connect(str(site.database), timeout=20)
    try:
        found: list[tuple[Any, ...]] = connection.execute(statement, values).fetchall()
    finally:
        connection.close()
    return found


def change(site: Site, statement: str, *values: object) -> None:
    """Change the database of a server that does not run."""
    connection = sqlite_module().connect(str(site.database), timeout=20)
    try:
        connection.execute(statement, values)
        connection.commit()
    finally:
        connection.close()


def one(site: Site, statement: str, *values: object) -> Any:
    """The first value that a statement finds."""
    return rows(site, statement, *values)[0][0]


def present(site: Site, session_id: int | None = None) -> set[int]:
    """Enrolments with an attendance at a session, the scene's own unless told."""
    statement = "SELECT enrolment_id FROM checkin_attendance WHERE session_id = ? AND direction = 'in'"
    return {row[0] for row in rows(site, statement, session_id or site.scene.session_id)}


def scans(site: Site) -> set[str]:
    """Client ids in the log of scans."""
    return {row[0] for row in rows(site, "SELECT client_id FROM checkin_scan")}


def twice(site: Site, table: str, *columns: str) -> int:
    """How many rows repeat another one in these columns."""
    names = ", ".join(columns)
    return int(
        one(site, f"SELECT count(*) - (SELECT count(*) FROM (SELECT DISTINCT {names} FROM {table})) FROM {table}")
    )


def check_whole(trial: Trial, site: Site) -> None:
    """Nobody is present twice, no scan is logged twice, and SQLite finds nothing wrong with its file."""
    trial.equal("present twice", twice(site, "checkin_attendance", "enrolment_id", "session_id", "direction"), 0)
    trial.equal("scans logged twice", twice(site, "checkin_scan", "device", "client_id"), 0)
    trial.equal("PRAGMA integrity_check", one(site, "PRAGMA integrity_check"), "ok")
    trial.equal("PRAGMA foreign_key_check, rows", len(rows(site, "PRAGMA foreign_key_check")), 0)
    faults = site.faults()
    trial.equal("faults in the server's log", len(faults), 0)
    if faults:
        trial.tell("first fault", faults[0][:900])


@contextlib.contextmanager
def locked(site: Site, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Another process holds the write lock when the block begins, and for so many seconds."""
    command = [sys.executable, "-c", _HOLDER, str(site.database), str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        if process.stdout.readline().strip() != b"held":
            raise RuntimeError("the lock was not taken")
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def drop_unique(site: Site, table: str, columns: Sequence[str]) -> None:
    """Make the table anew without its unique key on these columns; SQLite cannot drop one."""
    made = str(one(site, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table))
    key = r"\s*,\s*CONSTRAINT \w+ UNIQUE \(" + ", ".join(columns) + r"\)"
    plain, count = re.subn(key, "", made)
    if count != 1:
        raise RuntimeError(f"{table} has no such unique key")
    kept = rows(site, "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", table)
    change(site, f"ALTER TABLE {table} RENAME TO {table}_before")
    for (statement,) in rows(site, "SELECT name FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL "
                             "AND type = 'index'", f"{table}_before"):  # fmt: skip
        change(site, f"DROP INDEX {statement}")
    change(site, plain)
    change(site, f"INSERT INTO {table} SELECT * FROM {table}_before")
    change(site, f"DROP TABLE {table}_before")
    for (statement,) in kept:
        change(site, statement)
