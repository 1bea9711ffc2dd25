"""Many hands at once, and a worker that is killed: no number is repeated or skipped."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.enrolments.queries import enrolment_by_id
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.db import db, unit_of_work
from lms.kernel.engine import is_busy
from lms.kernel.job_runner import run_job
from lms.kernel.jobs import job_status
from lms.kernel.permissions import SYSTEM
from lms.kernel.settings import set_setting
from lms.kernel.storage import storage
from lms.plugins.certificates import batches, numbering, services
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.models import Batch, Certificate, Series
from lms.plugins.certificates.number_rules import BOOKS_KEY, TYPES_KEY, Books

HANDS = 50


def numbers() -> list[int]:
    return list(db.session.scalars(sa.select(Certificate.number).order_by(Certificate.number)))


def in_parallel(app: Flask, work: Callable[[Any], Any], items: list[Any]) -> list[Any]:
    """Call `work` for every item at the same moment, each in a thread and app context of its own."""
    gate = threading.Barrier(len(items))

    def one(item: Any) -> Any:
        with app.app_context():
            gate.wait()
            try:
                return work(item)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(one, items))


def issue_one(enrolment_id: int) -> int:
    """Issue, and try again when the database was busy for too long, as a person does after the answer 503."""
    for _try in range(10):
        try:
            with unit_of_work():
                return services.issue(enrolment_id=enrolment_id, actor=SYSTEM).id
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
            if not is_busy(error):
                raise
    raise AssertionError("the database stayed busy")


def test_fifty_parallel_issues_use_every_number_once(live_app: Flask, crowd: Any) -> None:
    people = crowd(HANDS)
    in_parallel(live_app, issue_one, people)
    assert numbers() == list(range(1, HANDS + 1))


def test_fifty_parallel_numbers_of_two_types_and_letters_run_in_three_books(live_app: Flask, crowd: Any) -> None:
    workshop_id = _workshop_of(crowd(1)[0])
    with unit_of_work():
        set_setting(BOOKS_KEY, Books.BY_TYPE.value)
        set_setting(TYPES_KEY, "narasumber=PIAGAM")
    papers = [
        (PaperRole.PESERTA, PaperKind.CERTIFICATE),
        (PaperRole.NARASUMBER, PaperKind.CERTIFICATE),
        (PaperRole.NARASUMBER, PaperKind.LETTER),
    ]

    def take(at: int) -> tuple[str, int | None]:
        role, kind = papers[at % 3]
        for _try in range(10):
            try:
                with unit_of_work():
                    workshop = workshop_by_id(workshop_id)
                    given = numbering.take(workshop=workshop, role=role, kind=kind, issued_on=date(2026, 11, 27))
                return given.text.split("/")[1], given.number
            except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
                if not is_busy(error):
                    raise
        raise AssertionError("the database stayed busy")

    given = in_parallel(live_app, take, list(range(HANDS)))
    expected = [(code, number) for at, code in enumerate(("SERT", "PIAGAM", "UTK")) for number in _counted(at)]
    assert sorted(given, key=str) == sorted(expected, key=str)


def _counted(at: int) -> range:
    """The numbers of the paper at this place, when 50 hands take in turns."""
    return range(1, len(range(at, HANDS, 3)) + 1)


def test_twenty_parallel_issues_for_one_person_make_one(live_app: Flask, crowd: Any) -> None:
    [person] = crowd(1)
    assert len(set(in_parallel(live_app, issue_one, [person] * 20))) == 1
    assert numbers() == [1]


def test_control_without_the_lock_numbers_repeat(live_app: Flask, crowd: Any) -> None:
    """Reading and writing the counter without the lock must fail, or the test above proves nothing."""
    people = crowd(HANDS)
    issue_one(people[0])

    def take_unlocked(_item: int) -> int:
        with db.engine.connect() as connection:
            number: int = connection.execute(sa.select(Series.last_number)).scalar_one() + 1
        time.sleep(0.01)  # setting a paper takes about as long
        with unit_of_work() as session:
            session.execute(sa.update(Series).values(last_number=number))
        return number

    given = in_parallel(live_app, take_unlocked, list(range(HANDS)))
    assert max(Counter(given).values()) > 1


@pytest.mark.parametrize("column", ["number", "number_text"])
def test_the_database_refuses_a_number_twice(live_app: Flask, crowd: Any, column: str) -> None:
    for person in crowd(2):
        issue_one(person)
    rows = db.session.scalars(sa.select(Certificate).order_by(Certificate.number)).all()
    statement = sa.update(Certificate).where(Certificate.id == rows[1].id).values({column: getattr(rows[0], column)})
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(statement)
    db.session.rollback()
    assert numbers() == [1, 2]


def test_a_counter_that_was_lost_goes_on_after_the_last_paper(live_app: Flask, crowd: Any) -> None:
    people = crowd(3)
    for person in people[:2]:
        issue_one(person)
    db.session.execute(sa.update(Series).values(last_number=0))
    db.session.commit()
    issue_one(people[2])
    assert numbers() == [1, 2, 3]


def test_a_batch_pressed_in_two_tabs_issues_once(live_app: Flask, crowd: Any) -> None:
    people = crowd(12)
    workshop_id = _workshop_of(people[0])

    def press(_tab: int) -> int:
        with unit_of_work():
            return batches.start(workshop_id=workshop_id, role=PaperRole.PESERTA, actor=SYSTEM).id

    assert len(set(in_parallel(live_app, press, list(range(8))))) == 1
    db.session.rollback()  # end the snapshot that this session has read from so far
    batch = db.session.scalars(sa.select(Batch)).one()
    assert batch.job_id is not None
    assert [run_job(live_app, batch.job_id) for _ in range(2)] == [True, False]
    db.session.rollback()
    assert numbers() == list(range(1, 13))
    state = batches.progress_of(batch)
    assert (state.issued, state.failed, state.lacking, state.is_over) == (12, 0, 0, True)


def _workshop_of(enrolment_id: int) -> int:
    return enrolment_by_id(enrolment_id).workshop_id


def test_a_killed_worker_leaves_no_gap(live_app: Flask, live_settings: Any, crowd: Any) -> None:
    total = 60
    people = crowd(total)
    with unit_of_work():
        batch = batches.start(workshop_id=_workshop_of(people[0]), role=PaperRole.PESERTA, actor=SYSTEM)
    command = [sys.executable, __file__, str(live_settings.data_dir), live_settings.database_url]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for kills_at in (5, 20, 35):
        with subprocess.Popen(command, env=environment) as worker:
            _wait_for(lambda at=kills_at: _issued() >= at)  # type: ignore[misc]
            worker.kill()
    assert _issued() < total, "the worker was faster than the kills: make the batch larger"
    with subprocess.Popen(command, env=environment) as worker:
        try:
            _wait_for(lambda: bool(batch.job_id and (status := job_status(batch.job_id)) and status.is_over))
        finally:
            worker.kill()
    db.session.expire_all()
    assert numbers() == list(range(1, total + 1))
    rows = list(db.session.scalars(sa.select(Certificate)))
    assert len({row.enrolment_id for row in rows}) == total
    assert all(hashlib.sha256(storage().read(row.storage_key)).hexdigest() == row.sha256 for row in rows)
    state = batches.progress_of(db.session.get_one(Batch, batch.id))
    assert (state.issued, state.failed, state.is_over) == (total, 0, True)
    storage().sweep(older_than_seconds=0)
    assert set(storage().iter_keys("certificates/")) == {row.storage_key for row in rows}


def _issued() -> int:
    db.session.rollback()
    return len(numbers())


def _wait_for(is_true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "waited too long"
        db.session.rollback()
        time.sleep(0.02)


def main(folder: str, database_url: str) -> None:
    """A worker process with short patience, so that the test need not wait a minute."""
    from lms import create_app
    from lms.kernel import job_runner, worker
    from lms.testing.plugin import make_settings

    job_runner.HEARTBEAT_SECONDS, job_runner.MAX_ATTEMPTS = 0.2, 9
    worker.DEAD_AFTER, worker.MAX_ATTEMPTS = timedelta(seconds=1), 9
    app = create_app(make_settings(Path(folder), database_url))
    worker.Worker(app, threads=1, tick_seconds=0.3).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
