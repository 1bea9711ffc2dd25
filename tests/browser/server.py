"""A real server process for browser tests: the product's own commands on a throw-away installation."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lms.testing.servers import free_port

HERE = Path(__file__).resolve().parent
SECRET = "a browser test secret that is long enough 0123456789"
LMS = [sys.executable, "-W", "ignore", "-c", "from lms.kernel.cli import main; main()"]


@dataclass
class Installation:
    """One installation: its folder, address and environment, and the processes that serve it."""

    folder: Path
    extra: dict[str, str]
    workers: int = 0
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        return self.folder / "clock.txt"

    def set_clock(self, moment: datetime) -> None:
        """Let the server's processes believe that it is `moment` (aware); their clock goes on from there."""
        seconds = (moment - datetime.now(UTC)).total_seconds()
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.clock_file)

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "LMS_ENV": "development",
            "LMS_SECRET_KEY": SECRET,
            "LMS_BASE_URL": self.url,
            "LMS_DATA_DIR": str(self.folder),
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": os.pathsep.join([str(HERE / "moved_clock"), str(HERE.parents[1])]),
            "LMS_TEST_CLOCK_FILE": str(self.clock_file),
        }
        return {**os.environ, **own, **self.extra}

    def run(self, *words: str, text: str = "") -> str:
        """Run one `lms` command to its end."""
        done = subprocess.run(
            [*LMS, *words], env=self.environment, input=text.encode(), capture_output=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"lms {' '.join(words)}: {done.stderr.decode()[-2000:]}"
        return done.stdout.decode()

    def start(self) -> None:
        """Start web server and worker, and wait until the site is ready."""
        serve = ["serve", "--port", str(self.port), "--workers", str(self.workers)]
        for words in (serve, ["worker"]):
            with (self.folder / f"{words[0]}.log").open("wb") as log:
                self.processes.append(subprocess.Popen([*LMS, *words], env=self.environment, stdout=log, stderr=log))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError((self.folder / "serve.log").read_text()[-2000:])

    def stop(self) -> None:
        """End what was started."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
