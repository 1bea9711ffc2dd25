"""The metric port: numbers by region and period, collected from whichever plugins offer them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from lms.core.workshops.models import Workshop
from lms.kernel.db import db
from lms.kernel.declarations import Metric, Period
from lms.kernel.registry import registry


def available() -> dict[str, Metric]:
    """Every metric by key."""
    return dict(registry().metrics)


def collect(key: str, *, period: Period, region_codes: Sequence[str]) -> dict[str, Decimal]:
    """`{kabupaten/kota code: value}`; empty when no installed plugin offers the metric.

    Workshops that switched the plugin off are left out of every query in which the provider reads Workshop.
    """
    metric = registry().metrics.get(key)
    if metric is None:
        return {}
    with _only_where_on(key.partition(".")[0]):
        return dict(metric.collect(period=period, region_codes=list(region_codes)))


@contextmanager
def _only_where_on(owner: str) -> Iterator[None]:
    info = registry().infos.get(owner)
    if info is None or not info.per_workshop:
        yield
        return
    is_on = ~(sa.literal(",") + Workshop.disabled_features + ",").contains(f",{owner},")
    session = db.session()

    def narrow(state: ORMExecuteState) -> None:
        if state.is_select:
            state.statement = state.statement.options(with_loader_criteria(Workshop, is_on))

    event.listen(session, "do_orm_execute", narrow)
    try:
        yield
    finally:
        event.remove(session, "do_orm_execute", narrow)
