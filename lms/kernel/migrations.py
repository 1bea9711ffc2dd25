"""One Alembic history, and one version table, per owner: the core first, then each plugin."""

from __future__ import annotations

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text

from lms.kernel.db import db
from lms.kernel.errors import ConfigurationError
from lms.kernel.registry import registry

_PACKAGE = Path(__file__).resolve().parents[1]
# A checkout keeps them beside the package; a wheel carries them inside it (pyproject force-include).
SCRIPTS = next(p for p in (_PACKAGE.parent / "migrations", _PACKAGE / "_migrations") if (p / "env.py").exists())


@dataclass(frozen=True)
class History:
    """The migrations of one owner; `owner` is also its table-name prefix."""

    owner: str
    versions: Path

    @property
    def version_table(self) -> str:
        return f"alembic_version_{self.owner}"

    def config(self) -> Config:
        """An Alembic configuration whose `attributes["history"]` tells env.py whose tables are ours."""
        config = Config(stdout=StringIO())  # Alembic prints remarks that would spoil --json
        config.set_main_option("script_location", str(SCRIPTS))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(self.versions))
        config.attributes["history"] = self
        return config

    def head(self) -> str | None:
        """The newest revision of this history on disk."""
        return ScriptDirectory.from_config(self.config()).get_current_head()

    def current(self) -> str | None:
        """The revision the database is at, or None."""
        with db.engine.connect() as connection:
            if not inspect(connection).has_table(self.version_table):
                return None
            row = connection.execute(text(f"SELECT version_num FROM {self.version_table}")).first()  # noqa: S608
            return row[0] if row else None


def histories() -> list[History]:
    """Every history in dependency order: the core first."""
    infos = registry().infos.values()
    return [
        History("core", SCRIPTS / "versions"),
        *(History(info.name, info.migrations) for info in infos if info.migrations),
    ]


def history_of(owner: str) -> History:
    """The history of one owner; raises ConfigurationError when no such plugin is installed."""
    for history in histories():
        if history.owner == owner:
            return history
    raise ConfigurationError(f"no installed plugin is called {owner!r}")


def upgrade(owner: str | None = None, revision: str = "head") -> None:
    """Bring the database to `revision`, all owners unless one is named; safe to repeat and to run twice at once."""
    for history in [history_of(owner)] if owner else histories():
        command.upgrade(history.config(), revision)


def downgrade(owner: str, revision: str) -> None:
    """Take one owner back to `revision` ("base" removes all its tables)."""
    command.downgrade(history_of(owner).config(), revision)


def revise(owner: str, message: str, rev_id: str | None = None) -> None:
    """Write a new revision for one owner by comparing its models with the database, which must be at head."""
    config = history_of(owner).config()
    config.attributes["writing"] = True  # env.py then drops empty revisions; `check` must not
    command.revision(config, message, autogenerate=True, rev_id=rev_id)


def differences() -> dict[str, str]:
    """`{owner: what differs}` for owners whose models and database disagree; empty when all is well."""
    found: dict[str, str] = {}
    for history in histories():
        try:
            command.check(history.config())
        except CommandError as error:
            found[history.owner] = str(error)
    return found


def pending() -> dict[str, str]:
    """`{owner: revision}` of histories that are behind their newest revision."""
    return {h.owner: h.head() or "" for h in histories() if h.head() != h.current()}
