"""How a command gets its app: the installation of the folder given with `lms --data`, or of the environment."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a click callback inside the app context of the chosen installation."""

    @click.pass_context
    @wraps(command)
    def run(ctx: click.Context, *args: Any, **kwargs: Any) -> Any:
        from lms.app import create_app  # noqa: PLC0415 -- slow import
        from lms.config import Settings  # noqa: PLC0415 -- slow import
        from lms.kernel.db import db  # noqa: PLC0415 -- slow import

        folder = ctx.find_root().obj
        settings = Settings.from_env(data_dir=folder if isinstance(folder, Path) else None)
        app = create_app(settings)
        with app.app_context():
            try:
                return command(*args, **kwargs)
            finally:
                db.session.remove()
                db.engine.dispose()

    return run
