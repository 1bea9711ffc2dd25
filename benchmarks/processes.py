"""The server under test: started, watched through /proc, and ended by its own process id."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds
_START_SECONDS, _SETTLE_SECONDS, _STOP_SECONDS = 60.0, 20.0, 10.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server; `started_in` is seconds from the command to the first answer."""

    process: subprocess.Popen[bytes]
    port: int
    started_in: float

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu_ms(self) -> float:
        """CPU time so far of the whole process tree, in steps of the kernel's clock tick (10 ms)."""
        return sum(_ticks(pid) for pid in tree(self.pid)) * _TICK

    def workers(self) -> list[tuple[float, float]]:
        """`(RSS, PSS)` in MB of each worker process, the biggest first."""
        return sorted((_memory(pid) for pid in self.worker_pids()), reverse=True)

    def worker_pids(self) -> list[int]:
        """The processes that answer: none of the one that starts them, nor of a tracer around it."""
        family = tree(self.pid)
        return [pid for pid in family[1:] if _has_no_child(pid, family) and b"resource_tracker" not in _command(pid)]


def tree(root: int) -> list[int]:
    """A process and everything that it started, directly or not."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(_stat(int(entry))[1]), []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _has_no_child(pid: int, family: list[int]) -> bool:
    return all(_parent(other) != pid for other in family)


def _parent(pid: int) -> int:
    try:
        return int(_stat(pid)[1])
    except OSError:
        return 0


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _ticks(pid: int) -> int:
    """User and system time, with those of children that ended."""
    try:
        fields = _stat(pid)
    except OSError:
        return 0
    return sum(int(fields[place]) for place in (11, 12, 13, 14))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _memory(pid: int) -> tuple[float, float]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    sizes = {name: int(rest.split()[0]) for name, _colon, rest in (line.partition(":") for line in lines[1:])}
    return sizes.get("Rss", 0) / 1024, sizes.get("Pss", 0) / 1024


@contextlib.contextmanager
def serve(command: list[str], *, port: int, environ: dict[str, str], log: Path) -> Iterator[Server]:
    """Run `command` until the block ends; raises RuntimeError when it does not answer, and shows its last lines."""
    server = None
    try:
        server = begin(command, port=port, environ=environ, log=log)
        settle(server)
        yield server
    except Exception:
        print(f"the server's last lines:\n{_tail(log)}", file=sys.stderr)
        raise
    finally:
        if server is not None:
            end(server)


def begin(command: list[str], *, port: int, environ: dict[str, str], log: Path) -> Server:
    """Start `command` and wait for its first answer; raises RuntimeError when there is none. End it with `end`."""
    with log.open("ab") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, **environ}, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    server = Server(process=process, port=port, started_in=0.0)
    try:
        _wait(process, port)
    except BaseException:
        end(server)
        raise
    return replace(server, started_in=time.perf_counter() - started)


def lms_serve(port: int, *, workers: int = 2, threads: int = 8) -> list[str]:
    """The production command: several processes on granian."""
    program = Path(sys.executable).with_name("lms")
    return [str(program), "serve", "--port", str(port), "--workers", str(workers), "--threads", str(threads)]


def gunicorn(port: int) -> list[str]:
    """The same app under gunicorn's threads, for comparison."""
    arguments = ["-w", "2", "-k", "gthread", "--threads", "8", "-b", f"127.0.0.1:{port}", "lms.wsgi:app"]
    return [sys.executable, "-m", "gunicorn", *arguments]


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError("the server did not start")


def settle(server: Server) -> None:
    """Wait until the other workers have started too: their start would count as cost of the first requests."""
    deadline, before = time.monotonic() + _SETTLE_SECONDS, server.cpu_ms()
    while time.monotonic() < deadline:
        time.sleep(0.5)
        now = server.cpu_ms()
        if now - before <= 2 * _TICK:
            return
        before = now


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def end(server: Server) -> None:
    """Ask, then force: first the one that started the workers, then whatever is left, each by its id."""
    process, family = server.process, tree(server.pid)
    chief = next((pid for pid in reversed(family) if not _has_no_child(pid, family)), server.pid)  # a tracer is none
    if process.poll() is None:
        os.kill(chief, signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in family[1:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
