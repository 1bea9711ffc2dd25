"""The metric port: numbers by region and period, collected from whichever plugins offer them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lms.kernel.declarations import Metric, Period
from lms.kernel.registry import registry


def available() -> dict[str, Metric]:
    """Every metric by key."""
    return dict(registry().metrics)


def collect(key: str, *, period: Period, region_codes: Sequence[str]) -> dict[str, Decimal]:
    """`{kabupaten/kota code: value}`; empty when no installed plugin offers the metric."""
    metric = registry().metrics.get(key)
    return dict(metric.collect(period=period, region_codes=list(region_codes))) if metric else {}
