"""Questions as rows of a table, with everything that `rows` reads back: for CSV and XLSX.

    NO JENIS SOAL KUNCI              number, type, question, letters of the right options
    OPSI A, BOBOT A, UMPAN BALIK A   an option, its weight in per cent, its feedback; so on for B, C … and from 27
                                     OPSI 27. Accepted answers of short and numeric questions, prompts of pairs, steps
                                     of an ordering (in the right order) and of a rating stand here too
    PASANGAN A                       the partner of the prompt in OPSI A; without a prompt it is a distractor
    BOBOT PEMBAHASAN                 mark of the question, explanation
    KATEGORI TAG PILAR TUJUAN        "Manajemen / SOP" (// for a slash in a name), tags between semicolons
    NAMA SATUAN RUBRIK CONTOH JAWABAN  title, units "km = 1; m = 0,001", lines "criterion = points", model answer
    PENGATURAN RINCIAN               see `settings`; JSON of gaps and of types that plugins add

A cell that begins with [html] or [markdown] holds such markup; everything else is plain text. Columns that are empty
for all questions are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from lms.plugins.quiz.content import ONE, ZERO, Content, Draft, Fault, Number, Option, Text
from lms.plugins.quiz.enums import Pillar, QuestionKind
from lms.plugins.quiz.formats import answers, cells, figures, keys, settings, worth

KIND_NAMES = {
    QuestionKind.SINGLE: "Pilihan ganda",
    QuestionKind.MULTIPLE: "PG kompleks",
    QuestionKind.TRUE_FALSE: "Benar-salah",
    QuestionKind.SHORT: "Isian singkat",
    QuestionKind.NUMERIC: "Angka",
    QuestionKind.MATCHING: "Menjodohkan",
    QuestionKind.ORDERING: "Mengurutkan",
    QuestionKind.CLOZE: "Rumpang",
    QuestionKind.ESSAY: "Uraian",
    QuestionKind.DESCRIPTION: "Bacaan",
    QuestionKind.LIKERT: "Skala",
}
_FIRST = ("NO", "JENIS", "SOAL")
_LAST = (
    "KUNCI", "BOBOT", "PEMBAHASAN", "KATEGORI", "TAG", "PILAR", "TUJUAN", "NAMA", "SATUAN", "RUBRIK", "CONTOH JAWABAN",
    "PENGATURAN", "RINCIAN",
)  # fmt: skip
_ALWAYS = {"NO", "JENIS", "SOAL", "KUNCI"}
_OF_OPTION = ("OPSI", "PASANGAN", "BOBOT", "UMPAN BALIK")
_PILLARS = {Pillar.MANAGEMENT: "Manajemen", Pillar.LEADERSHIP: "Kepemimpinan", Pillar.CONTROL: "Kontrol program"}
_KEYED = {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE}


def rows_of(drafts: Sequence[Draft]) -> tuple[list[list[str]], list[Fault]]:
    """The header and a row for each question, and what cannot be written."""
    found: list[dict[str, str]] = []
    faults: list[Fault] = []
    for number, draft in enumerate(drafts, start=1):
        if draft.content.kind not in KIND_NAMES:
            reason = _("Questions of the type %(kind)s cannot be written into a table.", kind=draft.content.kind)
            faults.append(Fault(where=draft.where or str(number), reason=reason))
            continue
        found.append({"NO": str(number), **_row(draft)})
    most = max((_option_count(draft.content) for draft in drafts), default=0)
    filled = {name for row in found for name, value in row.items() if value}
    names = [*_FIRST, *(f"{part} {keys.letter(n)}" for n in range(most) for part in _OF_OPTION), *_LAST]
    header = [name for name in names if name in filled or name in _ALWAYS]
    return [header, *([row.get(name, "") for name in header] for row in found)], faults


def _option_count(content: Content) -> int:
    return max(map(len, (content.options, content.accepted, content.numbers, content.pairs, content.steps)))


def _row(draft: Draft) -> dict[str, str]:
    content = draft.content

    def cell(text: Text) -> str:
        return cells.cell(text, draft.pictures)

    row = {
        "JENIS": KIND_NAMES[QuestionKind(content.kind)],
        "SOAL": cell(content.text),
        "KUNCI": _key(content),
        "BOBOT": "" if content.mark == ONE else figures.written(content.mark),
        "PEMBAHASAN": cell(content.feedback),
        "KATEGORI": " / ".join(name.replace("/", "//") for name in draft.category),
        "TAG": "; ".join(draft.tags) + (";" if len(draft.tags) == 1 and "," in draft.tags[0] else ""),
        "PILAR": _PILLARS.get(draft.pillar, ""),
        "TUJUAN": draft.objective,
        "NAMA": content.name,
        "SATUAN": "; ".join(f"{unit.name} = {figures.written(unit.factor)}" for unit in content.units),
        "RUBRIK": "\n".join(f"{line.text} = {figures.written(line.points)}" for line in content.rubric),
        "CONTOH JAWABAN": cell(content.model_answer),
        "PENGATURAN": settings.words(content),
        "RINCIAN": answers.detail(content),
    }
    for place, parts in enumerate(_options(content)):
        text, weight, feedback, partner = parts
        letter = keys.letter(place)
        row[f"OPSI {letter}"] = cell(text)
        row[f"BOBOT {letter}"] = "" if weight is None else worth.to_percent(weight).replace(".", ",")
        row[f"UMPAN BALIK {letter}"] = cell(feedback)
        row[f"PASANGAN {letter}"] = partner
    return row


def _key(content: Content) -> str:
    """The letters, for people; what is worth a part is in the columns of weights."""
    if content.kind not in _KEYED:
        return ""
    if content.kind == QuestionKind.TRUE_FALSE:  # "B" would be the letter of one and the word for the other
        right = [option.text for option in content.options if option.fraction == ONE]
        return cells.cell(right[0]) if len(right) == 1 else ""
    least = ONE if content.kind != QuestionKind.MULTIPLE else Decimal("0.0000001")
    return ", ".join(keys.letter(place) for place, option in enumerate(content.options) if option.fraction >= least)


def _options(content: Content) -> list[tuple[Text, Decimal | None, Text, str]]:
    nothing = Text()
    if content.options:
        is_plain = _is_plain(content)
        return [(o.text, None if is_plain else o.fraction, o.feedback, "") for o in content.options]
    if content.accepted:
        return [(Text(source=a.pattern), _unless_one(a.fraction), a.feedback, "") for a in content.accepted]
    if content.numbers:
        return [(Text(source=_number(n)), _unless_one(n.fraction), n.feedback, "") for n in content.numbers]
    if content.pairs:
        return [(pair.prompt, None, nothing, pair.answer) for pair in content.pairs]
    return [(step, None, nothing, "") for step in content.steps]


def _is_plain(content: Content) -> bool:
    """Whether the key alone says what every option is worth."""
    if content.kind == QuestionKind.LIKERT:
        return True
    return content.kind != QuestionKind.MULTIPLE and sorted(_fractions(content.options))[:-1] == [ZERO] * (
        len(content.options) - 1
    )


def _fractions(options: Sequence[Option]) -> list[Decimal]:
    return [option.fraction for option in options]


def _unless_one(fraction: Decimal) -> Decimal | None:
    return None if fraction == ONE else fraction


def _number(number: Number) -> str:
    if number.value is None:
        return "*"
    value = figures.written(number.value)
    return f"{value} ± {figures.written(number.tolerance)}" if number.tolerance else value
