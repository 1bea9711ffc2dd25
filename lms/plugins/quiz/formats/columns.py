"""What the columns of a table of questions are, by their names in Indonesian or English."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache


class Col(enum.StrEnum):
    """What a column holds; those with a number after them belong to one option."""

    NUMBER = "number"
    TEXT = "text"
    KIND = "kind"
    ANSWER = "answer"  # options or the key: the other columns tell
    OPTIONS = "options"  # one option a row, or all in one cell
    LETTER = "letter"
    OPTION = "option"
    PARTNERS = "partners"
    WEIGHT = "weight"
    FEEDBACK = "feedback"
    KEY = "key"
    TRUE = "true"
    FALSE = "false"
    PROMPT = "prompt"
    PROMPT_CODE = "prompt code"
    PARTNER = "partner"
    PARTNER_CODE = "partner code"
    EXPLANATION = "explanation"
    MODEL = "model"
    MARK = "mark"
    NAME = "name"
    CATEGORY = "category"
    TAGS = "tags"
    PILLAR = "pillar"
    OBJECTIVE = "objective"
    TOLERANCE = "tolerance"
    UNITS = "units"
    RUBRIC = "rubric"
    SETTINGS = "settings"
    DETAIL = "detail"


_NAMES = {
    Col.NUMBER: "no|nomor|no soal|nomor soal|number|num|nr|#|no urut",
    Col.TEXT: "soal|pertanyaan|question|butir soal|teks soal|isi soal|question text|uraian soal|question stem|stem"
    "|naskah soal|butir pertanyaan|rumusan soal|rumusan butir soal",
    Col.KIND: "jenis|tipe|type|jenis soal|tipe soal|bentuk soal|question type|bentuk",
    Col.ANSWER: "jawaban|answer|jawab|isi jawaban|answers",
    Col.OPTIONS: "opsi|pilihan|pilihan jawaban|opsi jawaban|options|choices|alternatif jawaban|alternatif|isi opsi",
    Col.LETTER: "huruf|kode opsi|kode|abjad|letter|kode jawaban",
    Col.KEY: "kunci|kunci jawaban|jawaban benar|jawaban yang benar|key|correct answer|correct|answer key|right answer"
    "|kunci soal|jawaban tepat|correct option|kunci jwb|jawaban kunci",
    Col.TRUE: "benar|true|b",
    Col.FALSE: "salah|false|s",
    Col.PROMPT: "baris|premis|lajur kiri|kolom kiri|daftar kiri|prompt|isi baris|pokok soal|sisi kiri|pernyataan",
    Col.PARTNER: "kolom|pasangan|lajur kanan|kolom kanan|daftar kanan|respon|partner|match|isi kolom|sisi kanan",
    Col.PROMPT_CODE: "kode baris",
    Col.PARTNER_CODE: "kode kolom",
    Col.EXPLANATION: "pembahasan|explanation|penjelasan|rasional|general feedback|umpan balik umum",
    Col.MODEL: "contoh jawaban|jawaban contoh|model answer|jawaban model",
    Col.MARK: "bobot|poin|skor|nilai|mark|marks|point|points|score|bobot soal|bobot nilai",
    Col.NAME: "nama|judul|nama soal|judul soal|name|title",
    Col.CATEGORY: "kategori|category|topik|topic|bab",
    Col.TAGS: "tag|tags|label|penanda",
    Col.PILLAR: "pilar|pillar",
    Col.OBJECTIVE: "tujuan|objective|tujuan pembelajaran|indikator|indikator soal|kompetensi|learning objective",
    Col.TOLERANCE: "toleransi|tolerance",
    Col.UNITS: "satuan|unit|units",
    Col.RUBRIC: "rubrik|rubric|pedoman penskoran|pedoman penilaian",
    Col.SETTINGS: "pengaturan|settings",
    Col.DETAIL: "rincian|detail",
}
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names.split("|")}
_PLACE = r"\(?(?P<place>[a-z]|\d{1,3})\)?"
_OF_OPTION = tuple(
    (column, re.compile(rf"(?:{words}) ?{_PLACE}"))
    for column, words in (
        (Col.FEEDBACK, "umpan balik|feedback|feedback opsi|umpan balik opsi"),
        (Col.WEIGHT, "bobot|bobot opsi|weight|bobot jawaban|skor|nilai|poin"),
        (Col.PARTNERS, "pasangan|partner|match"),
        (
            Col.OPTION,
            "opsi|pilihan|jawaban|option|answer|alternatif|pilihan jawaban|opsi jawaban|choice|jwb|pil|opt|langkah"
            "|step",
        ),
    )
)
_LETTER_ALONE = re.compile(r"\(?(?P<place>[a-h])\)?")
_OPTION_COLUMNS = {Col.OPTION, Col.WEIGHT, Col.FEEDBACK, Col.PARTNERS}


@dataclass(frozen=True, kw_only=True)
class Header:
    """Which column holds what: positions in a row from 0. `ticks` are unnamed columns to the right of an option."""

    single: dict[Col, int] = field(default_factory=dict)
    by_option: dict[tuple[Col, int], int] = field(default_factory=dict)
    second_key: int | None = None  # the partner's code where two columns together are the key
    ticks: dict[int, int] = field(default_factory=dict)

    @property
    def has_options(self) -> bool:
        """Whether each option has a column of its own."""
        return any(column is Col.OPTION for column, _place in self.by_option)


def header_of(cells: Sequence[str]) -> Header | None:
    """The columns that a row names; None where it is no header."""
    named = [_column(cell) for cell in cells]
    found = {column for name in named if name for column in [name[0]]}
    is_table = Col.TEXT in found and len(found) > 1
    is_pairs = Col.PROMPT in found and (Col.PARTNER in found or {Col.TRUE, Col.FALSE} <= found)
    is_statements = Col.PROMPT in found and bool(found & {Col.KEY, Col.ANSWER, Col.NUMBER, Col.OPTION})
    if not (is_table or is_pairs or is_statements) or sum(map(bool, cells)) > 2 * sum(map(bool, named)):
        return None
    return _resolved(_collected(cells, named))


def is_key_header(cells: Sequence[str]) -> bool:
    """Whether a row opens a table of numbers and keys only."""
    found = [name[0] for name in map(_column, cells) if name]
    return (
        Col.NUMBER in found and len(found) == sum(map(bool, cells)) and set(found) <= {Col.NUMBER, Col.KEY, Col.ANSWER}
    )


def is_second_header(cells: Sequence[str]) -> bool:
    """Whether a row only names columns once more, as below merged headings ("KODE", "ISI"); a header has NO or SOAL."""
    filled = [cell for cell in cells if cell.strip()]
    named = [_column(cell) for cell in filled if _plain(cell) not in {"teks", "isi", "text"}]
    names = {name[0] for name in named if name}
    return len(filled) > 1 and all(named) and not names & {Col.NUMBER, Col.TEXT, Col.OPTION, Col.TRUE, Col.FALSE}


def _plain(cell: str) -> str:
    return " ".join(re.sub(r"[.:*_/\-]+", " ", cell.casefold()).split())


@lru_cache(maxsize=4096)
def _column(cell: str) -> tuple[Col, int] | None:
    """What a heading names, and the place of its option (0 without one)."""
    line = _plain(cell)
    if not line or len(line) > 60:
        return None
    if line in _COLUMNS and line not in {"b", "s"}:
        return _COLUMNS[line], 0
    if found := _LETTER_ALONE.fullmatch(line):
        return Col.OPTION, ord(found["place"]) - ord("a")
    if line == "s":
        return Col.FALSE, 0
    for column, pattern in _OF_OPTION:
        if found := pattern.fullmatch(line):
            place = found["place"]
            return column, int(place) - 1 if place.isdecimal() else ord(place) - ord("a")
    without = re.sub(r"\s*\(.*\)\s*$", "", line)  # "JENIS (PG, uraian)"
    return (_COLUMNS[without], 0) if without in _COLUMNS and without not in {"b", "s"} else None


def _collected(cells: Sequence[str], named: Sequence[tuple[Col, int] | None]) -> Header:
    single: dict[Col, int] = {}
    by_option: dict[tuple[Col, int], int] = {}
    ticks: dict[int, int] = {}
    second_key = None
    for place, name in enumerate(named):
        if name is None:
            before = named[place - 1] if place else None
            if before and before[0] is Col.OPTION and not cells[place].strip():
                ticks[before[1]] = place
            continue
        column, option = name
        if column in _OPTION_COLUMNS:
            by_option.setdefault((column, option), place)
        elif column not in single:
            single[column] = place
        elif column is Col.KEY:
            second_key = place
        else:
            _split(single, column, place)
    return Header(single=single, by_option=by_option, second_key=second_key, ticks=ticks)


def _split(single: dict[Col, int], column: Col, place: int) -> None:
    """A heading over two columns: the first is the code or letter, the second the words."""
    code = {Col.PROMPT: Col.PROMPT_CODE, Col.PARTNER: Col.PARTNER_CODE}.get(column)
    if column in {Col.ANSWER, Col.OPTIONS}:
        code = Col.LETTER
    if code and code not in single:
        single[code], single[column] = single[column], place


def _resolved(header: Header) -> Header:
    """Columns whose name alone does not tell what they hold."""
    single, by_option = dict(header.single), dict(header.by_option)
    if (
        Col.FALSE in single
        and Col.TRUE not in single
        and (Col.OPTION, 1) in by_option
        and (Col.OPTION, 0) not in by_option
    ):
        single[Col.TRUE] = by_option.pop((Col.OPTION, 1))
    if Col.TRUE in single and Col.FALSE not in single:
        true = single.pop(Col.TRUE)
        single.setdefault(Col.KEY, true)
    if Col.TEXT not in single and Col.PROMPT in single and not {Col.PARTNER, Col.PARTNER_CODE} & set(single):
        single[Col.TEXT] = single.pop(Col.PROMPT)
    has_options = any(column is Col.OPTION for column, _option in by_option)
    if Col.ANSWER in single:
        answer = single.pop(Col.ANSWER)
        if Col.KEY not in single and (has_options or Col.OPTIONS in single):
            single[Col.KEY] = answer
        elif Col.KEY in single and not has_options and Col.PARTNER not in single:
            if Col.OPTIONS in single:
                single[Col.LETTER] = single.pop(Col.OPTIONS)
            single[Col.OPTIONS] = answer
        else:
            single.setdefault(Col.KEY, answer)
    return Header(single=single, by_option=by_option, second_key=header.second_key, ticks=header.ticks)
