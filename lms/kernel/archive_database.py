"""The database part of a backup: a consistent copy while the product runs, and putting one back."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from lms.kernel.db import db
from lms.kernel.errors import LmsError
from lms.kernel.storage_models import StoredFileRow

_VERSIONS = "alembic_version_"


class DatabaseToolFailed(LmsError):
    """pg_dump or pg_restore is missing or refused; the message names the tool and its exit status only."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What the copied database says: revision per owner, and `{file key: (sha256, content type)}`."""

    revisions: dict[str, str]
    files: dict[str, tuple[str, str]]


def copy_to(target: Path) -> Snapshot:
    """Write a consistent copy of the database at `target` and return what it names."""
    return _copy_sqlite(target) if db.engine.dialect.name == "sqlite" else _dump_postgres(target)


def _copy_sqlite(target: Path) -> Snapshot:
    raw = db.engine.raw_connection()
    try:
        # On the driver itself: through SQLAlchemy it would be inside a transaction, which VACUUM refuses.
        raw.driver_connection.execute("VACUUM INTO ?", (str(target),))  # type: ignore[union-attr]
    finally:
        raw.close()
    with target.open("rb+") as file:
        sync(file)
    copy = sa.create_engine(URL.create("sqlite", database=str(target)), module=db.engine.dialect.dbapi)
    try:
        with copy.connect() as connection:
            return _snapshot(connection)
    finally:
        copy.dispose()


def _dump_postgres(target: Path) -> Snapshot:
    """The dump and the list of files are of one moment: pg_dump joins the snapshot of our transaction."""
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        name = connection.execute(sa.text("SELECT pg_export_snapshot()")).scalar_one()
        snapshot = _snapshot(connection)
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}", f"--file={target}")
    return snapshot


def _snapshot(connection: Connection) -> Snapshot:
    tables = sa.inspect(connection).get_table_names()
    revisions = {}
    for table in sorted(tables):
        if table.startswith(_VERSIONS):
            number = connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table(table)))
            revisions[table.removeprefix(_VERSIONS)] = str(number or "")
    files: dict[str, tuple[str, str]] = {}
    if StoredFileRow.__tablename__ in tables:
        columns = (StoredFileRow.key, StoredFileRow.sha256, StoredFileRow.content_type)
        files = {key: (sha256, kind) for key, sha256, kind in connection.execute(sa.select(*columns))}
    return Snapshot(revisions=revisions, files=files)


def is_empty() -> bool:
    """Whether no table of this installation has a row (the migrations' own tables aside)."""
    with db.engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        tables = [sa.table(name) for name in names if not name.startswith(_VERSIONS)]
        return all(connection.execute(sa.select(1).select_from(t).limit(1)).first() is None for t in tables)


def replace_with(copy: Path) -> None:
    """Make `copy` the database; with SQLite in one rename, with PostgreSQL in one transaction."""
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        _replace_sqlite(copy)
    else:
        database = str(db.engine.url.database)
        _run("pg_restore", "--list", str(copy))  # readable by this version, before anything is dropped
        _drop_tables()
        _run("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", f"--dbname={database}", str(copy))


def _drop_tables() -> None:
    """All tables, also those of plugins that the archive does not know; its rows were verified before."""
    with db.engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            quoted = connection.dialect.identifier_preparer.quote(name)
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {quoted} CASCADE")
    db.engine.dispose()


def _replace_sqlite(copy: Path) -> None:
    target = Path(str(db.engine.url.database))
    fresh = target.with_name(f".{target.name}.restored")
    shutil.copyfile(copy, fresh)
    with fresh.open("rb+") as file:
        sync(file)
    for suffix in ("-wal", "-shm", "-journal"):  # of the old database: they would be replayed into the new one
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    os.replace(fresh, target)


def _run(tool: str, *arguments: str) -> None:
    """The password goes by the environment, since anyone on the machine can read arguments."""
    url = db.engine.url
    given: dict[str, object] = {"PGPORT": url.port, "PGUSER": url.username, "PGDATABASE": url.database}
    given |= {"PGPASSWORD": url.password, "PGSSLMODE": url.query.get("sslmode")}
    given["PGHOST"] = url.query.get("host") or url.host  # a socket folder is given as a query argument
    environment = {**os.environ, **{name: str(value) for name, value in given.items() if value}}
    try:
        subprocess.run([tool, *arguments], env=environment, check=True, capture_output=True)
    except FileNotFoundError:
        raise DatabaseToolFailed(f"{tool} is not installed; it comes with PostgreSQL's client package") from None
    except subprocess.CalledProcessError as error:
        raise DatabaseToolFailed(f"{tool} failed with status {error.returncode}: {_reason(error.stderr)}") from None


def _reason(stderr: bytes) -> str:
    """The first line says what is wrong with the server or the versions; later ones may quote rows."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[0][:200] if lines else "no reason given"


def sync(file: IO[bytes]) -> None:
    """Have the file on disk before it gets its final name."""
    file.flush()
    os.fsync(file.fileno())
