"""How much a file of questions may hold."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.kernel import i18n
from lms.plugins.quiz.formats.errors import TooManyQuestions, UnreadableFile

MAX_FILE = 20_000_000  # bytes
MAX_QUESTIONS = 5_000
MAX_PICTURE = 2_000_000  # bytes
MAX_LINES = 400_000  # of a text file: 5,000 questions have fewer


def check_file_size(data: bytes) -> None:
    """Raises UnreadableFile for an empty file or one that is too large."""
    if not data.strip():
        raise UnreadableFile(_("The file is empty. Choose the file with the questions."))
    if len(data) > MAX_FILE:
        raise UnreadableFile(
            _("The file is larger than %(size)s. Split it into several files.", size=i18n.filesize(MAX_FILE))
        )


def check_question_count(count: int) -> None:
    """Raises TooManyQuestions."""
    if count > MAX_QUESTIONS:
        raise TooManyQuestions(
            _(
                "The file holds more than %(count)s questions. Split it into several files.",
                count=i18n.number(MAX_QUESTIONS),
            )
        )


def check_line_count(text: str) -> None:
    """Raises UnreadableFile for a text of very many lines."""
    if text.count("\n") > MAX_LINES:
        raise UnreadableFile(
            _(
                "The file has more than %(count)s lines. Split it into several files.",
                count=i18n.number(MAX_LINES),
            )
        )
