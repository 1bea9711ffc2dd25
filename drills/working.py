"""`python -m drills.working`: a worker on the installation that the environment names, with short patience.

The product waits a minute before it takes over from a dead worker; a drill that kills many cannot.
"""

from __future__ import annotations

import threading
from datetime import timedelta

from lms.app import create_app
from lms.kernel import job_runner, worker

MANY = 99  # tries: each kill costs one


def main() -> None:
    """Work until killed."""
    job_runner.HEARTBEAT_SECONDS, job_runner.MAX_ATTEMPTS = 0.2, MANY
    worker.DEAD_AFTER, worker.MAX_ATTEMPTS = timedelta(seconds=1), MANY
    worker.Worker(create_app(), threads=1, tick_seconds=0.3).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
