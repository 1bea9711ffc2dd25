"""Translation catalogues: extract, merge, compile and check, one pair of languages per owner.

    catalogues.py update [OWNER… | all] [--tsv FILE]   read the code, merge, compile; prints what lacks Indonesian
    catalogues.py compile [OWNER… | all]               only make the .mo files of the .po files
    catalogues.py check   fails on what is missing, fuzzy or stale, or has other placeholders

Owners are `core` (lms without its plugins), each plugin, each example plugin, and `wtforms` (the messages of the form
library, which ships no Indonesian).
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("id", "en")
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_n": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
# `silent` off: a template that cannot be parsed must not look like one without words.
_JINJA = {"extensions": "jinja2.ext.do", "trimmed": "true", "silent": "false"}
OPTIONS = {"**.html": _JINJA, "**.txt": _JINJA}
SKIPPED = {"node_modules", "vendor", "__pycache__", "migrations", "data", "static"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|(?<!%)%[sd]|\{\w+\}")


class PlainCatalog(Catalog):
    """A catalogue whose .mo header holds neither a date nor a tool's version, so equal messages give equal bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Plural-Forms", self.plural_forms),
        ]

    @mime_headers.setter
    def mime_headers(self, _headers: list[tuple[str, str]]) -> None:
        return


def owners(root: Path = ROOT) -> dict[str, tuple[Path, Path]]:
    """`{owner: (folder to read, folder of translations)}`."""
    found = {"core": (root / "lms", root / "lms" / "translations")}
    for plugin in sorted(root.glob("lms/plugins/*/plugin.py")) + sorted(root.glob("examples/*/*/plugin.py")):
        found[plugin.parent.name] = (plugin.parent, plugin.parent / "translations")
    return found


def extract(owner: str, folder: Path) -> Catalog:
    """Every message of an owner, without places, so that moving code changes nothing."""
    template = Catalog(charset="utf-8", fuzzy=False)

    def wanted(path: str | os.PathLike[str]) -> bool:
        return Path(path).name not in SKIPPED and not (owner == "core" and Path(path) == folder / "plugins")

    found = extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS, directory_filter=wanted, strip_comment_tags=True)
    for _file, _line, message, _comments, context in found:
        template.add(message, context=context)
    return template


