"""How kernel code reads the settings of the current installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

if TYPE_CHECKING:
    from lms.config import Settings


def settings(app: Flask | None = None) -> Settings:
    """The frozen settings of `app`, or of the current app."""
    return cast("Settings", (app or current_app).extensions["lms_settings"])
