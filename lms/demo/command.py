"""`lms demo`: everything set up with invented data, served on this machine."""

from __future__ import annotations

import logging
import sys
import time
from pathlib import Path
from typing import Any

import click

_TEXT = """
  Lokakarya sudah berjalan / is running:   {address}
  Semua data di dalamnya contoh. Tidak ada pesan yang terkirim. (siap dalam {seconds:.1f} s)

  Akun percobaan (kata sandi semuanya: {password})
{accounts}

  Tiga hal untuk dicoba / three things to try:
  1. Tiket peserta di ponsel : {address}{ticket}
     Pindai sebagai panitia@contoh.id: {address}/kelola/lokakarya/{workshop}/presensi/pemindai
  2. Layar QR ruang           : {address}/kelola/lokakarya/{workshop}/presensi/layar   (panitia@contoh.id)
     Lalu isi pre-test, materi, dan RTL dari tiket. Narasumber mengunggah di {address}{speaker}
  3. Sertifikat dan laporan   : masuk sebagai penyelenggara@contoh.id, buka lokakarya angkatan pertama > Sertifikat,
     pindai QR-nya, lalu buka Laporan wilayah.

  Data: {folder}      Berhenti / stop: Ctrl-C
"""


@click.command("demo")
@click.option("--data", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder of the demo's data.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--load-only", is_flag=True, help="Prepare the data and end.")
@click.pass_context
def command(ctx: click.Context, folder: Path | None, host: str, port: int, load_only: bool) -> None:
    """Start the demo; a second start keeps its data."""
    started = time.monotonic()
    place = (folder or ctx.find_root().obj or Path("data/demo")).resolve()
    app, tour = _prepare(place, f"http://{host}:{port}")
    if load_only:
        return
    from lms.kernel.worker import start_embedded_worker  # noqa: PLC0415 -- slow import

    worker = start_embedded_worker(app)
    _serve(app, host, port, _words(host, port, place, tour, time.monotonic() - started))
    worker.stop(timeout=5)


def _prepare(place: Path, address: str) -> tuple[Any, Any]:
    from lms.app import create_app  # noqa: PLC0415 -- slow import
    from lms.config import Mode, Settings, prepare_installation  # noqa: PLC0415 -- slow import
    from lms.demo import base, load  # noqa: PLC0415 -- slow import
    from lms.kernel import logs, migrations  # noqa: PLC0415 -- slow import

    prepare_installation(place, mode=Mode.DEMO, base_url=address)
    app = create_app(Settings.from_env(data_dir=place))
    logs.configure(logging.WARNING)  # a line for each request would scroll the address and the accounts away
    with app.app_context():
        if migrations.pending():
            click.echo("Menyiapkan basis data ... / preparing the database ...", err=True)
            migrations.upgrade()
        if not base.is_loaded():
            click.echo("Memuat data contoh ... / loading sample data ...", err=True)
            with app.test_request_context(base_url=address):
                load.load()
        return app, load.tour()


def _words(host: str, port: int, place: Path, tour: Any, seconds: float) -> str:
    from lms.demo.base import LOGINS  # noqa: PLC0415 -- slow import
    from lms.demo.seed import PASSWORD  # noqa: PLC0415 -- slow import

    accounts = "\n".join(f"    {email:28} {note}" for email, note in LOGINS)
    return _TEXT.format(
        address=f"http://{host}:{port}",
        password=PASSWORD,
        accounts=accounts,
        folder=place,
        seconds=seconds,
        ticket=tour.ticket_path,
        speaker=tour.speaker_path,
        workshop=tour.workshop_id,
    )


def _serve(app: Any, host: str, port: int, text: str) -> None:
    from waitress import create_server  # noqa: PLC0415 -- slow import

    try:
        server = create_server(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        click.echo(f"lms: port {port} cannot be used ({error.strerror}). Try: lms demo --port {port + 1}", err=True)
        sys.exit(2)
    click.echo(text)
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()
