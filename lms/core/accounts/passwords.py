"""Password hashing with Argon2id, with the same work for accounts that do not exist."""

from __future__ import annotations

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

from lms.kernel.errors import RuleViolation

MIN_LENGTH = 12
MAX_LENGTH = 256
_EASY = ("password", "katasandi", "123456", "qwerty", "lokakarya", "rahasia", "admin")
_hasher = PasswordHasher()
# A login storm must not take the cores that check-in needs: one hash at a time per process.
_one_at_a_time = BoundedSemaphore(1)


class WeakPassword(RuleViolation):
    """The password is too short, too long, or one that everybody tries first."""


def check_strength(password: str) -> None:
    """Length and a few listed words only: no composition rule. Raises WeakPassword."""
    if len(password) < MIN_LENGTH:
        raise WeakPassword(_("Use at least %(count)s characters; three words are good.", count=MIN_LENGTH), "password")
    if len(password) > MAX_LENGTH:
        raise WeakPassword(_("Use at most %(count)s characters.", count=MAX_LENGTH), "password")
    rest = password.lower()
    for word in _EASY:
        rest = rest.replace(word, "")
    if len(rest) < MIN_LENGTH // 2 or len(set(password)) < 5:
        raise WeakPassword(
            _("This password is too easy to guess. Use three words that do not belong together."), "password"
        )


def hash_password(password: str) -> str:
    """An Argon2id hash; the caller has checked the strength."""
    with _one_at_a_time:
        return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; None stands for an account that does not exist and costs the same time."""
    with _one_at_a_time:
        try:
            return _hasher.verify(password_hash or _decoy(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _decoy() -> str:
    return _hasher.hash("no account has this password")
