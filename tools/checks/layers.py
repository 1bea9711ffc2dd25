"""Import rules of the house that import-linter cannot say: inside a package, between plugins, and what stays out."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RANKS = {
    "permissions": 0, "enums": 0, "errors": 0, "events": 0, "models": 1, "queries": 2, "services": 3, "forms": 4,
    "views": 5, "plugin": 6,
}  # fmt: skip
NO_WEB = {"models", "queries", "services"}
WEB = {"flask", "flask_login", "flask_wtf", "wtforms", "werkzeug"}
# Places where anything may go wrong and the work must go on; each line also carries a reason.
BLIND = {
    "lms/kernel/events.py", "lms/kernel/plugins.py", "lms/kernel/answers.py", "lms/kernel/job_runner.py",
    "lms/kernel/worker.py", "lms/kernel/job_queue.py", "lms/kernel/diagnosis.py", "lms/kernel/observability.py",
    "lms/kernel/limits.py", "lms/plugins/certificates/signing/reading.py",
}  # fmt: skip
BROAD = {"Exception", "BaseException"}
COMMITS = {"lms/kernel/db.py"}
Fault = tuple[int, str]


def check(root: Path = ROOT) -> list[str]:
    """What breaks a rule; empty when all is well."""
    wrong: list[str] = []
    for path in [*sorted((root / "lms").rglob("*.py")), *sorted((root / "examples").rglob("*.py"))]:
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(source), source.splitlines()
        found = [*_order(name, tree), *_inline(tree, lines), *_calls(name, tree), *_blind(name, tree)]
        found += _web(path.stem, tree)
        found += _guests(tree) if name.startswith("examples/") else _plugins(name, tree, root)
        wrong += [f"{name}:{line} {text}" for line, text in sorted(set(found))]
    return wrong


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every imported name as `(line, dotted.name)`: `from a.b import c` is `a.b.c`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def _order(name: str, tree: ast.Module) -> Iterator[Fault]:
    """Leaves <- models <- queries <- services <- forms <- views <- plugin, inside one package."""
    parts = name.removesuffix(".py").split("/")
    package, own = ".".join(parts[:-1]) + ".", _rank(parts[-1])
    for line, target in imported(tree):
        if target.startswith("."):
            yield line, "write imports in full, from lms"
        if own is not None and target.startswith(package):
            other = target.removeprefix(package).split(".")[0]
            rank = _rank(other)
            if rank is not None and rank > own:
                yield line, f"{parts[-1]} imports {other}, which comes after it"


def _rank(stem: str) -> int | None:
    return RANKS["views"] if stem.endswith("_views") else RANKS.get(stem)


def _web(stem: str, tree: ast.Module) -> Iterator[Fault]:
    if stem in NO_WEB:
        for line, target in imported(tree):
            if target.split(".")[0] in WEB:
                yield line, f"{stem} must not know the web: {target}"


def _plugins(name: str, tree: ast.Module, root: Path) -> Iterator[Fault]:
    """A plugin imports another one only through its api, and only when it requires it."""
    parts = name.split("/")
    if parts[1] != "plugins" or len(parts) < 4:
        return
    plugin = parts[2]
    needs = _requires(root / "lms" / "plugins" / plugin / "plugin.py")
    for line, target in imported(tree):
        rest = target.removeprefix("lms.plugins.").split(".") if target.startswith("lms.plugins.") else [plugin]
        if rest[0] == plugin:
            continue
        if rest[1:2] != ["api"]:
            yield line, f"imports {target}: of another plugin only its api"
        elif rest[0] not in needs:
            yield line, f"imports {target}, but {plugin} does not require {rest[0]}"


def _requires(path: Path) -> set[str]:
    if path.exists():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "requires":
                return set(ast.literal_eval(node.value))
    return set()


def _guests(tree: ast.Module) -> Iterator[Fault]:
    """Third parties see the SDK, the test tools and the plugins' api."""
    for line, target in imported(tree):
        parts = target.split(".")
        is_open = parts[:2] in (["lms", "sdk"], ["lms", "testing"])
        is_api = parts[:2] == ["lms", "plugins"] and parts[3:4] == ["api"]
        if parts[0] == "lms" and not (is_open or is_api):
            yield line, f"imports {target}: a third party imports lms.sdk, lms.testing and lms.plugins.X.api"


def _inline(tree: ast.Module, lines: list[str]) -> Iterator[Fault]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                    if "PLC0415 -- " not in text:
                        yield node.lineno, "an import inside a function needs `# noqa: PLC0415 -- reason`"


def _calls(name: str, tree: ast.Module) -> Iterator[Fault]:
    """Views build no query; nobody but the unit of work commits."""
    is_view = name.endswith("views.py")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "select" and is_view:
                yield node.lineno, "a view builds no query: it belongs in queries.py"
            if called == "commit" and isinstance(node.func, ast.Attribute) and name not in COMMITS:
                yield node.lineno, "only unit_of_work in lms/kernel/db.py commits"


def _blind(name: str, tree: ast.Module) -> Iterator[Fault]:
    """Catching everything is for listed places; to clean up and raise again is always allowed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and name not in BLIND and not _raises_again(node):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in caught):
                yield node.lineno, "`except Exception` is for the places listed in tools/checks/layers.py"


def _raises_again(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


if __name__ == "__main__":
    wrong = check()
    print("\n".join(wrong) or "Imports follow the rules.")
    sys.exit(1 if wrong else 0)
