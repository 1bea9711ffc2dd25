"""`lms serve`: the web server of an installation."""

from __future__ import annotations

import importlib.util
import os

import click

from lms.kernel.errors import ConfigurationError


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=0, help="Processes; 0 means one, in this process, without extra packages.")
@click.option("--threads", default=8, show_default=True, help="Threads per process.")
@click.pass_context
def command(ctx: click.Context, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site: one process on waitress, or several with `--workers` on granian (extra `server`)."""
    folder = ctx.find_root().obj
    if folder is not None:
        os.environ["LMS_DATA_DIR"] = str(folder)
    if workers:
        _serve_many(host, port, workers, threads)
    else:
        _serve_one(host, port, threads)


def _serve_one(host: str, port: int, threads: int) -> None:
    from waitress import serve  # noqa: PLC0415 -- slow import

    from lms.app import create_app  # noqa: PLC0415 -- slow import
    from lms.kernel.installation import settings  # noqa: PLC0415 -- slow import
    from lms.kernel.worker import start_embedded_worker  # noqa: PLC0415 -- slow import

    app = create_app()
    if settings(app).embedded_worker:
        start_embedded_worker(app)
    serve(app, host=host, port=port, threads=threads, ident=None)


def _serve_many(host: str, port: int, workers: int, threads: int) -> None:
    if importlib.util.find_spec("granian") is None:
        raise ConfigurationError("Several workers need the extra `server`: pip install 'lokakarya[server]'.")
    from granian import Granian  # noqa: PLC0415 -- optional dependency
    from granian.constants import Interfaces  # noqa: PLC0415 -- optional dependency

    Granian(
        "wsgi:app" if os.path.exists("wsgi.py") else "lms.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()
