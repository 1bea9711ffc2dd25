"""The installation that drills break: seeded once, copied for each trial, served by processes that can be killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask

from benchmarks import hall, processes
from benchmarks.processes import Server
from lms.app import create_app
from lms.config import Settings
from lms.core.workshops.enums import WorkshopStatus
from lms.core.workshops.models import Organiser, Workshop
from lms.demo import workshops
from lms.kernel import migrations
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.i18n import page_zone
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates.criteria import DEFAULTS, save_criteria
from lms.testing.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
SABOTAGE = Path(__file__).resolve().parent / "sabotage"
SEATS, DEVICES = 10, 6
_PYTHONPATH = "PYTHONPATH"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A seeded installation at rest: nobody writes to its folder, and every trial works on a copy."""

    folder: Path
    secret: str
    hall: hall.Hall
    seats_slug: str  # of a workshop with few seats and a waiting list
    seats_id: int
    tokens: list[str]  # of devices that may scan at the big workshop

    @property
    def session_id(self) -> int:
        return self.hall.big.session_id

    @property
    def workshop_id(self) -> int:
        return self.hall.big.workshop_id


def seed(folder: Path, people: int) -> Scene:
    """Make an installation with a full hall, a workshop of few seats, and certificates that ask for nothing."""
    secret = secrets.token_urlsafe(48)
    app = create_app(Settings.from_env(environment(folder, secret), data_dir=folder))
    with app.app_context():
        migrations.upgrade()
    made = hall.fill(app, people)
    with app.app_context(), app.test_request_context():
        seats_id, seats_slug = _few_seats()
        with unit_of_work():
            save_criteria(
                workshop_id=made.big.workshop_id, thresholds=dict.fromkeys(DEFAULTS, Decimal(0)), actor=SYSTEM
            )
        workshop = db.session.get_one(Workshop, made.big.workshop_id)
        tokens = hall.devices(workshop, DEVICES)
    _rest(app)
    return Scene(folder=folder, secret=secret, hall=made, seats_slug=seats_slug, seats_id=seats_id, tokens=tokens)


def environment(folder: Path, secret: str) -> dict[str, str]:
    """The settings of such an installation; no variable of the caller's own may change what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    own = {"LMS_ENV": "production", "LMS_SECRET_KEY": secret, "LMS_DATA_DIR": str(folder)}
    return {**kept, **own, "LMS_BASE_URL": "http://127.0.0.1", "LMS_DATABASE_URL": ""}


def _few_seats() -> tuple[int, str]:
    organiser = db.session.query(Organiser).first()
    assert organiser is not None
    first = now().astimezone(page_zone()).date() + timedelta(days=14)
    row = workshops.make_workshop(
        organiser=organiser, title="Lokakarya sepuluh kursi", first=first, status=WorkshopStatus.PUBLISHED,
        capacity=SEATS,
    )  # fmt: skip
    return row.id, row.slug


def _rest(app: Flask) -> None:
    """Close the database with everything in its one file, so that a copy of the folder is a whole installation."""
    with app.app_context():
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()


@dataclass
class Site:
    """A copy of the scene, and the server on it; `sabotage` names what its processes import first."""

    folder: Path
    scene: Scene
    environ: dict[str, str]
    sabotage: tuple[str, ...] = ()
    path: tuple[str, ...] = ()  # more folders for the interpreter of the server
    port: int = field(default_factory=free_port)
    server: Server | None = None

    @property
    def database(self) -> Path:
        return self.folder / "lokakarya.sqlite"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def begin(self, *, under: list[str] | None = None, workers: int = 2, threads: int = 8) -> Server:
        """Start the production server, perhaps under another program; it answers when this returns."""
        command = [*(under or []), *processes.lms_serve(self.port, workers=workers, threads=threads)]
        self.server = processes.begin(command, port=self.port, environ=self.process_environment(), log=self.log)
        return self.server

    def end(self) -> None:
        """End the server if it runs."""
        if self.server is not None:
            processes.end(self.server)
            self.server = None

    def kill(self) -> None:
        """SIGKILL the server and all of its workers, each by its id, as a power cut would."""
        assert self.server is not None
        for pid in processes.tree(self.server.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.process.wait()
        self.server = None

    def settle(self) -> None:
        """Wait until all workers have started: what they then answer is not slowed by their start."""
        assert self.server is not None
        processes.settle(self.server)

    def faults(self) -> list[str]:
        """Lines of the server's log about what it did not expect."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [line for line in lines if '"event":"unexpected"' in line or line.startswith("Traceback")]

    def environment(self) -> dict[str, str]:
        """The settings of the installation, for an app of the drill's own beside the server."""
        return environment(self.folder, self.scene.secret)

    def process_environment(self) -> dict[str, str]:
        """The environment of a process of the product on this site, sabotaged where this is a control."""
        folders = [*self.path, *([str(SABOTAGE)] if self.sabotage else []), str(ROOT)]
        own = {_PYTHONPATH: os.pathsep.join(folders), "LMS_DRILL_SABOTAGE": " ".join(self.sabotage)}
        return {**environment(self.folder, self.scene.secret), **own, **self.environ}


def seconds_since(moment: float) -> float:
    """Wall time from a moment of `time.perf_counter`."""
    return time.perf_counter() - moment
