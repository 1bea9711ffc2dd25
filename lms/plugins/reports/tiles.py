"""The tile map of coverage for the screen."""

from __future__ import annotations

from lms.kernel.i18n import percent
from lms.plugins.reports.figures import Figures, Row
from lms.plugins.reports.paper import TILES

_LONGEST_LINE = 10  # characters that fit a tile


def tiles_of(figures: Figures) -> list[dict[str, object]]:
    """Tiles for the map macro, each leading to its line of the table.

    Step 0 is a region without coverage: every colour of the scale would claim a number.
    """
    return [_tile(row) for row in figures.rows if row.code in TILES]


def _tile(row: Row) -> dict[str, object]:
    column, line = TILES[row.code]
    name = row.name.removeprefix("Kabupaten ").removeprefix("Kota ")
    return {
        "column": column,
        "row": line,
        "step": row.numbers.step or 0,
        "value": percent(row.numbers.coverage),
        "lines": name.split(" ") if len(name) > _LONGEST_LINE else [name],
        "href": f"#{row.anchor}",
    }
