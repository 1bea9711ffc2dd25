"""Pages that a phone keeps for the time without signal; the service worker reads what the answers say."""

from __future__ import annotations

from flask import Response, make_response

HEADER = "Lms-Offline"


def keep_offline(page: str | Response) -> Response:
    """The answer, marked so that this browser keeps it and shows it again without signal."""
    response = make_response(page)
    response.headers[HEADER] = "keep"
    return response


def forget_offline(response: Response) -> Response:
    """The answer, marked so that this browser drops every kept page, for instance at sign-out."""
    response.headers[HEADER] = "forget"
    return response
