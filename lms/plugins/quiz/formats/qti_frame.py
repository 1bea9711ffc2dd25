"""The parts that every item of QTI 3 is put together from: declarations, scoring, feedback and texts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from lms.kernel import rich_text
from lms.plugins.quiz.content import Picture, Text
from lms.plugins.quiz.enums import TextFormat
from lms.plugins.quiz.formats import encoding
from lms.plugins.quiz.formats.pictures import MEDIA_TYPES
from lms.plugins.quiz.formats.worth import plain
from lms.plugins.quiz.formats.xml_safety import to_xhtml

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
RESPONSE = "RESPONSE"


def file_name(picture: Picture) -> str:
    """The name of a picture in the package; it tells nothing of the answer."""
    return f"{picture.sha[:16]}.{MEDIA_TYPES.get(picture.media_type, 'png')}"


class Frame:
    """Collects what stands around the body of one item. `notes` are what was lost although it could be written."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._pictures = {picture.sha: picture for picture in pictures}
        self.used: dict[str, Picture] = {}
        self._declarations: list[str] = []
        self._scoring: list[str] = []
        self._feedbacks: list[str] = []
        self.notes: list[str] = []

    def item(self, *, identifier: str, title: str, body: str) -> str:
        """The whole item."""
        title = quoteattr(encoding.clean(title))
        scoring = "".join(self._scoring)
        return "\n".join(
            [
                f'<qti-assessment-item xmlns="{NAMESPACE}" identifier="{identifier}" title={title}'
                ' adaptive="false" time-dependent="false" xml:lang="id">',
                *self._declarations,
                f"<qti-item-body>{body}</qti-item-body>",
                f"<qti-response-processing>{scoring}</qti-response-processing>" if scoring else "",
                *self._feedbacks,
                "</qti-assessment-item>\n",
            ]
        )

    def note(self, reason: str) -> None:
        """Tell once what was lost."""
        if reason not in self.notes:
            self.notes.append(reason)

    def xhtml(self, text: Text) -> str:
        """A text as markup; pictures by their place in the package."""
        if text.format is TextFormat.PLAIN:
            return "<br/>".join(escape(line) for line in encoding.clean(text.source).split("\n"))
        html = str(rich_text.render(text.source, text.format.value, self._address))
        return to_xhtml(encoding.clean(html))

    def _address(self, sha: str) -> str:
        picture = self._pictures.get(sha)
        if picture is None:
            return ""
        self.used[sha] = picture
        return f"../images/{file_name(picture)}"

    def outcome(self, name: str, kind: str, value: str, cardinality: str = "single") -> None:
        """Declare an outcome."""
        default = f"<qti-default-value><qti-value>{value}</qti-value></qti-default-value>" if value else ""
        self._declarations.append(
            f'<qti-outcome-declaration identifier="{name}" cardinality="{cardinality}" base-type="{kind}">'
            f"{default}</qti-outcome-declaration>"
        )

    def respond(
        self,
        correct: list[str],
        points: dict[str, Decimal],
        *,
        name: str = RESPONSE,
        cardinality: str = "single",
        kind: str = "identifier",
        cased: bool | None = None,
        bounds: str = "",
    ) -> None:
        """Declare a response: what is right, and what each answer is worth."""
        values = "".join(f"<qti-value>{escape(value)}</qti-value>" for value in correct)
        case = "" if cased is None else f' case-sensitive="{str(cased).lower()}"'
        entries = "".join(
            f'<qti-map-entry map-key={quoteattr(key)} mapped-value="{plain(worth)}"{case}/>'
            for key, worth in points.items()
        )
        mapping = f'<qti-mapping default-value="0"{bounds}>{entries}</qti-mapping>' if entries else ""
        right = f"<qti-correct-response>{values}</qti-correct-response>" if values else ""
        self._declarations.append(
            f'<qti-response-declaration identifier="{name}" cardinality="{cardinality}" base-type="{kind}">'
            f"{right}{mapping}</qti-response-declaration>"
        )

    def add(self, expression: str, condition: str = "") -> None:
        """Add to the score, on a condition or always."""
        deed = (
            '<qti-set-outcome-value identifier="SCORE"><qti-sum><qti-variable identifier="SCORE"/>'
            f"{expression}</qti-sum></qti-set-outcome-value>"
        )
        if condition:
            deed = (
                f"<qti-response-condition><qti-response-if>{condition}{deed}</qti-response-if></qti-response-condition>"
            )
        self._scoring.append(deed)

    def map(self, name: str = RESPONSE) -> None:
        """Add what the answer is worth by its mapping to the score."""
        self.add(f'<qti-map-response identifier="{name}"/>')

    def show(self, outcome: str, response: str) -> None:
        """Let a response decide which feedback is shown."""
        self._scoring.append(
            f'<qti-set-outcome-value identifier="{outcome}"><qti-variable identifier="{response}"/>'
            "</qti-set-outcome-value>"
        )

    def modal(self, outcome: str, name: str, text: Text) -> None:
        """A feedback that is shown when the outcome has this value."""
        self._feedbacks.append(
            f'<qti-modal-feedback outcome-identifier="{outcome}" show-hide="show" identifier="{name}">'
            f"<qti-content-body>{self.xhtml(text)}</qti-content-body></qti-modal-feedback>"
        )
