"""One trial of a drill: its seed, its installation, what was measured, and whether that is enough."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.processes import Server
from drills.site import Scene, Site


@dataclass(frozen=True, kw_only=True)
class Check:
    """One measured value against what the drill asks for."""

    name: str
    value: str
    wanted: str
    is_met: bool


@dataclass(frozen=True, kw_only=True)
class Control:
    """The same drill on a server that is broken on purpose: `breaks` is the check that must then fail.

    `sabotage` names modules of `drills/sabotage`, which the server's processes import when they start.
    """

    sabotage: tuple[str, ...]
    says: str
    breaks: str


@dataclass
class Trial:
    """What a drill is given; it tells its findings through `at_most`, `at_least` and `equal`."""

    seed: int
    quick: bool
    scene: Scene
    folder: Path
    control: Control | None = None
    checks: list[Check] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    @property
    def holds(self) -> bool:
        return all(check.is_met for check in self.checks)

    @property
    def is_proven(self) -> bool:
        """For a control: whether the check that must fail has failed."""
        control = self.control
        return control is None or any(not check.is_met for check in self.checks if check.name == control.breaks)

    def pick(self, quick: Any, full: Any) -> Any:
        """How much work this trial does."""
        return quick if self.quick else full

    def wants(self, check: str) -> bool:
        """Whether a part of the drill is needed: a control does no more than what leads to the check it breaks."""
        return self.control is None or self.control.breaks == check

    def at_most(self, name: str, value: float, limit: float, unit: str = "") -> None:
        """Keep a value that may not be above `limit`."""
        self._keep(name, _text(value, unit), f"<= {_text(limit, unit)}", value <= limit)

    def at_least(self, name: str, value: float, limit: float, unit: str = "") -> None:
        """Keep a value that may not be below `limit`."""
        self._keep(name, _text(value, unit), f">= {_text(limit, unit)}", value >= limit)

    def equal(self, name: str, value: object, wanted: object) -> None:
        """Keep a value that must be exactly `wanted`."""
        self._keep(name, str(value), str(wanted), value == wanted)

    def tell(self, name: str, value: object) -> None:
        """Keep a figure that no limit belongs to."""
        self.told[name] = str(value)
        print(f"    {name}: {value}", flush=True)

    def _keep(self, name: str, value: str, wanted: str, is_met: bool) -> None:
        self.checks.append(Check(name=name, value=value, wanted=wanted, is_met=is_met))
        print(f"    {'ok  ' if is_met else 'FAIL'} {name}: {value} (wanted {wanted})", flush=True)

    @contextlib.contextmanager
    def site(self, **environ: str) -> Iterator[Site]:
        """A fresh copy of the seeded installation, sabotaged where this is a control; gone after the block."""
        folder = self.folder / f"site-{len(list(self.folder.iterdir()))}"
        shutil.copytree(self.scene.folder, folder)
        site = Site(folder=folder, scene=self.scene, environ=environ, sabotage=self.sabotage)
        try:
            yield site
        finally:
            site.end()
            shutil.rmtree(folder, ignore_errors=True)

    @contextlib.contextmanager
    def server(self, **environ: str) -> Iterator[tuple[Site, Server]]:
        """A fresh installation with a running server."""
        with self.site(**environ) as site:
            yield site, site.begin()

    @property
    def sabotage(self) -> tuple[str, ...]:
        return self.control.sabotage if self.control else ()


def _text(value: float, unit: str) -> str:
    number = f"{value:.3g}" if isinstance(value, float) and value < 100 else f"{value:.0f}"
    return f"{number} {unit}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One row of the list of drills, and the function that does it."""

    key: str
    title: str
    how: str
    run: Callable[[Trial], None]
    controls: tuple[Control, ...]
    people: int = 400  # the installation has at least so many; `quick` takes fewer
    rounds: int = 3
    needs: tuple[str, ...] = ()  # commands that must work, each begins with the name of its program

    def missing(self) -> list[str]:
        """Programs that are not installed, or may not do here what they are for."""
        return [command.split()[0] for command in self.needs if not _works(command.split())]


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, timeout=20, check=False).returncode == 0
