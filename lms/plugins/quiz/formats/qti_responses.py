"""What an item of QTI calls right: response declarations, mappings and tolerances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Number
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.qti_tree import attribute, child, children, descendants, words
from lms.plugins.quiz.formats.worth import EXACT, from_fraction, number, range_of
from lms.plugins.quiz.formats.xml_safety import Element

_PLACES = Decimal("0.0000001")
_FIGURES = {"float", "integer"}


@dataclass(frozen=True, kw_only=True)
class Response:
    """One response declaration; `mapping` is empty where only the right response counts."""

    cardinality: str = "single"
    base_type: str = "identifier"
    correct: tuple[str, ...] = ()
    mapping: Mapping[str, Decimal] = field(default_factory=dict)
    default: Decimal = ZERO
    cased: frozenset[str] = frozenset()

    def is_figure(self) -> bool:
        return self.base_type in _FIGURES

    def worths(self, keys: Sequence[str], *, adds_up: bool) -> dict[str, Decimal]:
        """What each key is worth as a part of one: of the highest, or of all that is above zero where it adds up."""
        if not self.mapping:
            right = set(self.correct)
            share = _part(ONE, Decimal(len(right) or 1)) if adds_up else ONE
            wrong = -ONE if adds_up else ZERO
            return {key: share if key in right else wrong for key in keys}
        points = {key: self.mapping.get(key, self.default) for key in keys}
        above = [point for point in points.values() if point > 0]
        whole = sum(above, ZERO) if adds_up else max(above, default=ZERO)
        return {key: _part(point, whole or ONE) for key, point in points.items()}

    def weight(self) -> int:
        """How much a gap counts among others."""
        most = max(self.mapping.values(), default=ONE)
        return int(most) if most == most.to_integral_value() and 1 <= most <= 100 else 1


def _part(points: Decimal, whole: Decimal) -> Decimal:
    part = EXACT.divide(points, whole)
    return max(min(part, ONE), -ONE).quantize(_PLACES).normalize() + ZERO


def responses_of(item: Element) -> dict[str, Response]:
    """`{identifier: response}` of an item."""
    processing = child(item, "responseprocessing")
    only_correct = processing is not None and "match_correct" in attribute(processing, "template")
    declarations = children(item, "responsedeclaration")
    return {attribute(found, "identifier"): _response(found, only_correct=only_correct) for found in declarations}


def _response(declaration: Element, *, only_correct: bool) -> Response:
    """`only_correct`: the item's processing passes its mapping over."""
    mapping = None if only_correct else child(declaration, "mapping")
    entries = [] if mapping is None else children(mapping, "mapentry")
    points = {attribute(entry, "mapkey"): number(attribute(entry, "mappedvalue", "0")) for entry in entries}
    right = child(declaration, "correctresponse")
    return Response(
        cardinality=attribute(declaration, "cardinality", "single").lower(),
        base_type=attribute(declaration, "basetype", "identifier").lower(),
        correct=() if right is None else tuple(words(value) for value in children(right, "value")),
        mapping=points,
        default=ZERO if mapping is None else number(attribute(mapping, "defaultvalue", "0")),
        cased=frozenset(
            attribute(entry, "mapkey") for entry in entries if attribute(entry, "casesensitive", "true") != "false"
        ),
    )


def numbers_of(item: Element, identifier: str, response: Response) -> tuple[Number, ...]:
    """The accepted numbers, with the tolerance that the response processing gives them."""
    bounds = _bounds(item, identifier)
    if bounds and not response.mapping:
        value, half = range_of(*bounds)
        return (Number(value=value, tolerance=half),)
    keys = list(dict.fromkeys([*response.mapping, *response.correct]))
    if not keys:
        raise Broken(_("No answer is marked as right. Mark the key and import the question again."))
    worths = response.worths(keys, adds_up=False)
    found = []
    for key in keys:
        value = number(key)
        fraction = from_fraction(str(worths[key])) if key in response.mapping or not response.mapping else ONE
        found.append(Number(value=value, tolerance=_tolerance(item, identifier, value), fraction=fraction))
    return tuple(found)


def _refers(expression: Element, identifier: str) -> bool:
    return any(attribute(variable, "identifier") == identifier for variable in descendants(expression, "variable"))


def _bounds(item: Element, identifier: str) -> tuple[str, str] | None:
    """The two numbers between which the response must be."""
    found: list[str] = []
    for comparison in descendants(item, "gte", "lte", "gt", "lt"):
        if _refers(comparison, identifier):
            found.extend(words(value) for value in descendants(comparison, "basevalue"))
    if len(found) != 2:
        return None
    low, high = sorted(found, key=number)
    return low, high


def _tolerance(item: Element, identifier: str, value: Decimal) -> Decimal:
    for comparison in descendants(item, "equal"):
        sizes = attribute(comparison, "tolerance").split()
        mode = attribute(comparison, "tolerancemode").lower()
        if sizes and mode in {"absolute", "relative"} and _refers(comparison, identifier):
            half = max(number(size) for size in sizes[:2])
            return half if mode == "absolute" else EXACT.divide(EXACT.multiply(abs(value), half), Decimal(100))
    return ZERO
