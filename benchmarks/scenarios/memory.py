"""Memory of a worker after the run, and how long a start takes."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.run import Run

_START = "import time, lms.app; lms.app.create_app(); print(time.process_time())"


def measure(run: Run) -> None:
    """The biggest worker, since any of them may become it."""
    rss, pss = run.server.workers()[0]
    run.report.add("memory", "RSS of the biggest worker after the run", round(rss, 1), "MB", 160)
    run.report.add("memory", "the same, shared pages divided (PSS)", round(pss, 1), "MB")
    made = subprocess.run([sys.executable, "-c", _START], check=True, capture_output=True, text=True, timeout=60)
    run.report.add("memory", "import and start of one process: CPU", float(made.stdout.split()[-1]), "s", 3)
    run.report.add("memory", "server, from command to first answer", run.server.started_in, "s")
