"""Private servers for tests, on loopback, started and ended by us: PostgreSQL, Redis and an S3-compatible one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path

POSTGRES_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "300",
    "shared_buffers": "64MB",
}


class Unavailable(Exception):
    """The server's program is not installed; the text says which."""


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(is_up: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            said = log.read_text(errors="replace")[-500:].strip()
            raise Unavailable(f"{process.args!r} ended with status {process.returncode}: {said}")
        if is_up():
            return
        time.sleep(0.05)
    raise Unavailable("the server did not answer in time")


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


@contextlib.contextmanager
def _running(command: list[str], port: int, *, cwd: str, stop: int = signal.SIGTERM) -> Iterator[None]:
    """Run a server until the block ends; the kernel ends it too when this process is killed."""
    setpriv = shutil.which("setpriv")
    guard = [setpriv, "--pdeathsig", signal.Signals(stop).name.removeprefix("SIG")] if setpriv else []
    log = Path(tempfile.mkstemp(prefix="lms-server-", suffix=".log")[1])
    with log.open("wb") as output:
        process = subprocess.Popen([*guard, *command], stdout=output, stderr=output, cwd=cwd)
    try:
        _wait(lambda: _answers(port), process, log)
        yield
    finally:
        if process.poll() is None:
            process.send_signal(stop)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.unlink(missing_ok=True)


def _postgres_bin() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    raise Unavailable("PostgreSQL is not installed (initdb was not found)")


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: use its own user then, by a program that keeps the process id."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Unavailable("PostgreSQL cannot run as root, and setpriv was not found")
    return [setpriv, "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A throw-away cluster without durability, for speed; yields the URL of its maintenance database."""
    binaries, prefix = _postgres_bin(), _as_postgres()
    folder = Path(tempfile.mkdtemp(prefix="lms-pg-"))
    if prefix:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    try:
        init = [*prefix, str(binaries / "initdb"), "-D", str(data), "-U", "lms", "--auth=trust", "-E", "UTF8"]
        made = subprocess.run([*init, "--locale=C.UTF-8", "--no-sync"], check=False, capture_output=True, cwd="/")
        if made.returncode != 0:
            raise Unavailable(f"initdb failed: {made.stderr.decode(errors='replace')[-500:].strip()}")
        options = {**POSTGRES_OPTIONS, "unix_socket_directories": str(folder)}
        command = [*prefix, str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
        command += [f"--{name}={value}" for name, value in options.items()]
        with _running(command, port, cwd="/", stop=signal.SIGINT):  # SIGTERM would wait for every client to leave
            yield f"postgresql+psycopg://lms@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A throw-away Redis or Valkey without persistence; yields its URL."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise Unavailable("Redis is not installed (redis-server was not found)")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with tempfile.TemporaryDirectory() as folder, _running(command, port, cwd=folder):
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def s3() -> Iterator[str]:
    """An S3-compatible server without buckets; yields its address."""
    if find_spec("moto") is None or find_spec("flask_cors") is None:
        raise Unavailable("the S3 test server is not installed (moto[server])")
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, port, cwd=tempfile.gettempdir()):
        yield f"http://127.0.0.1:{port}"


def make_bucket(endpoint: str, bucket: str) -> str:
    """Make a bucket; returns its storage URL."""
    port = int(endpoint.rpartition(":")[2])
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("PUT", f"/{bucket}")
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise Unavailable(f"the bucket could not be made: {status}")
    return f"s3://{bucket}?endpoint={endpoint}&region=us-east-1&access_key_id=testing&secret_access_key=testing"
