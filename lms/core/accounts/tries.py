"""Budgets of tries to sign in: for guessers they are small, for the owner's own browser nobody else spends them."""

from __future__ import annotations

from lms.kernel.limits import throttle

_TRIES = "10 per 15 minutes"
_TRIES_OF_DEVICE = "30 per 15 minutes"
_TRIES_OF_DAY = "100 per 1 day"
# One password tried on many accounts by somebody who keeps no cookie meets only this one.
_WRONG_ON_SITE = "600 per 1 hour"


def spend(*, key: str, device: str, is_known: bool) -> None:
    """Count one try at the account `key` before its password is looked at; raises TooManyAttempts.

    A browser that signed in to this account before (`is_known`) has a budget of its own, so that a stranger who knows
    an e-mail address cannot lock its owner out.
    """
    if is_known:
        throttle("login-known", key, device, limit=_TRIES)
        return
    throttle("login-device", device, limit=_TRIES_OF_DEVICE)
    throttle.peek("login-wrong", "site", limit=_WRONG_ON_SITE)
    throttle("login", key, limit=_TRIES)
    throttle("login-day", key, limit=_TRIES_OF_DAY)


def note_wrong(*, is_known: bool) -> None:
    """Count a wrong password of a browser that nobody knows."""
    if not is_known:
        throttle.hit("login-wrong", "site", limit=_WRONG_ON_SITE)


def give_back(*, key: str, device: str) -> None:
    """The right password was given: the account's own budgets are whole again, those of nobody else."""
    throttle.clear("login-known", key, device, limit=_TRIES)
    throttle.clear("login", key, limit=_TRIES)
    throttle.clear("login-day", key, limit=_TRIES_OF_DAY)
