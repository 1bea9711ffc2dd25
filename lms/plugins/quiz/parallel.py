"""Two forms of one test from one set of questions: equally many per objective, as equally hard as they can be.

Nothing here is left to chance: the same questions always give the same forms. Within an objective, questions of the
same type and mark that are about equally hard become pairs; one of each pair goes to form A and the other to form B, so
that what A gets easier in one pair it gets harder in the next; exchanges then make the sums as equal as they get.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

HALF = Fraction(1, 2)
_MAX_ROUNDS = 200  # each round makes the forms more alike, so this is only a safeguard


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A question to place. `facility` is the share 0..1 that earned its mark so far, None where nobody was asked."""

    question_id: int
    objective: str
    kind: str
    mark: Decimal = Decimal(1)
    facility: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Balance:
    """The forms in one objective, or in all; a mean is None where no facility is known."""

    objective: str
    a: int
    b: int
    mean_a: Decimal | None
    mean_b: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Split:
    """The forms in the order of the questions given; `left_out` are those that found no partner."""

    a: tuple[Candidate, ...]
    b: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...] = ()

    @property
    def objectives(self) -> tuple[Balance, ...]:
        names = dict.fromkeys(row.objective for row in (*self.a, *self.b))
        return tuple(self._balance(name, only=True) for name in names)

    @property
    def total(self) -> Balance:
        return self._balance("", only=False)

    @property
    def lines(self) -> tuple[Balance, ...]:
        """Every objective, then all together under an empty name."""
        return (*self.objectives, self.total)

    def _balance(self, objective: str, *, only: bool) -> Balance:
        a, b = ([row for row in form if not only or row.objective == objective] for form in (self.a, self.b))
        return Balance(objective=objective, a=len(a), b=len(b), mean_a=mean_facility(a), mean_b=mean_facility(b))


def mean_facility(rows: Iterable[Candidate]) -> Decimal | None:
    """The mean of the facilities that are known."""
    known = [row.facility for row in rows if row.facility is not None]
    return sum(known, Decimal(0)) / len(known) if known else None


@dataclass(kw_only=True)
class _Board:
    """The forms while they are built: `pairs` holds `[A, B]`; what nobody was asked counts as its objective's mean."""

    worth: dict[int, Fraction]
    pairs: list[list[Candidate]] = field(default_factory=list)
    gaps: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))  # of A over B, by objective
    unknown: int = 0  # how many more questions without facility A has

    def cost(self, objective: str, more: Fraction, unknown: int) -> tuple[int, Fraction]:
        """How unlike the forms are after A gained that much there: first what is unknown, then facilities."""
        gaps = {**self.gaps, objective: self.gaps[objective] + more}
        whole = abs(sum(gaps.values(), Fraction()))
        return max(0, abs(self.unknown + unknown) - 1), whole + sum(map(abs, gaps.values()), Fraction())

    def change(self, gained: Candidate, lost: Candidate) -> tuple[str, Fraction, int]:
        """What `cost` and `count` need when A has `gained` instead of `lost`, or beside it in B."""
        gap = self.worth[gained.question_id] - self.worth[lost.question_id]
        return gained.objective, gap, (gained.facility is None) - (lost.facility is None)

    def count(self, objective: str, more: Fraction, unknown: int) -> None:
        self.gaps[objective] += more
        self.unknown += unknown


def build(candidates: Sequence[Candidate]) -> Split:
    """Forms A and B; an objective with an odd number of questions leaves one out, where that makes pairs alike."""
    board = _Board(worth=_worth_of(candidates))
    left_out: set[int] = set()
    for objective in dict.fromkeys(row.objective for row in candidates):
        pairs, odd = _pairs_of([row for row in candidates if row.objective == objective], board.worth)
        board.pairs += [[first, second] for first, second in pairs]
        left_out |= {row.question_id for row in odd}
    _turn(board)
    _exchange(board)
    in_a = {a.question_id for a, _b in board.pairs}
    return Split(
        a=tuple(row for row in candidates if row.question_id in in_a),
        b=tuple(row for row in candidates if row.question_id not in in_a | left_out),
        left_out=tuple(row for row in candidates if row.question_id in left_out),
    )


