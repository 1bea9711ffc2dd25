"""Lokakarya: a workshop platform from invitation to impact."""

from __future__ import annotations

from lms.app import create_app

__version__ = "0.1.0"
__all__ = ["__version__", "create_app"]
