"""The WSGI entry point of an installed wheel, where the checkout's wsgi.py is absent."""

from __future__ import annotations

from lms.app import create_app

app = create_app()
