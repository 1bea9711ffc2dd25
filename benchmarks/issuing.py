"""`python -m benchmarks.issuing WORKSHOP COUNT`: one batch of certificates in this process; says as JSON what it cost.

Everybody but the first COUNT participants is left out by a limit of the batch's own reading, not by another rule.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.app import create_app
from lms.kernel.db import db, unit_of_work
from lms.kernel.job_runner import run_job
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import batches, eligibility
from lms.plugins.certificates.enums import PaperRole, Standing
from lms.plugins.certificates.models import Certificate


def main(workshop_id: int, count: int) -> None:
    """Issue, and print the figures."""
    app = create_app()
    _only(count)
    with app.app_context(), app.test_request_context():
        with unit_of_work():
            batch = batches.start(workshop_id=workshop_id, role=PaperRole.PESERTA, actor=SYSTEM)
        assert batch.job_id is not None
        before, started, cpu = _rss_mb(), time.perf_counter(), time.process_time()
        run_job(app, batch.job_id)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        query = sa.select(sa.func.count(Certificate.id), sa.func.sum(Certificate.size)).filter_by(batch_id=batch.id)
        issued, size = db.session.execute(query).one()
    figures = {"issued": issued, "seconds": seconds, "cpu_seconds": cpu, "grown_mb": _rss_mb() - before}
    print(json.dumps({**figures, "stored_mb": (size or 0) / 1e6}))


def _only(count: int) -> None:
    """Let the batch see so many people who may have a paper: the hall holds more."""
    read = eligibility.table_of

    def some(*about: Any) -> eligibility.Table:
        table = read(*about)
        chosen = [row for row in table.rows if row.standing is Standing.READY][:count]
        return dataclasses.replace(table, rows=tuple(chosen))

    eligibility.table_of = some  # type: ignore[assignment]


def _rss_mb() -> float:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
