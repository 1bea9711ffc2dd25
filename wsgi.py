"""The WSGI entry point of a production server."""

from lms import create_app

app = create_app()
