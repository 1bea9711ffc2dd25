"""The list of third-party software, from the lock file, the installed metadata and the vendored files.

third_party.py writes THIRD_PARTY.md; `third_party.py --check` fails when it is stale or a licence is refused.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+?)(?: ;.*)? \\$", re.MULTILINE)
REFUSED = re.compile(r"\bAGPL|Affero|\bSSPL|Server Side Public|Commons Clause|\bBUSL|Business Source", re.IGNORECASE)
# Strong copyleft is fine for a tool that is run, never for what is linked; each one is judged here by name.
COPYLEFT = re.compile(r"(?<![AL])GPL|(?<!Lesser )(?<!Library )General Public License", re.IGNORECASE)
JUDGED: dict[str, str] = {}
HEAD = """# Third-party software

Lokakarya itself is under the Apache License 2.0 (`LICENSE`). It stands on the work of others, with thanks. This file is
made by `tools/third_party.py` from `requirements.lock` and what is installed; a test keeps it current.

"""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One locked package; the licence is what its metadata says, empty where it says nothing."""

    name: str
    version: str
    licence: str


def packages(root: Path = ROOT) -> list[Package]:
    """The locked packages that are installed here; those of other platforms carry no metadata."""
    locked = LOCKED.findall((root / "requirements.lock").read_text(encoding="utf-8"))
    found = []
    for name, version in sorted(set(locked)):
        try:
            info = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found.append(Package(name=name, version=version, licence=_licence(info)))
    return found


def _licence(info: metadata.PackageMetadata) -> str:
    """SPDX expression, else classifiers, else the first line of the free text."""
    if expression := info.get("License-Expression", ""):
        return str(expression)
    trove = [line.rpartition(" :: ")[2] for line in info.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [name for name in trove if name != "OSI Approved"]
    text = str(info.get("License", "") or "").strip()
    return "; ".join(named) or (text.splitlines()[0][:60] if text else "")


def refused(found: list[Package]) -> list[str]:
    """Packages whose licence does not fit a permissive product, or is not known."""
    wrong = []
    for package in found:
        if not package.licence:
            wrong.append(f"{package.name} {package.version}: the metadata names no licence")
        elif REFUSED.search(package.licence):
            wrong.append(f"{package.name} {package.version}: {package.licence}")
        elif COPYLEFT.search(package.licence) and package.name not in JUDGED:
            wrong.append(f"{package.name} {package.version}: {package.licence} is not judged yet")
    return wrong


def document(root: Path = ROOT) -> str:
    """The text of THIRD_PARTY.md."""
    rows = [f"| {p.name} | {p.version} | {p.licence} |" for p in packages(root)]
    table = ["## Python packages", "", "| package | version | licence |", "|---|---|---|", *rows, ""]
    notes = [f"- {name}: {why}" for name, why in sorted(JUDGED.items())]
    vendor = (root / "lms" / "static" / "vendor" / "VENDOR.md").read_text(encoding="utf-8")
    _title, _newline, body = vendor.partition("\n")
    parts = [*table, *notes, "", "## Browser code, in `lms/static/vendor/`", body.strip(), "", *_assets(root)]
    return HEAD + re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


def _assets(root: Path) -> list[str]:
    """Fonts and icons, by the licence files that lie beside them."""
    known = {
        "lms/static/fonts/OFL.txt": "Plus Jakarta Sans, SIL Open Font License 1.1 (pages)",
        "lms/typst/fonts/OFL.txt": "Plus Jakarta Sans, SIL Open Font License 1.1 (documents)",
        "lms/static/icons-LICENSE.txt": "Lucide icons, ISC",
        "lms/core/regions/data/NOTICE.txt": "Codes and names of regions, sources in that file",
    }
    there = [f"- {text}: `{name}`" for name, text in known.items() if (root / name).exists()]
    return ["## Fonts, icons and data", "", *there, ""]


def stale(root: Path = ROOT) -> list[str]:
    """Why THIRD_PARTY.md is not what this tool would write; packages of other platforms do not count."""
    path = root / "THIRD_PARTY.md"
    written = set(path.read_text(encoding="utf-8").splitlines()) if path.exists() else set()
    return [f"not in THIRD_PARTY.md: {line}" for line in document(root).splitlines() if line not in written]


if __name__ == "__main__":
    if "--check" in sys.argv:
        faults = refused(packages()) + stale()
        print("\n".join(faults) or "Third-party software is listed and permissive.")
        sys.exit(1 if faults else 0)
    (ROOT / "THIRD_PARTY.md").write_text(document(), encoding="utf-8")
    print("\n".join(refused(packages())))
