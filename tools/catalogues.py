"""Translation catalogues: extract, merge, compile and check, one pair of languages per owner.

Usage: catalogues.py update [OWNER…] [--tsv FILE]   |   catalogues.py check
Owners are `core` (lms without its plugins), each plugin, and each example plugin.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("id", "en")
KEYWORDS = {
    "_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_n": (1, 2),
    "pgettext": ((1, "c"), 2), "lazy_pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do", "trimmed": "true"}}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def owners() -> dict[str, tuple[Path, Path]]:
    """`{owner: (folder to read, folder of translations)}`."""
    found = {"core": (ROOT / "lms", ROOT / "lms" / "translations")}
    for folder in sorted((ROOT / "lms" / "plugins").iterdir()):
        if (folder / "plugin.py").exists():
            found[folder.name] = (folder, folder / "translations")
    for plugin in sorted(ROOT.glob("examples/*/*/plugin.py")):
        found[plugin.parent.name] = (plugin.parent, plugin.parent / "translations")
    return found


def extract(owner: str, folder: Path) -> Catalog:
    """Every message of an owner, sorted, without places, so that moving code changes nothing."""
    template = Catalog(project="Lokakarya", charset="utf-8", fuzzy=False)

    def wanted(path: str) -> bool:
        name = Path(path).name
        return not (name in {"node_modules", "vendor", "__pycache__"} or (owner == "core" and Path(path) == folder / "plugins"))

    for _file, _line, message, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS, directory_filter=wanted, strip_comment_tags=True
    ):
        template.add(message, None, auto_comments=[], context=context)
    return template


def catalogue(owner: str, language: str, tsv: dict[str, str]) -> Catalog:
    """The merged catalogue of one language: kept translations, new ones from `tsv`, identity for English."""
    folder, home = owners()[owner]
    path = home / language / "LC_MESSAGES" / "messages.po"
    old = read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)
    new = Catalog(locale=language, project="Lokakarya", charset="utf-8", fuzzy=False)
    for message in extract(owner, folder):
        if not message.id:
            continue
        known = old.get(message.id if isinstance(message.id, str) else message.id[0], context=message.context)
        new.add(message.id, _translation(message.id, language, known, tsv, new.num_plurals), context=message.context)
    return new


def _translation(msgid: object, language: str, known: object, tsv: dict[str, str], plurals: int) -> object:
    if language == "en":
        return msgid if isinstance(msgid, str) else tuple(msgid)  # type: ignore[arg-type]
    kept = getattr(known, "string", None) if known is not None and not getattr(known, "fuzzy", False) else None
    if isinstance(msgid, str):
        return kept if isinstance(kept, str) and kept else tsv.get(msgid, "")
    forms = [form for form in kept if form] if isinstance(kept, tuple) else ([kept] if kept else [])
    if not forms:
        forms = [text for text in (tsv.get(msgid[1]), tsv.get(msgid[0])) if text][:1]  # type: ignore[index]
    return tuple((forms or [""]) * plurals)[:plurals]


def rendered(new: Catalog) -> tuple[bytes, bytes]:
    """The bytes of the .po and the .mo file; the same messages give the same bytes."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, new, width=120, no_location=True, omit_header=True, sort_output=True)
    header = f'msgid ""\nmsgstr ""\n"Language: {new.locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {new.plural_forms}\\n"\n\n'
    body = header.encode() + po.getvalue()
    write_mo(mo, read_po(io.BytesIO(body), locale=str(new.locale)))
    return body, mo.getvalue()


def update(names: list[str], tsv: dict[str, str]) -> int:
    """Write .po and .mo of the owners; prints what still lacks Indonesian."""
    missing = 0
    for owner in names or list(owners()):
        home = owners()[owner][1]
        for language in LANGUAGES:
            new = catalogue(owner, language, tsv)
            target = home / language / "LC_MESSAGES"
            target.mkdir(parents=True, exist_ok=True)
            po, mo = rendered(new)
            (target / "messages.po").write_bytes(po)
            (target / "messages.mo").write_bytes(mo)
            for message in new:
                if message.id and not _is_full(message.string):
                    missing += 1
                    print(f"{owner}: {message.id!r}")
    return missing


def check() -> list[str]:
    """What is wrong with the catalogues; empty when all is well."""
    wrong: list[str] = []
    for owner, (_folder, home) in owners().items():
        for language in LANGUAGES:
            target = home / language / "LC_MESSAGES"
            new = catalogue(owner, language, {})
            po, mo = rendered(new)
            for name, content in (("messages.po", po), ("messages.mo", mo)):
                path = target / name
                if not path.exists() or path.read_bytes() != content:
                    wrong.append(f"{path.relative_to(ROOT)} is stale: run tools/catalogues.py update {owner}")
            wrong.extend(_faults(owner, language, new))
    return wrong


def _faults(owner: str, language: str, new: Catalog) -> list[str]:
    wrong = []
    for message in new:
        if not message.id:
            continue
        if not _is_full(message.string):
            wrong.append(f"{owner} {language}: no translation of {message.id!r}")
        elif isinstance(message.id, str) and _holes(message.id) != _holes(str(message.string)):
            wrong.append(f"{owner} {language}: placeholders differ in {message.id!r}")
    return wrong


def _is_full(text: object) -> bool:
    return bool(text) if isinstance(text, str) else bool(text) and all(text)  # type: ignore[arg-type]


def _holes(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def read_tsv(paths: list[str]) -> dict[str, str]:
    """`{msgid: msgstr}` of tab-separated files; `\\n` stands for a line break."""
    pairs: dict[str, str] = {}
    for path in paths:
        for line in Path(path).read_text().splitlines():
            if "\t" in line:
                msgid, msgstr = line.split("\t", 1)
                pairs[msgid.replace("\\n", "\n")] = msgstr.strip().replace("\\n", "\n")
    return pairs


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["update", "check"])
    parser.add_argument("owners", nargs="*")
    parser.add_argument("--tsv", action="append", default=[])
    asked = parser.parse_args()
    if asked.verb == "update":
        names = [] if asked.owners == ["all"] else asked.owners
        update(names, read_tsv(asked.tsv))
        return 0
    wrong = check()
    print("\n".join(wrong) or "Catalogues are complete.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
