"""A locked database is waited for as long as it takes: the busy deadline is a minute instead of seconds."""

from __future__ import annotations

from lms.kernel import engine

engine.BUSY_SECONDS = 60.0
