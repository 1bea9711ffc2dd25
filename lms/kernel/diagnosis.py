"""What `lms doctor` looks at: each check says in one line whether a part of the installation is sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.kernel import engine, migrations
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.installation import settings
from lms.kernel.job_models import JobRow, JobState
from lms.kernel.observability import ask_redis
from lms.kernel.storage import FileMissing, Storage, chunks_of, sha256_of, storage
from lms.kernel.storage_models import StoredFileRow

_LATE = timedelta(minutes=10)
_ORPHAN_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Check:
    """The result of one look; `ok` None means worth knowing but no fault."""

    name: str
    ok: bool | None
    detail: str = ""


def diagnose() -> Iterator[Check]:
    """Every check in turn; one that breaks is a fault of its part and stops no other."""
    for name, look in CHECKS.items():
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001 -- the doctor reports whatever is wrong
            yield Check(name=name, ok=False, detail=type(error).__name__)


def _settings() -> Iterator[Check]:
    conf = settings()
    conf.check()
    yield Check(name="settings", ok=True, detail=conf.mode.value)
    if not conf.is_https and not conf.demo and conf.mode.value == "production":
        yield Check(name="settings", ok=None, detail="LMS_BASE_URL is not https: cookies travel in the open")
    installation = conf.data_dir / "installation.json"
    if installation.exists() and installation.stat().st_mode & 0o077:
        yield Check(name="settings", ok=None, detail="installation.json can be read by other users of this machine")


def _database() -> Iterator[Check]:
    with db.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    yield Check(name="database", ok=True, detail=db.engine.dialect.name)
    behind = migrations.pending()
    detail = f"run `lms db upgrade`: {', '.join(sorted(behind))}" if behind else "at the newest revision"
    yield Check(name="migrations", ok=not behind, detail=detail)


def _sqlite() -> Iterator[Check]:
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        version, mode = _pragmas(connection)
        is_safe = mode != "wal" or engine.is_wal_safe(tuple(int(part) for part in version.split(".")))
        yield Check(name="sqlite", ok=is_safe, detail=f"{version}, journal {mode}")
        problems = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
        yield Check(name="sqlite pages", ok=problems == ["ok"], detail="; ".join(problems)[:300])
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        names = ", ".join(sorted({str(row[0]) for row in loose}))
        yield Check(name="sqlite references", ok=not loose, detail=names)


def _pragmas(connection: sa.Connection) -> tuple[str, str]:
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
    return str(version), str(mode)


def _files() -> Iterator[Check]:
    files, count, bad = storage(), 0, 0
    files.backend.check()
    for row in db.session.scalars(
        sa.select(StoredFileRow).order_by(StoredFileRow.key).execution_options(yield_per=500)
    ):
        count += 1
        problem = _problem_of(files, row)
        if problem:
            bad += 1
            yield Check(name="file", ok=False, detail=f"{row.key}: {problem}")
    yield Check(name="files", ok=bad == 0, detail=f"{count} stored, {bad} bad")
    orphans = sum(1 for _key in files.orphans(older_than_seconds=_ORPHAN_SECONDS))
    if orphans:
        yield Check(name="files", ok=None, detail=f"{orphans} without a row; a worker removes them")


def _problem_of(files: Storage, row: StoredFileRow) -> str:
    try:
        with files.open(row.key) as file:
            return "" if sha256_of(chunks_of(file)) == row.sha256 else "its bytes are not those that were stored"
    except FileMissing:
        return "missing"
    except OSError as error:
        return f"cannot be read ({type(error).__name__})"


def _space() -> Iterator[Check]:
    files = storage()
    space = files.backend.space()
    if space is not None:
        enough = space.free >= files.reserve(space)
        yield Check(name="space", ok=enough, detail=f"{space.free // 1_000_000} MB free")


def _redis() -> Iterator[Check]:
    if settings().redis_url:
        ask_redis()
        yield Check(name="redis", ok=True)


def _jobs() -> Iterator[Check]:
    late = sa.select(sa.func.count()).where(JobRow.state == JobState.QUEUED, JobRow.run_at < now() - _LATE)
    waiting = db.session.scalar(late) or 0
    detail = f"{waiting} wait longer than ten minutes: is `lms worker` running?" if waiting else "none is late"
    yield Check(name="jobs", ok=not waiting, detail=detail)
    failed = sa.select(sa.func.count()).where(JobRow.state == JobState.FAILED)
    if count := db.session.scalar(failed):
        yield Check(name="jobs", ok=None, detail=f"{count} failed")


def _documents() -> Iterator[Check]:
    from lms.kernel.typesetting import FONTS  # noqa: PLC0415 -- slow import

    yield from documents(FONTS)


def documents(folder: Path, *, system: bool = True) -> Iterator[Check]:
    """Set one line in the product's own fonts, which certificates need, and one Chinese name, which some do.

    `system` says whether fonts of this machine count too, as they do in the product.
    """
    import typst  # noqa: PLC0415 -- slow import

    if not any(folder.glob("*.ttf")):
        yield Check(name="documents", ok=False, detail=f"no fonts in {folder}: install the product anew")
        return
    fonts = typst.Fonts(include_system_fonts=system, font_paths=[folder])
    is_set = _can_set("Lokakarya", fonts)
    yield Check(name="documents", ok=is_set, detail="Typst sets a page" if is_set else "Typst gave no PDF")
    if not _can_set("\u6797\u7f8e\u73cd", fonts):
        detail = "no font has Chinese letters: names in them cannot be printed; install one such as Noto Sans CJK"
        yield Check(name="documents", ok=None, detail=detail)


def _can_set(text: str, fonts: Any) -> bool:
    import typst  # noqa: PLC0415 -- slow import

    page = f"#set page(width: 4cm, height: 2cm)\n{text}".encode()
    try:
        made = typst.compile(page, font_paths=fonts, pdf_standards=["a-2b"])
    except RuntimeError:  # an archive document may hold no letter without a shape
        return False
    return isinstance(made, bytes) and made.startswith(b"%PDF")


CHECKS: dict[str, Callable[[], Iterator[Check]]] = {
    "settings": _settings,
    "database": _database,
    "sqlite": _sqlite,
    "files": _files,
    "space": _space,
    "redis": _redis,
    "jobs": _jobs,
    "documents": _documents,
}
