"""What a run of the drills found, and the pages of `docs/proof/` that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import machine
from drills.trial import Drill, Trial

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "proof"
HOLDS, FAILS, NOT_PROVEN, NOT_RUN = "holds", "FAILS", "not proven", "not run"


@dataclass(frozen=True, kw_only=True)
class Result:
    """All trials of one drill; `missing` names programs without which it was not run."""

    drill: Drill
    trials: Sequence[Trial] = ()
    seconds: float = 0.0
    missing: tuple[str, ...] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def rounds(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.control is None]

    @property
    def controls(self) -> list[Trial]:
        return [trial for trial in self.trials if trial.control is not None]

    @property
    def verdict(self) -> str:
        """A drill whose control did not fail proves nothing."""
        if self.missing:
            return NOT_RUN
        if not all(trial.holds for trial in self.rounds):
            return FAILS
        return HOLDS if self.controls and all(trial.is_proven for trial in self.controls) else NOT_PROVEN


def write(results: Sequence[Result], *, command: str) -> None:
    """A page for each drill, and the list of all pages; a drill that was not run keeps its earlier page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for result in results:
        if not result.missing:
            name = f"{result.drill.key.lower()}.md"
            (FOLDER / name).write_text(_page(result, command), encoding="utf-8")
    (FOLDER / "README.md").write_text(_index(), encoding="utf-8")


def _page(result: Result, command: str) -> str:
    drill, about = result.drill, machine()
    seeds = ", ".join(str(trial.seed) for trial in result.rounds)
    kind = " (short form)" if any(trial.quick for trial in result.trials) else ""
    lines = [
        f"# {drill.key}: {drill.title}",
        "",
        "Written by the drill itself; do not edit.",
        "",
        f"- Verdict: **{result.verdict}**{kind}",
        f"- Date: {result.at:%Y-%m-%d %H:%M} UTC, {result.seconds:.0f} s",
        f"- Command: `{command}`",
        f"- Machine: {about['cpus']} x {about['cpu']}, {about['system']}, Python {about['python']}",
        f"- Seeds: {seeds}",
        "",
        drill.how,
        "",
    ]
    for trial in result.rounds:
        lines += [f"## Seed {trial.seed}", "", *_table(trial), ""]
    for trial in result.controls:
        assert trial.control is not None
        outcome = "failed, as it must" if trial.is_proven else "**did not fail**: the drill proves nothing"
        lines += [f"## Control: {trial.control.says}", ""]
        lines += [f"It {outcome}. “{trial.control.breaks}” is what must not hold.", "", *_table(trial), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(trial: Trial) -> list[str]:
    lines = ["| Measured | Value | Wanted | |", "| --- | --- | --- | --- |"]
    lines += [f"| {c.name} | {c.value} | {c.wanted} | {'ok' if c.is_met else 'no'} |" for c in trial.checks]
    lines += [f"| {name} | {_cell(value)} | | |" for name, value in trial.told.items()]
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")[:200]


def _index() -> str:
    """Every page that is there, with the verdict that it tells."""
    lines = [
        "# Proof",
        "",
        "What the reliability drills found, each page written by the run itself: `.venv/bin/python -m drills --write`.",
        "Every drill also runs against a server that is broken on purpose (its control) and must then fail; one whose",
        "control does not fail counts as not proven.",
        "",
        "| Drill | Verdict | Date |",
        "| --- | --- | --- |",
    ]
    for page in sorted(FOLDER.glob("r*.md"), key=_order):
        text = page.read_text(encoding="utf-8").splitlines()
        title = text[0].removeprefix("# ")
        told = {name: line.partition(": ")[2] for line in text for name in ("Verdict", "Date") if f"- {name}: " in line}
        lines.append(f"| [{title}]({page.name}) | {told.get('Verdict', '')} | {told.get('Date', '')} |")
    return "\n".join(lines) + "\n"


def _order(page: Path) -> tuple[int, str]:
    digits = "".join(character for character in page.stem if character.isdigit())
    return int(digits or 0), page.stem