def read(path: Path, language: str) -> Catalog:
    """The catalogue on disk; an empty one where there is none."""
    if not path.exists():
        return PlainCatalog(locale=language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def merge(template: Catalog, old: Catalog, language: str, tsv: dict[str, str]) -> Catalog:
    """The messages of `template` with the translations kept from `old`, then those of `tsv`; identity for English."""
    new = PlainCatalog(locale=language, charset="utf-8", fuzzy=False)
    for message in template:
        if message.id:
            known = old.get(message.id if isinstance(message.id, str) else message.id[0], context=message.context)
            kept = None if known is None or known.fuzzy else known.string
            text = _translation(message.id, language, kept, tsv, new.num_plurals)
            new.add(message.id, text, context=message.context)
    return new


def _translation(
    msgid: str | Sequence[str], language: str, kept: object, tsv: dict[str, str], plurals: int
) -> str | tuple[str, ...]:
    if language == "en":
        return msgid if isinstance(msgid, str) else tuple(msgid)
    if isinstance(msgid, str):
        return tsv.get(msgid) or (kept if isinstance(kept, str) else "")
    forms = [form for form in kept if form] if isinstance(kept, tuple | list) else []
    given = [text for text in (tsv.get(msgid[1]), tsv.get(msgid[0])) if text]
    return tuple((given[:1] or forms or [""]) * plurals)[:plurals]


def rendered(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The bytes of the .po and the .mo file; the same messages give the same bytes."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalogue, width=120, no_location=True, omit_header=True, sort_output=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    plain = PlainCatalog(locale=str(catalogue.locale), charset="utf-8", fuzzy=False)
    for message in catalogue:
        if message.id:
            plain.add(message.id, message.string, context=message.context)
    write_mo(mo, plain)
    return header.encode() + po.getvalue(), mo.getvalue()


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step: a running app never reads half a catalogue."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes() == content:
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One writer per owner at a time."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"lokakarya-catalogue-{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def update(names: list[str], tsv: dict[str, str], root: Path = ROOT) -> list[str]:
    """Write .po and .mo of the owners; returns what still lacks Indonesian."""
    lacking: list[str] = []
    for owner in names:
        folder, home = owners(root)[owner]
        with _locked(home):
            template = extract(owner, folder)
            for language in LANGUAGES:
                target = home / language / "LC_MESSAGES"
                new = merge(template, read(target / "messages.po", language), language, tsv)
                po, mo = rendered(new)
                _write(target / "messages.po", po)
                _write(target / "messages.mo", mo)
                lacking += [f"{owner}: {message.id!r}" for message in new if message.id and not _is_full(message)]
    return lacking


def compile_all(names: list[str], root: Path = ROOT) -> None:
    """Write the .mo files of the .po files that are there."""
    for owner in names:
        home = owners(root)[owner][1]
        for path in sorted(home.glob("*/LC_MESSAGES/messages.po")):
            with _locked(home):
                _write(path.with_suffix(".mo"), rendered(read(path, path.parents[1].name))[1])


def check(root: Path = ROOT) -> list[str]:
    """What is wrong with the catalogues; empty when all is well."""
    wrong: list[str] = []
    for owner, (folder, home) in owners(root).items():
        template = extract(owner, folder)
        for language in LANGUAGES:
            target = home / language / "LC_MESSAGES"
            old = read(target / "messages.po", language)
            new = merge(template, old, language, {})
            for name, content in zip(("messages.po", "messages.mo"), rendered(new), strict=True):
                path = target / name
                if not path.exists() or path.read_bytes() != content:
                    wrong.append(f"{path.relative_to(root)} is stale: run tools/catalogues.py update {owner}")
            wrong += [f"{owner} {language}: {message.id!r} is fuzzy" for message in old if message.id and message.fuzzy]
            wrong += faults(f"{owner} {language}", new)
    return wrong


def faults(label: str, catalogue: Catalog) -> list[str]:
    """Messages without a translation, or with other placeholders than the English text."""
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        if not _is_full(message):
            wrong.append(f"{label}: no translation of {message.id!r}")
            continue
        allowed = [_holes(text) for text in _forms(message.id)]
        # "one seat" may leave out the number that "%(num)d seats" has.
        needed = allowed if len(allowed) > 1 else allowed * 2
        if any(_holes(text) not in needed for text in _forms(message.string)):
            wrong.append(f"{label}: placeholders differ in {message.id!r}")
    return wrong


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text)  # type: ignore[call-overload]


def _is_full(message: Message) -> bool:
    return bool(message.string) and all(_forms(message.string))


def _holes(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def form_library(*, write: bool, root: Path = ROOT) -> list[str]:
    """Check (or compile) the Indonesian messages of WTForms and Flask-WTF, which are written by hand."""
    path = root / "lms" / "translations" / "id" / "LC_MESSAGES" / "wtforms.po"
    known = read(path, "id")
    po, mo = rendered(known)
    if write:
        _write(path, po)
        _write(path.with_suffix(".mo"), mo)
    wrong = faults("wtforms id", known)
    if not path.with_suffix(".mo").exists() or path.with_suffix(".mo").read_bytes() != mo:
        wrong.append("wtforms.mo is stale: run tools/catalogues.py compile wtforms")
    for package in ("wtforms", "flask_wtf"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        for _f, _l, message, _c, _x in extract_from_dir(Path(spec.origin).parent, [("**.py", "python")], {}, KEYWORDS):
            msgid = message if isinstance(message, str) else message[0]
            if msgid and msgid not in known:
                wrong.append(f"wtforms id: no translation of {msgid!r} of {package}")
    return wrong


def read_tsv(paths: list[str]) -> dict[str, str]:
    """`{msgid: msgstr}` of tab-separated files; `\\n` stands for a line break."""
    pairs: dict[str, str] = {}
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            if "\t" in line:
                msgid, msgstr = line.split("\t", 1)
                pairs[msgid.replace("\\n", "\n")] = msgstr.strip().replace("\\n", "\n")
    return pairs


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["update", "compile", "check"])
    parser.add_argument("owners", nargs="*", metavar="OWNER")
    parser.add_argument("--tsv", action="append", default=[], help="msgid<TAB>msgstr lines; they win over what is kept")
    asked = parser.parse_args()
    if asked.verb == "check":
        wrong = check() + form_library(write=False)
        print("\n".join(wrong) or "Catalogues are complete.")
        return 1 if wrong else 0
    everyone = [*owners(), "wtforms"]
    names = everyone if not asked.owners or "all" in asked.owners else asked.owners
    if unknown := sorted(set(names) - set(everyone)):
        parser.error(f"no such owner: {', '.join(unknown)}; there are {', '.join(everyone)}")
    ours = [name for name in names if name != "wtforms"]
    if "wtforms" in names:
        print("\n".join(form_library(write=True)))
    if asked.verb == "compile":
        compile_all(ours)
    else:
        print("\n".join(update(ours, read_tsv(asked.tsv))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
