"""The documentation against the code: complete, and about nothing that does not exist."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click import Context, Group
from flask import Flask

from lms.kernel import hookspecs
from lms.kernel.cli import lms
from lms.kernel.declarations import Event
from lms.kernel.plugins import BUILTIN

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXAMPLE = ROOT / "examples" / "lms-plugin-ratings"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md")), EXAMPLE / "README.md"]
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def named(pattern: str, text: str) -> set[str]:
    return set(re.findall(pattern, text, re.MULTILINE))


def events() -> Iterator[type[Event]]:
    waiting = list(Event.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("lms."):
            yield kind


def test_every_hook_has_a_section_and_every_section_a_hook() -> None:
    specified = {name for name in vars(hookspecs) if name.startswith("lms_")}
    assert named(r"^## (lms_\w+)$", text_of("hooks.md")) == specified


def test_every_slot_is_described_and_every_description_a_slot(demo_app: Flask) -> None:
    described = named(r"^\| `([a-z]+\.[a-z]+)` \|", text_of("slots.md"))
    assert described == set(demo_app.extensions["lms_registry"].slots)


def test_every_slot_is_declared_with_what_its_template_passes(demo_app: Flask) -> None:
    declared = demo_app.extensions["lms_registry"].slots
    called = {}
    for path in (ROOT / "lms").rglob("*.html"):
        for name, rest in re.findall(r"slot\(\"([\w.]+)\"((?:,[^)]*)?)\)", path.read_text(encoding="utf-8")):
            called[name] = tuple(re.findall(r"(\w+)=", rest))
    assert called == {name: slot.context for name, slot in declared.items()}


def test_slots_page_names_the_variables_and_the_plugins_of_each_slot(demo_app: Flask) -> None:
    registry = demo_app.extensions["lms_registry"]
    rows = {row[1]: row for row in (line.split("|") for line in text_of("slots.md").splitlines()) if len(row) == 7}
    for name, slot in registry.slots.items():
        row = rows[f" `{name}` "]
        assert re.findall(r"`(\w+)`", row[2]) == list(slot.context), name
        users = {panel.template.partition("/")[0] for panel in registry.panels.get(name, ())} & set(BUILTIN)
        assert {user for user in BUILTIN if re.search(rf"\b{user}\b", row[5])} == users, name


def test_every_event_is_described_with_its_fields_and_nothing_else_is(demo_app: Flask) -> None:
    rows = [line.split("|") for line in text_of("events.md").splitlines() if line.startswith("| `")]
    described = {row[1].strip(" `*"): re.findall(r"`(\w+)`", "|".join(row[2:-3])) for row in rows}
    assert described == {kind.__name__: list(inspect.signature(kind).parameters) for kind in events()}


def test_events_page_names_the_listeners(demo_app: Flask) -> None:
    rows = {
        row[1].strip(" `*"): row[-2]
        for row in (line.split("|") for line in text_of("events.md").splitlines())
        if len(row) > 5
    }
    registry = demo_app.extensions["lms_registry"]
    for kind in events():
        modules = [f"{listener.handler.__module__}..." for listener in registry.subscriptions.get(kind, ())]
        listeners = {module.split(".")[2] for module in modules} & set(BUILTIN)
        told = {name for name in BUILTIN if re.search(rf"\b{name}\b", rows[kind.__name__])}
        assert told == listeners, kind.__name__


def test_events_that_plugins_do_not_export_carry_a_star(demo_app: Flask) -> None:
    for kind in events():
        if kind.__module__.startswith("lms.plugins."):
            api = ROOT.joinpath(*kind.__module__.split(".")[:-1], "api.py")
            is_open = api.exists() and f'"{kind.__name__}"' in api.read_text(encoding="utf-8")
            assert (f"| `{kind.__name__}` * |" not in text_of("events.md")) == is_open, kind.__name__


def test_every_setting_of_the_environment_is_in_the_one_table() -> None:
    read = named(r"\"(LMS_[A-Z_]+)\"", (ROOT / "lms" / "config.py").read_text(encoding="utf-8"))
    assert named(r"^\| `(LMS_[A-Z_]+)` \|", text_of("operations.md")) == read


def test_the_sample_of_settings_names_the_same() -> None:
    sample = named(r"^(LMS_[A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"))
    described = named(r"^\| `(LMS_[A-Z_]+)` \|", text_of("operations.md"))
    assert sample <= described
    assert described - sample == {"LMS_DEBUG"}  # for development only


def commands(group: Group, context: Context, path: str = "lms") -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, Group):
            yield from commands(command, context, f"{path} {name}")
        else:
            yield f"{path} {name}"


def test_every_command_is_in_operations_and_every_command_there_exists() -> None:
    real = set(commands(lms, Context(lms)))
    section = text_of("operations.md").split("## Commands")[1].split("\n## ")[0]
    words = (
        "create|password|upgrade|current|check|downgrade|revision|load|list|stats|gain|import|export"
        "|audit|log-backfill|keys show|keys rotate"
    )
    assert named(rf"`(lms [a-z]+(?: (?:{words}))?)\b", section) == real


def test_every_relative_link_leads_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
            place, _hash, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            path = (page.parent / place).resolve() if place else page
            if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors_of(path)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def anchors_of(page: Path) -> set[str]:
    """Headings as GitHub turns them into anchors."""
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_index_leads_to_every_page() -> None:
    linked = {(DOCS / target.partition("#")[0]).resolve() for target in LINK.findall(text_of("README.md"))}
    ours = {path for path in DOCS.glob("*.md") if path.name != "README.md"} | set((DOCS / "adr").glob("*.md"))
    assert ours - linked == set()


def test_the_guide_shows_the_example_as_it_is() -> None:
    """Each block that begins with a file's name is a passage of that file."""
    shown = 0
    for block in FENCED.findall(text_of("plugin-guide.md")):
        first, _line, rest = block.partition("\n")[2].rpartition("```")[0].partition("\n")
        name = re.fullmatch(r"(?:# |\{# )((?:lms_ratings|tests)/[\w/.]+|pyproject\.toml)(?: #\})?", first)
        if name is None:
            continue
        shown += 1
        source = (EXAMPLE / name[1]).read_text(encoding="utf-8")
        for part in re.split(r"^ *(?:# |\{# )\.\.\.(?: #\})?\n", rest, flags=re.MULTILINE):
            assert part.strip() in source, f"{name[1]}: {part.strip().splitlines()[0]}"
    assert shown >= 8
