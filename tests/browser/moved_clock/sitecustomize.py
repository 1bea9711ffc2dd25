"""Moves the product's clock in a server process by the seconds in a file, so that a test can live a whole day."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

_FILE = os.environ.get("LMS_TEST_CLOCK_FILE")

if _FILE:
    from lms.kernel import clock

    class MovedDatetime(datetime):
        """The real clock plus the file's seconds."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=float(Path(_FILE).read_text()))

    clock.datetime = MovedDatetime  # type: ignore[misc]
