"""Fixtures of the infrastructure tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from bare import Build, bare_app, running
from flask import Flask

from lms.kernel.declarations import Job


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """`build(*jobs, **settings)` makes a bare app whose context is open until the test ends."""
    with ExitStack() as stack:

        def make(*declared: Job, **changes: Any) -> Flask:
            return stack.enter_context(running(bare_app(tmp_path, *declared, **changes)))

        yield make


@pytest.fixture
def bare(build: Build) -> Flask:
    return build()
