"""What a reader gathers: drafts and faults in the order of the file, within the limits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from lms.kernel.i18n import number
from lms.plugins.quiz import content as contents
from lms.plugins.quiz.content import ONE, Content, Draft, Fault, Reading
from lms.plugins.quiz.enums import QuestionKind
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.limits import check_question_count

_KEYED = {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE}
_MAX_FAULTS = 1_000


class Collector:
    """Gathers a `content.Reading`. A question that turns out broken becomes a fault and stops nothing."""

    def __init__(self) -> None:
        self._drafts: list[Draft] = []
        self._faults: list[Fault] = []
        self._categories: dict[tuple[str, ...], None] = {}
        self._count = 0

    def category(self, path: Sequence[str]) -> tuple[str, ...]:
        """Remember a category; returns it with names of a bearable length."""
        found = tuple(name.strip()[:200] for name in path if name.strip())[:20]
        if found:
            self._categories.setdefault(found)
        return found

    def attempt(self, where: str, make: Callable[[], Draft]) -> None:
        """Add what `make` returns, or its fault. Raises TooManyQuestions."""
        self._count += 1
        check_question_count(self._count)
        try:
            self._drafts.append(_checked(make()))
        except Broken as error:
            self.fault(where, error.reason)

    def fault(self, where: str, reason: str) -> None:
        """Add a fault; only the first thousand, which are enough to see that the file is no good."""
        if len(self._faults) < _MAX_FAULTS:
            self._faults.append(Fault(where=where, reason=reason))

    def reading(self) -> Reading:
        """All of it."""
        return Reading(drafts=tuple(self._drafts), faults=tuple(self._faults), categories=tuple(self._categories))


def _checked(draft: Draft) -> Draft:
    """The draft, with its parts within the bounds of a stored question. Raises Broken."""
    check_key(draft.content)
    try:
        contents.from_json(contents.to_json(draft.content))
    except ValueError:
        raise Broken(_("A text or a list in this question is too long, or a number is out of bounds.")) from None
    return draft


def check_key(content: Content) -> None:
    """Raises Broken for a question that should have a right answer and has none."""
    parts = content.options or content.accepted or content.numbers
    if content.kind in _KEYED | {QuestionKind.SHORT, QuestionKind.NUMERIC}:
        if not any(part.fraction > 0 for part in parts):
            raise Broken(_("No answer is marked as right. Mark the key and import the question again."))
    elif content.kind == QuestionKind.MATCHING and not content.pairs:
        raise Broken(_("There are no pairs to match."))


def choice_doubts(content: Content) -> tuple[str, ...]:
    """What the author of a single choice should look at."""
    right = sum(option.fraction == ONE for option in content.options)
    if content.kind == QuestionKind.SINGLE and right > 1:
        return (_("%(count)s options are marked as right, and each of them earns the full mark.", count=number(right)),)
    return ()


def clean_path(path: str) -> tuple[str, ...]:
    """`$course$/top/Manajemen/Dana//hibah` as ("Manajemen", "Dana/hibah"): the names that Moodle adds are left out."""
    names = [name.replace("\x00", "/").strip() for name in path.replace("//", "\x00").split("/")]
    names = [name for name in names if name]
    if names and names[0].startswith("$") and names[0].endswith("$"):
        names = names[1:]
        if names and names[0].lower() == "top":
            names = names[1:]
    elif names and names[0] == "top":
        names = names[1:]
    return tuple(names)


def moodle_path(category: Sequence[str]) -> str:
    """The inverse of `clean_path`."""
    return "/".join(["$course$", "top", *(name.replace("/", "//") for name in category)])
