"""`lms worker`: run background work until told to stop."""

from __future__ import annotations

import signal
import threading

import click
from flask import current_app

from lms.kernel.commands.context import with_app


@click.command("worker")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 32), help="Jobs at the same time.")
@with_app
def command(threads: int) -> None:
    """Run jobs until SIGTERM or Ctrl-C; the running ones end first. Start as many workers as you like."""
    from lms.kernel.worker import run_worker  # noqa: PLC0415 -- slow import

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    run_worker(current_app._get_current_object(), threads=threads, stop_event=stop)  # type: ignore[attr-defined]
