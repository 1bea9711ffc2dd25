"""The words for kinds, states, bands and pillars."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.enums import Pillar, QuizKind, QuizState
from lms.plugins.quiz.gain import Band
from lms.plugins.quiz.people_queries import Standing
from lms.plugins.quiz.taking import TileState

KINDS = {
    QuizKind.PRE: _l("Pre-test"),
    QuizKind.POST: _l("Post-test"),
    QuizKind.SESSION: _l("Session quiz"),
    QuizKind.EVALUATION: _l("Evaluation"),
    QuizKind.PRACTICE: _l("Practice"),
}
STATES = {QuizState.DRAFT: _l("Draft"), QuizState.OPEN: _l("Opened"), QuizState.CLOSED: _l("Closed")}
TILES = {
    TileState.OPEN: _l("Opened"),
    TileState.LATER: _l("Later"),
    TileState.DONE: _l("Done"),
    TileState.MISSED: _l("Closed"),
}
PILLARS = {
    Pillar.MANAGEMENT: _l("Management"),
    Pillar.LEADERSHIP: _l("Leadership"),
    Pillar.CONTROL: _l("Programme control"),
    Pillar.NONE: _l("Cross-cutting"),
}
BANDS = {
    Band.FALL: _l("Fallen"),
    Band.LOW: _l("Low, below 0.3"),
    Band.MEDIUM: _l("Medium, 0.3 to 0.7"),
    Band.HIGH: _l("High, from 0.7"),
}
STANDINGS = {
    Standing.NOT_BEGUN: _l("Not begun"),
    Standing.RUNNING: _l("Answering"),
    Standing.DONE: _l("Handed in"),
    Standing.AUTO_CLOSED: _l("Closed automatically"),
    Standing.WAITING: _l("Waiting to be marked"),
}