def _worth_of(candidates: Sequence[Candidate]) -> dict[int, Fraction]:
    """The facility of each question; an unknown one counts as the mean of its objective, of all, or one half."""
    overall = _mean(candidates, HALF)
    of: dict[str, list[Candidate]] = defaultdict(list)
    for row in candidates:
        of[row.objective].append(row)
    means = {name: _mean(rows, overall) for name, rows in of.items()}
    return {
        row.question_id: means[row.objective] if row.facility is None else Fraction(row.facility) for row in candidates
    }


def _mean(rows: Iterable[Candidate], otherwise: Fraction) -> Fraction:
    known = [Fraction(row.facility) for row in rows if row.facility is not None]
    return sum(known, Fraction()) / len(known) if known else otherwise


def _pairs_of(
    rows: Sequence[Candidate], worth: dict[int, Fraction]
) -> tuple[list[tuple[Candidate, Candidate]], list[Candidate]]:
    """Pairs of like questions, and what is left of an odd number: first within a type and mark, then across."""
    cells: dict[tuple[str, Decimal, bool], list[Candidate]] = defaultdict(list)
    for row in rows:
        cells[row.kind, row.mark, row.facility is None].append(row)
    pairs: list[tuple[Candidate, Candidate]] = []
    rest: dict[tuple[str, Decimal], list[Candidate]] = defaultdict(list)
    for (kind, mark, _unknown), cell in sorted(cells.items()):
        found, odd = _neighbours(cell, worth)
        pairs += found
        rest[kind, mark] += odd
    leftovers: list[Candidate] = []
    for cell in rest.values():
        found, odd = _neighbours(cell, worth)
        pairs += found
        leftovers += odd
    found, odd = _neighbours(leftovers, worth)
    return pairs + found, odd


def _neighbours(
    rows: Sequence[Candidate], worth: dict[int, Fraction]
) -> tuple[list[tuple[Candidate, Candidate]], list[Candidate]]:
    """The easiest with the next easiest and so on; of an odd number the one without which the pairs are most alike."""
    ordered = sorted(rows, key=lambda row: (-worth[row.question_id], row.question_id))
    if len(ordered) % 2 == 0:
        return list(zip(ordered[::2], ordered[1::2], strict=True)), []

    def unlike(place: int) -> tuple[Fraction, int]:
        kept = ordered[:place] + ordered[place + 1 :]
        gaps = (worth[a.question_id] - worth[b.question_id] for a, b in zip(kept[::2], kept[1::2], strict=True))
        return sum(gaps, Fraction()), -place

    out = min(range(0, len(ordered), 2), key=unlike)
    kept = ordered[:out] + ordered[out + 1 :]
    return list(zip(kept[::2], kept[1::2], strict=True)), [ordered[out]]


def _turn(board: _Board) -> None:
    """Decide which of each pair goes to A, the most unlike pair first: always so that the sums come closer."""

    def unlike(pair: Sequence[Candidate]) -> tuple[Fraction, int]:
        return -abs(board.worth[pair[0].question_id] - board.worth[pair[1].question_id]), pair[0].question_id

    for pair in sorted(board.pairs, key=unlike):
        as_is, turned = board.change(pair[0], pair[1]), board.change(pair[1], pair[0])
        if board.cost(*turned) < board.cost(*as_is):
            pair.reverse()
            as_is = turned
        board.count(*as_is)


def _exchange(board: _Board) -> None:
    """Exchange questions between the forms as long as that makes them more alike, the best exchange first."""
    for _round in range(_MAX_ROUNDS):
        best, cost = None, board.cost("", Fraction(), 0)
        for first, second in _exchanges(board):
            objective, gap, unknown = board.change(board.pairs[second][1], board.pairs[first][0])
            after = board.cost(objective, 2 * gap, 2 * unknown)  # A gains what B loses
            if after < cost:
                best, cost = (first, second), after
        if best is None:
            return
        first, second = best
        a, b = board.pairs[first][0], board.pairs[second][1]
        objective, gap, unknown = board.change(b, a)
        board.count(objective, 2 * gap, 2 * unknown)
        board.pairs[first][0], board.pairs[second][1] = b, a


def _exchanges(board: _Board) -> Iterable[tuple[int, int]]:
    """A of one pair for B of the other: within a pair, or within an objective between the same type and mark."""
    for first, (a, _b) in enumerate(board.pairs):
        for second, (_a, b) in enumerate(board.pairs):
            alike = (a.objective, a.kind, a.mark) == (b.objective, b.kind, b.mark)
            if first == second or alike:
                yield first, second
