"""Typed settings of one installation, read from the environment; unsafe ones stop the start."""

from __future__ import annotations

import enum
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lms.kernel.errors import ConfigurationError

MIN_SECRET_LENGTH = 32
SIGNING_LEVELS = ("B-B", "B-T", "B-LT")
_KNOWN_SECRETS = frozenset({"dev", "secret", "changeme", "change-me", "change me", "lokakarya"})
_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})


class Mode(enum.StrEnum):
    """`production` is the default, so that a forgotten variable is never the unsafe choice."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    DEMO = "demo"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation may configure; docs/operations.md has the table."""

    mode: Mode
    data_dir: Path
    secret_key: str
    database_url: str
    redis_url: str
    storage_url: str
    mail_url: str
    base_url: str
    trusted_hosts: tuple[str, ...] = ()
    disabled_plugins: tuple[str, ...] = ()
    strict_plugins: bool = False
    debug: bool = False
    embedded_worker: bool = False
    metrics_token: str = ""
    proxies: int = 0
    keys_dir: Path | None = None  # private keys of signatures; never part of a backup
    signing_p12: str = ""  # PKCS#12 file of a certification authority; empty means a local key
    signing_p12_password_file: str = ""
    signing_level: str = "B-B"  # B-B, B-T or B-LT
    signing_tsa_url: str = ""
    seal_url: str = ""  # a remote seal service instead of a key of our own
    seal_token_file: str = ""

    @property
    def keys(self) -> Path:
        """The folder of private keys."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """Host names that requests may carry: the base URL's and those named beside it."""
        own = urlsplit(self.base_url).hostname or ""
        extra = ["localhost", "127.0.0.1", "[::1]"] if self.mode is not Mode.PRODUCTION else []
        return [name for name in (own, *self.trusted_hosts, *extra) if name]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, *, data_dir: Path | None = None) -> Settings:
        """Read `LMS_*` variables; a data folder that `lms demo` prepared brings its own mode and secret."""
        env = os.environ if environ is None else environ
        folder = (data_dir or Path(env.get("LMS_DATA_DIR", "data"))).resolve()
        kept = _installation(folder)
        settings = cls(
            mode=_mode(env.get("LMS_ENV") or kept.get("mode") or "production"),
            data_dir=folder,
            secret_key=env.get("LMS_SECRET_KEY") or kept.get("secret_key", ""),
            database_url=_database_url(env.get("LMS_DATABASE_URL", ""), folder),
            redis_url=env.get("LMS_REDIS_URL", ""),
            storage_url=env.get("LMS_STORAGE_URL") or f"file:{folder / 'files'}",
            mail_url=env.get("LMS_MAIL_URL", ""),
            base_url=(env.get("LMS_BASE_URL") or kept.get("base_url") or "http://127.0.0.1:8000").rstrip("/"),
            trusted_hosts=_words(env.get("LMS_TRUSTED_HOSTS", "")),
            disabled_plugins=_words(env.get("LMS_DISABLED_PLUGINS", "")),
            strict_plugins=_flag(env.get("LMS_STRICT_PLUGINS", "")),
            debug=_flag(env.get("LMS_DEBUG", "") or env.get("FLASK_DEBUG", "")),
            embedded_worker=_flag(env.get("LMS_EMBEDDED_WORKER", "")),
            metrics_token=env.get("LMS_METRICS_TOKEN", ""),
            proxies=int(env.get("LMS_PROXIES", "0") or 0),
            keys_dir=Path(env["LMS_KEYS_DIR"]).resolve() if env.get("LMS_KEYS_DIR") else None,
            signing_p12=env.get("LMS_SIGNING_P12", ""),
            signing_p12_password_file=env.get("LMS_SIGNING_P12_PASSWORD_FILE", ""),
            signing_level=env.get("LMS_SIGNING_LEVEL", "") or "B-B",
            signing_tsa_url=env.get("LMS_SIGNING_TSA_URL", ""),
            seal_url=env.get("LMS_SEAL_URL", ""),
            seal_token_file=env.get("LMS_SEAL_TOKEN_FILE", ""),
        )
        settings.check()
        return settings

    def check(self) -> None:
        """Raise ConfigurationError for what must never run; the message says what to change."""
        if self.debug and self.mode is not Mode.DEVELOPMENT:
            raise ConfigurationError("Debug is on outside development: unset LMS_DEBUG and FLASK_DEBUG.")
        if len(self.secret_key) < MIN_SECRET_LENGTH or self.secret_key.lower() in _KNOWN_SECRETS:
            raise ConfigurationError(
                f"LMS_SECRET_KEY is missing or shorter than {MIN_SECRET_LENGTH} characters. Make one with: "
                'python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        if len(set(self.secret_key)) < 10:
            raise ConfigurationError("LMS_SECRET_KEY repeats few characters: use a random one.")
        if self.signing_level not in SIGNING_LEVELS:
            raise ConfigurationError(f"LMS_SIGNING_LEVEL must be one of {', '.join(SIGNING_LEVELS)}.")
        if self.signing_level != "B-B" and not self.signing_tsa_url:
            raise ConfigurationError(
                "LMS_SIGNING_LEVEL B-T and B-LT need a time stamp service: set LMS_SIGNING_TSA_URL."
            )
        for name, url in (("LMS_REDIS_URL", self.redis_url), ("LMS_DATABASE_URL", self.database_url)):
            parts = urlsplit(url)
            if parts.scheme not in {"", "sqlite"} and parts.hostname not in _LOOPBACK | {None} and not parts.password:
                raise ConfigurationError(f"{name} names another machine without a password: set one on that server.")


def prepare_installation(folder: Path, *, mode: Mode, base_url: str) -> None:
    """Make a data folder that knows its mode and its own random secret; keeps what is there."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = _installation(folder)
    kept.setdefault("mode", mode.value)
    kept.setdefault("secret_key", secrets.token_urlsafe(48))
    kept["base_url"] = base_url
    path = folder / "installation.json"
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(kept, indent=1))


def _installation(folder: Path) -> dict[str, str]:
    path = folder / "installation.json"
    try:
        return dict(json.loads(path.read_text())) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path.name} in the data folder cannot be read: {type(error).__name__}") from error


def _mode(name: str) -> Mode:
    try:
        return Mode(name)
    except ValueError:
        raise ConfigurationError(f"LMS_ENV must be one of {', '.join(Mode)}, not {name!r}.") from None


def _database_url(url: str, folder: Path) -> str:
    if not url:
        return f"sqlite:///{folder / 'lokakarya.sqlite'}"
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:  # always psycopg 3, whatever SQLAlchemy's default is
        return f"postgresql+psycopg{separator}{rest}"
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        raise ConfigurationError("LMS_DATABASE_URL must start with sqlite:// or postgresql://.")
    return url


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _flag(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}
