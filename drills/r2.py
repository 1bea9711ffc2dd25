"""R2: a batch of certificates whose worker is killed again and again: no gap, nobody twice, every file whole."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from flask import Flask

from drills import database
from drills.site import Site
from drills.trial import Control, Drill, Trial
from lms.app import create_app
from lms.config import Settings
from lms.kernel.db import unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.kernel.storage import FileMissing, storage
from lms.plugins.certificates import batches, log_audit
from lms.plugins.certificates.enums import PaperRole

_GAPS = "numbers left out"
_ISSUED = "SELECT count(*) FROM certificates_certificate WHERE kind = 'certificate'"
_PATIENCE = 240.0  # seconds for the rest of the batch


def run(trial: Trial) -> None:
    """Start the batch, kill its worker at random moments, let the last one finish, and look at everything."""
    with trial.site() as site:
        app = create_app(Settings.from_env(site.environment(), data_dir=site.folder))
        batch_id = _start(app, site)
        kills = _kill(trial, site, trial.pick(4, 12))
        with _worker(site) as worker:
            is_over = _wait(lambda: _is_over(site, batch_id), _PATIENCE)
            worker.kill()
        trial.equal("the batch came to its end", is_over, True)
        trial.tell("workers killed while they worked", kills)
        _look(trial, site, app)


def _start(app: Flask, site: Site) -> int:
    with app.app_context(), unit_of_work():
        return batches.start(workshop_id=site.scene.workshop_id, role=PaperRole.PESERTA, actor=SYSTEM).id


def _worker(site: Site) -> subprocess.Popen[bytes]:
    with site.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "drills.working"], env=site.process_environment(), stdout=log, stderr=log
        )


def _kill(trial: Trial, site: Site, wanted: int) -> int:
    """SIGKILL so many workers, each a moment after its first papers."""
    people = _people(site)
    done = 0
    for _turn in range(wanted):
        before = _issued(site)
        with _worker(site) as worker:
            began = _wait(lambda at=before: _issued(site) > at, 60)  # type: ignore[misc]
            time.sleep(trial.random.uniform(0, 0.2))
            worker.kill()
        done += began and _issued(site) < people
    return done


def _people(site: Site) -> int:
    query = "SELECT count(*) FROM core_enrolment WHERE workshop_id = ? AND role = 'peserta' AND status = 'confirmed'"
    return int(database.one(site, query, site.scene.workshop_id))


def _issued(site: Site) -> int:
    return int(database.one(site, _ISSUED))


def _is_over(site: Site, batch_id: int) -> bool:
    return database.one(site, "SELECT finished_at FROM certificates_batch WHERE id = ?", batch_id) is not None


def _wait(is_true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _look(trial: Trial, site: Site, app: Flask) -> None:
    people = _people(site)
    query = "SELECT number, enrolment_id, storage_key, sha256 FROM certificates_certificate WHERE kind = 'certificate'"
    papers = database.rows(site, query)
    numbers = {row[0] for row in papers}
    trial.equal("certificates", len(papers), people)
    trial.equal("people with a certificate", len({row[1] for row in papers}), people)
    trial.equal("numbers used twice", len(papers) - len(numbers), 0)
    trial.equal(_GAPS, max(numbers) - len(numbers), 0)
    with app.app_context():
        trial.equal("files that differ from their hash", sum(not _is_whole(row) for row in papers), 0)
        flaws = [report.flaw for report in log_audit.audit() if report.flaw]
        trial.equal("bad entries of the log", len(flaws), 0)
    trial.equal("leaves of the log", database.one(site, "SELECT count(*) FROM certificates_log_leaf"), len(papers))
    trial.equal("PRAGMA integrity_check", database.one(site, "PRAGMA integrity_check"), "ok")


def _is_whole(row: tuple[Any, ...]) -> bool:
    try:
        return hashlib.sha256(storage().read(row[2])).hexdigest() == row[3]
    except FileMissing:
        return False


DRILL = Drill(
    key="R2",
    title="a batch of certificates whose worker is killed",
    how="One batch for everybody in the hall. Its worker gets SIGKILL a moment after it began, again and again; the "
    "last one may finish. Then numbers, people, files and the transparency log are counted.",
    run=run,
    controls=(
        Control(
            sabotage=("number_apart",),
            says="a counter outside of the transaction that stores the paper",
            breaks=_GAPS,
        ),
    ),
    people=400,
    rounds=2,
)
