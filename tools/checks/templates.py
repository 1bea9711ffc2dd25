"""Rules for templates: nothing inline that the content security policy forbids, no unescaped data, no bare words."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INLINE = re.compile(r"<script>|<script (?![^>]*src=)[^>]*>|<style|\sstyle=[\"']|\son[a-z]+=[\"']", re.IGNORECASE)
UNSAFE = re.compile(r"\|\s*safe\b|Markup\(")
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
TAGS = re.compile(r"<(script|svg|template)\b.*?</\1>|<[^>]*>|&\w+;", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{4,}")
# Names that are the same in both languages, and the page that shows every component.
BRAND = {"Lokakarya", "XLSX", "JSON", "PPTX", "WhatsApp", "BK3S", "Kalimantan", "Barat", "SERT"}
SAMPLES = {"patterns.html"}
MARKUP_OK = {"lms/kernel/slots.py", "lms/kernel/qr.py", "lms/kernel/assets.py"}


def check(root: Path = ROOT) -> list[str]:
    """What breaks a rule; empty when all is well."""
    wrong: list[str] = []
    for path in sorted((root / "lms").rglob("*.html")):
        text, name = path.read_text(encoding="utf-8"), path.relative_to(root).as_posix()
        wrong += [f"{name}: inline {match.group(0).strip()!r}" for match in INLINE.finditer(text)]
        wrong += [f"{name}: {match.group(0)!r} lets markup of people through" for match in UNSAFE.finditer(text)]
        if path.name not in SAMPLES:
            words = {word for word in WORD.findall(TAGS.sub(" ", JINJA.sub(" ", text))) if word not in BRAND}
            wrong += [f"{name}: words outside _(): {', '.join(sorted(words)[:5])}"] if words else []
    for path in sorted((root / "lms").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if "Markup(" in path.read_text(encoding="utf-8") and name not in MARKUP_OK:
            wrong.append(f"{name}: Markup() only in {', '.join(sorted(MARKUP_OK))}")
    return wrong


if __name__ == "__main__":
    found = check()
    print("\n".join(found) or "Templates follow the rules.")
    sys.exit(1 if found else 0)
