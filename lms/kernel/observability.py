"""Health, readiness and metrics endpoints for the people and machines that run an installation."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable
from ipaddress import ip_address

import sqlalchemy as sa
import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import multiprocess as several

from lms.kernel.db import db
from lms.kernel.installation import settings
from lms.kernel.job_models import JobRow
from lms.kernel.job_queue import redis_pool
from lms.kernel.permissions import public
from lms.kernel.storage import storage

log = structlog.get_logger(__name__)
bp = Blueprint("health", __name__)
_EXTENSION = "lms_metrics"
_READY_FOR = 3.0  # seconds that an answer of /readyz is reused: the page is public, its checks are not free
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one app; with PROMETHEUS_MULTIPROC_DIR set, of all processes together."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lms_requests_total", "Requests", ["endpoint", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "lms_request_seconds", "Time to answer", ["endpoint"], registry=self.registry, buckets=_BUCKETS
        )

    def render(self) -> bytes:
        registry = self.registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            registry = CollectorRegistry()
            several.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(_jobs_now())


def _jobs_now() -> CollectorRegistry:
    registry = CollectorRegistry()
    gauge = Gauge("lms_jobs", "Jobs by state", ["state"], registry=registry)
    for state, count in db.session.execute(sa.select(JobRow.state, sa.func.count()).group_by(JobRow.state)):
        gauge.labels(state.value).set(count)
    return registry


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return jsonify(ok=True)


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """The things the process needs answer too; 503 names those that do not."""
    checks = readiness()
    return jsonify(ok=all(checks.values()), checks=checks), 200 if all(checks.values()) else 503


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus metrics, for this machine or the bearer of LMS_METRICS_TOKEN."""
    if not _may_read_metrics():
        abort(404)
    found = current_app.extensions[_EXTENSION]
    assert isinstance(found, Metrics)
    return Response(found.render(), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics() -> bool:
    token = settings().metrics_token
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # A proxy on this machine also comes from the loopback address, with somebody else's request.
    if any(request.headers.get(name) for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def readiness() -> dict[str, bool]:
    """`{part: whether it answers}`, at most three seconds old."""
    kept = current_app.extensions.get("lms_ready")
    if kept and time.monotonic() - kept[0] < _READY_FOR:
        return dict(kept[1])
    parts: dict[str, Callable[[], object]] = {"database": _ask_database, "storage": lambda: storage().backend.check()}
    if settings().redis_url:
        parts["redis"] = ask_redis
    checks = {name: _answers(name, ask) for name, ask in parts.items()}
    current_app.extensions["lms_ready"] = (time.monotonic(), checks)
    return checks


def _ask_database() -> None:
    with db.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))


def ask_redis() -> None:
    """Raise when the configured Redis does not answer."""
    from redis import Redis  # noqa: PLC0415 -- optional dependency

    with Redis.from_pool(redis_pool(settings().redis_url)) as redis:
        redis.ping()


def _answers(name: str, ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 -- whatever it is, this part does not work
        log.warning("not_ready", check=name, error=type(error).__name__)
        return False
    return True


def _count(response: Response) -> Response:
    found = current_app.extensions[_EXTENSION]
    endpoint = request.endpoint or "none"
    found.requests.labels(endpoint, request.method, str(response.status_code)).inc()
    if "started_at" in g:
        found.seconds.labels(endpoint).observe(time.perf_counter() - g.started_at)
    return response


def init_observability(app: Flask) -> None:
    """Mount the endpoints and count requests."""
    app.extensions[_EXTENSION] = Metrics()
    app.register_blueprint(bp)
    app.after_request(_count)
