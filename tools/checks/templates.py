"""Rules for templates: nothing inline that the content security policy forbids, no unescaped data, no bare words."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)[^>]*>|<style\b|\sstyle\s*=|(?<=\s)on[a-z]+\s*=\s*[\"'{]|[\"'=]javascript:", re.IGNORECASE
)
# Data for a script of ours is not a script: the browser never runs it.
DATA_SCRIPT = re.compile(r"<script[^>]*type=\"(application/json|application/ld\+json)\"", re.IGNORECASE)
UNSAFE = re.compile(r"\|\s*safe\b|\bMarkup\(|\{%-?\s*autoescape\s+false")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TAGS = re.compile(r"<(script|svg|template|code|kbd)\b.*?</\1>|<[^>]*>|&#?\w+;", re.DOTALL)
SPOKEN = re.compile(r"\s(?:alt|title|placeholder|aria-label|aria-description|content|label)=\"([^\"]*)\"")
BLOCK = re.compile(r"\{%-?\s*block\s+\w*(?:attributes|class|classes)\w*\s*-?%\}.*?\{%-?\s*endblock[^%]*%\}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{3,}")
# Names and short forms that are the same in both languages.
BRAND = {
    "Lokakarya", "BK3S", "Kalimantan", "Barat", "XLSX", "CSV", "JSON", "PPTX", "PDF", "ZIP", "WhatsApp", "Bahasa",
    "Indonesia", "English", "SERT", "WIB", "WITA", "WIT", "RTL",
}  # fmt: skip
ATTRIBUTE_WORDS = {"width", "device", "initial", "scale", "viewport", "fit", "cover", "light", "dark", "noindex"}
# The page that shows every component speaks of made-up things.
SAMPLES = {"patterns.html"}
MARKUP_OK = {"lms/kernel/slots.py", "lms/kernel/qr.py", "lms/kernel/assets.py", "lms/kernel/rich_text.py"}


def check(root: Path = ROOT) -> list[str]:
    """What breaks a rule; empty when all is well."""
    wrong: list[str] = []
    for path in [*sorted((root / "lms").rglob("*.html")), *sorted((root / "examples").rglob("*.html"))]:
        text, name = COMMENT.sub("", path.read_text(encoding="utf-8")), path.relative_to(root).as_posix()
        wrong += [f"{name}: {fault}" for fault in _faults(text)]
        if path.name not in SAMPLES and (words := sorted(bare_words(text))):
            wrong.append(f"{name}: words outside _(): {', '.join(words[:8])}")
    for path in [*sorted((root / "lms").rglob("*.py")), *sorted((root / "examples").rglob("*.py"))]:
        name = path.relative_to(root).as_posix()
        if name not in MARKUP_OK and re.search(r"\bMarkup\(", path.read_text(encoding="utf-8")):
            wrong.append(f"{name}: Markup() only in {', '.join(sorted(MARKUP_OK))}")
    return wrong


def _faults(text: str) -> list[str]:
    code = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    found = [match for match in INLINE.finditer(code) if not DATA_SCRIPT.match(match.group(0))]
    inline = [f"inline {match.group(0).strip()!r}" for match in found]
    return inline + [f"{match.group(0)!r} lets markup of people through" for match in UNSAFE.finditer(code)]


def bare_words(text: str) -> set[str]:
    """Words that people would read and nobody could translate (a guess: some are names)."""
    plain = JINJA.sub(" ", BLOCK.sub(" ", text))
    spoken = " ".join(SPOKEN.findall(plain))
    seen = set(WORD.findall(TAGS.sub(" ", plain))) | (set(WORD.findall(spoken)) - ATTRIBUTE_WORDS)
    return {word for word in seen if word not in BRAND}


if __name__ == "__main__":
    found = check()
    print("\n".join(found) or "Templates follow the rules.")
    sys.exit(1 if found else 0)
