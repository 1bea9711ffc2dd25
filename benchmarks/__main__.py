"""`python -m benchmarks`: seed, start a production server, measure, and end it."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import importlib.util
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask

from benchmarks import figures, hall, processes
from benchmarks.run import Run
from benchmarks.scenarios import SCENARIOS
from lms.testing.servers import free_port


def main() -> int:
    """Run what was asked for; 1 when a target was missed and `--check` was given."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="lms-benchmark-") as folder:
        report = _run(options, Path(folder))
    print(f"\n{report.table()}")
    best = report.reference_best_ms
    print(
        f"\nreference loop: {report.reference_ms:.1f} ms of CPU (best {best:.1f}); `x ref` is a figure in units of it"
    )
    if options.json:
        report.write(options.json)
    for figure in report.missed:
        print(f"missed: {figure.group}, {figure.name}: {figure.value:g} {figure.unit} > {figure.at_most:g}")
    return 1 if options.check and report.missed else 0


def _options() -> argparse.Namespace:
    names = ", ".join(SCENARIOS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of the same, in about a minute")
    parser.add_argument("--only", choices=SCENARIOS, action="append", metavar="NAME", help=f"of: {names}")
    parser.add_argument("--database", default="", metavar="URL", help="an empty one; default: SQLite in a new folder")
    parser.add_argument("--people", type=int, default=2000, metavar="N", help="confirmed participants, 200 to 20000")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--check", action="store_true", help="end with status 1 when a target is missed")
    options = parser.parse_args()
    if not 200 <= options.people <= 20_000:
        parser.error("--people must be between 200 and 20000")
    return options


def _run(options: argparse.Namespace, folder: Path) -> figures.Report:
    port = free_port()
    environ = {
        "LMS_ENV": "production",
        "LMS_SECRET_KEY": secrets.token_urlsafe(48),
        "LMS_DATA_DIR": str(folder),
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
        "LMS_DATABASE_URL": options.database,
    }
    os.environ.update(environ)
    started = time.perf_counter()
    app = _installation()
    made = hall.fill(app, options.people)
    about: dict[str, Any] = {"people": options.people, "quick": options.quick, **figures.machine(), **_database(app)}
    print(f"{options.people} participants in {time.perf_counter() - started:.1f} s; {about}", file=sys.stderr)
    report = figures.Report(about=about)
    report.sample()
    command = processes.lms_serve(port)
    with processes.serve(command, port=port, environ=environ, log=folder / "server.log") as server:
        run = Run(server=server, hall=made, report=report, quick=options.quick)
        for name in options.only or SCENARIOS:
            SCENARIOS[name](run)
            report.sample()
    if importlib.util.find_spec("gunicorn") and not options.only:
        _compare(run, environ, folder / "gunicorn.log")
    return report


def _compare(run: Run, environ: dict[str, str], log: Path) -> None:
    """One page under gunicorn's threads, where that is installed: the server that `lms serve` does not use."""
    port = free_port()
    with processes.serve(processes.gunicorn(port), port=port, environ=environ, log=log) as server:
        other = dataclasses.replace(run, server=server)
        other.cost("gunicorn", "public workshop page", f"/lokakarya/{run.hall.big.slug}", {})


def _installation() -> Flask:
    from lms.app import create_app
    from lms.kernel import migrations

    app = create_app()
    with app.app_context():
        migrations.upgrade()
    return app


def _database(app: Flask) -> dict[str, str]:
    """The engine, and for SQLite how safely it writes."""
    from lms.kernel.db import db

    with app.app_context(), db.engine.connect() as connection:
        name = connection.dialect.name
        if name != "sqlite":
            return {"database": name}
        said = {key: connection.exec_driver_sql(f"PRAGMA {key}").scalar() for key in ("journal_mode", "synchronous")}
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
    return {"database": f"sqlite {version}, journal {said['journal_mode']}, synchronous {said['synchronous']}"}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
