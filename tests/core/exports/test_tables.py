"""Tables as files: what a spreadsheet program finds in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from lms.core.exports.columns import Column, neutral
from lms.core.exports.enums import ColumnKind
from lms.core.exports.tables import write_csv, write_xlsx

WIB = ZoneInfo("Asia/Pontianak")
COLUMNS = (
    Column("name", "Nama"),
    Column("phone", "Telepon"),
    Column("count", "Jumlah", ColumnKind.NUMBER),
    Column("born", "Lahir", ColumnKind.DATE),
    Column("seen", "Hadir", ColumnKind.DATETIME),
    Column("ratio", "Rasio", ColumnKind.PERCENT),
)
ROW = (
    "Wati",
    "081234567890",
    Decimal("15"),
    date(1990, 1, 2),
    datetime(2026, 11, 25, 1, 30, tzinfo=UTC),
    Decimal("0.875"),
)
FORMULAS = ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1"]


def read_csv(columns: tuple[Column, ...], rows: list[tuple[object, ...]]) -> list[list[str]]:
    raw = b"".join(write_csv(columns, rows, zone=WIB))
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def read_xlsx(
    columns: tuple[Column, ...], rows: list[tuple[object, ...]], title: str = "Peserta"
) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(write_xlsx(title, columns, rows, zone=WIB)))
    return list(book.get_sheet_by_index(0).to_python())


def test_csv_has_plain_values_in_local_time() -> None:
    assert read_csv(COLUMNS, [ROW]) == [
        ["Nama", "Telepon", "Jumlah", "Lahir", "Hadir", "Rasio"],
        ["Wati", "081234567890", "15", "1990-01-02", "2026-11-25 08:30", "0.875"],
    ]


def test_xlsx_has_typed_values_and_text_with_leading_zeros() -> None:
    header, row = read_xlsx(COLUMNS, [ROW])
    assert header == ["Nama", "Telepon", "Jumlah", "Lahir", "Hadir", "Rasio"]
    assert row == ["Wati", "081234567890", 15.0, date(1990, 1, 2), datetime(2026, 11, 25, 8, 30), 0.875]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_text_in_both_formats(text: str) -> None:
    columns = (Column("name", text), Column("other", "x"))
    assert read_csv(columns, [(text, "y")]) == [[f"'{text}", "x"], [f"'{text}", "y"]]
    shown = read_xlsx(columns, [(text, "y")])
    assert [str(row[0])[:2] for row in shown] == [f"'{text[0]}"] * 2


def test_a_negative_number_stays_a_number() -> None:
    columns = (Column("n", "n", ColumnKind.NUMBER),)
    assert read_csv(columns, [(-3,)])[1] == ["-3"]
    assert read_xlsx(columns, [(-3,)])[1] == [-3.0]


def test_words_in_a_number_column_are_neutral_text() -> None:
    assert read_csv((Column("n", "n", ColumnKind.NUMBER),), [("=1",)])[1] == ["'=1"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), True])
def test_what_is_no_number_is_written_as_text(value: object) -> None:
    columns = (Column("n", "n", ColumnKind.NUMBER), Column("x", "x"))
    assert read_xlsx(columns, [(value, "y")])[1] == [str(value), "y"]


def test_empty_values_are_empty_cells() -> None:
    row = (None, "", None, None, None, None)
    assert read_csv(COLUMNS, [row])[1] == [""] * 6
    assert read_xlsx(COLUMNS, [row, ROW])[1] == [""] * 6


def test_commas_quotes_and_line_breaks_survive_csv() -> None:
    text = 'Panti "Kasih", Pontianak\r\nlantai 2'
    assert read_csv((Column("a", "a"), Column("b", "b")), [(text, "x")])[1] == [text, "x"]


def test_csv_goes_out_while_rows_are_still_read() -> None:
    read = 0

    def rows() -> Iterator[tuple[str]]:
        nonlocal read
        for _number in range(10_000):
            read += 1
            yield ("x" * 100,)

    stream = write_csv((Column("a", "a"),), rows(), zone=WIB)
    first = next(stream)
    assert len(first) > 10_000
    assert read < 1_000


def test_a_row_of_the_wrong_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        list(write_csv(COLUMNS, [("x",)], zone=WIB))


@pytest.mark.parametrize(
    "title", ["", "History", "a/b:c*[d]?\\", "'x'", "judul yang sangat panjang sekali untuk satu lembar"]
)
def test_any_title_makes_a_sheet(title: str) -> None:
    assert read_xlsx((Column("a", "a"),), [("x",)], title) == [["a"], ["x"]]


def test_text_longer_than_a_cell_is_cut_in_xlsx() -> None:
    assert len(str(read_xlsx((Column("a", "a"),), [("x" * 40_000,)])[1][0])) == 32_767


def test_a_kind_may_be_given_as_its_plain_value() -> None:
    assert Column("a", "a", "number").kind is ColumnKind.NUMBER  # type: ignore[arg-type]


@given(st.text())
def test_neutral_text_is_never_a_formula_and_stays_so(text: str) -> None:
    safe = neutral(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(safe) == safe
    assert safe.endswith(text)
