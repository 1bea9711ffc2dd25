"""In CI (`CI=true` or `LMS_CI=1`) a skipped test is a failed one: what was not run proves nothing."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

_MARK = "skipped in CI, which counts as failed: "


def is_strict() -> bool:
    """Whether this run may skip nothing."""
    return any(os.environ.get(name, "").lower() in {"1", "true", "yes"} for name in ("CI", "LMS_CI"))


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the report of a skipped test into that of a failed one."""
    report = yield
    if is_strict() and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", _MARK + _reason(report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    if is_strict() and report.skipped:
        report.outcome, report.longrepr = "failed", _MARK + _reason(report.longrepr)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """List what was skipped, after the failures."""
    reports = [*terminalreporter.stats.get("failed", []), *terminalreporter.stats.get("error", [])]
    skipped = sorted({f"{r.nodeid}: {r.longrepr}" for r in reports if str(r.longrepr).startswith(_MARK)})
    if skipped:
        terminalreporter.write_sep("=", f"{len(skipped)} skipped, and nothing may be skipped in CI")
        for line in skipped:
            terminalreporter.write_line(line)


def _reason(longrepr: Any) -> str:
    return str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
