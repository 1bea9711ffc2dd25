"""The wake-up channel of jobs: a huey queue in a file or in Redis that carries job ids and nothing else."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from typing import Any, cast

import structlog
from flask import Flask, current_app
from huey import RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from lms.kernel.installation import settings

log = structlog.get_logger(__name__)
_EXTENSION = "lms_queue"
_TASK = "run_job"


class _IdsOnly(Serializer):  # type: ignore[misc]
    """Messages as JSON: huey's own format is pickle, and whoever can write to Redis could then run code here."""

    def _serialize(self, message: Any) -> bytes:
        return json.dumps([message.id, message.name, list(message.args)]).encode()

    def _deserialize(self, data: bytes) -> Any:
        message_id, name, args = json.loads(data)
        return Message(message_id, name, args=tuple(int(value) for value in args))


class JobQueue:
    """Wakes workers. Losing a message is harmless: the workers' tick finds rows that nobody picked up."""

    def __init__(self, app: Flask, run: Callable[[int], object]) -> None:
        self._app, self._run, self._lock = app, run, threading.Lock()
        self._built: tuple[Any, Any] | None = None

    def _parts(self) -> tuple[Any, Any]:
        """The huey and its one task, made at first use: most commands need neither."""
        with self._lock:
            if self._built is None:
                huey = _build(self._app)
                self._built = huey, huey.task(name=_TASK)(self._run)
        return self._built

    @property
    def huey(self) -> Any:
        return self._parts()[0]

    def wake(self, job_id: int) -> bool:
        """Ask any worker to run the job now; never raises, False when the queue cannot be reached."""
        try:
            self._parts()[1](job_id)
        except Exception as error:  # noqa: BLE001 -- the database row is the truth, so a dead queue must not fail the request
            log.warning("queue_unreachable", error=type(error).__name__, job_id=job_id)
            return False
        return True

    def is_empty(self) -> bool:
        """Whether workers have taken every message; raises what the queue raises when it cannot be reached."""
        return not self.huey.pending_count()


def _build(app: Flask) -> Any:
    logging.getLogger("huey").setLevel(logging.CRITICAL)  # it would log every failed poll; our tick says it once
    conf = settings(app)
    common = {"results": False, "serializer": _IdsOnly()}
    if conf.redis_url:
        return RedisHuey("lms", connection_pool=redis_pool(conf.redis_url), **common)
    conf.data_dir.mkdir(parents=True, exist_ok=True)
    # TRUNCATE: huey uses the interpreter's SQLite, whose WAL may be unsafe. No fsync: losing a wake-up is harmless.
    return SqliteHuey(
        "lms", filename=str(conf.data_dir / "queue.sqlite"), journal_mode="truncate", fsync=False, **common
    )


def redis_pool(url: str) -> Any:
    """Connections that give up fast: a request must not wait for a Redis that is gone."""
    from redis import ConnectionPool  # noqa: PLC0415 -- optional dependency
    from redis.backoff import NoBackoff  # noqa: PLC0415 -- optional dependency
    from redis.retry import Retry  # noqa: PLC0415 -- optional dependency

    return ConnectionPool.from_url(url, socket_connect_timeout=0.5, socket_timeout=5, retry=Retry(NoBackoff(), 0))


def init_queue(app: Flask, run: Callable[[int], object]) -> None:
    """Give `app` a queue whose workers call `run(job_id)`."""
    app.extensions[_EXTENSION] = JobQueue(app, run)


def job_queue(app: Flask | None = None) -> JobQueue:
    """The queue of `app`, or of the current app."""
    return cast(JobQueue, (app or current_app).extensions[_EXTENSION])
