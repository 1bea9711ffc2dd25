"""How authors call the types of questions: in a column, in the name of a sheet, in a title above a table."""

from __future__ import annotations

import re

from lms.plugins.quiz.enums import Pillar, QuestionKind

_NAMES = {
    QuestionKind.SINGLE: "1|pg|pilgan|pilihan ganda|pilihan ganda biasa|pilihan tunggal|choice|single choice|single"
    "|multiple choice|mc|pg biasa|pg satu|satu jawaban",
    QuestionKind.MULTIPLE: "2|pgk|pg kompleks|pg2|pilihan ganda kompleks|pilihan kompleks|pilihan majemuk|multichoice"
    "|multiple response|multiple answer|multiple answers|multiple select|beberapa jawaban|banyak jawaban"
    "|jawaban ganda|pilihan ganda majemuk|pilihan ganda jawaban jamak",
    QuestionKind.MATCHING: "3|menjodohkan|penjodohan|jodohkan|perjodohan|mencocokkan|pasangkan|matching|match",
    QuestionKind.SHORT: "4|isian singkat|isian|jawaban singkat|isian pendek|shortanswer|short answer|jawaban pendek",
    QuestionKind.ESSAY: "5|uraian|esai|essay|esay|urai|uraian singkat|uraian terbatas|essai",
    QuestionKind.TRUE_FALSE: "benar salah|bs|b s|truefalse|true false|t f|benar atau salah|true or false",
    QuestionKind.NUMERIC: "angka|numerik|numerical|numeric|bilangan|isian angka|hitungan|number",
    QuestionKind.ORDERING: "mengurutkan|urutan|pengurutan|urutkan|ordering|order",
    QuestionKind.LIKERT: "skala|likert|skala likert|rating|skala penilaian",
    QuestionKind.DESCRIPTION: "bacaan|deskripsi|description|wacana|teks bacaan",
    QuestionKind.CLOZE: "cloze|rumpang|isian rumpang|teks rumpang|gap text",
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
_NUMBERING = re.compile(
    r"^\W*(?:bagian|bag|section|part|romawi)?\W*(?:(?:[IVX]{1,4}|[A-Ha-h]|\d)\s*[.):\-–]|(?:[IVX]{1,4}|[A-H])\s)?\s*"
)
_NOISE = re.compile(r"^(?:(?:contoh|bagian|bentuk|jenis|tipe|format|template|daftar|butir|soal) )+")
_TITLE_END = re.compile(r"[.:(\n!–—\[]")
_PILLARS = {
    Pillar.MANAGEMENT: "manajemen|management|pilar manajemen",
    Pillar.LEADERSHIP: "kepemimpinan|leadership|pilar kepemimpinan",
    Pillar.CONTROL: "kontrol|kontrol program|control|programme control|program control|pilar kontrol"
    "|pilar kontrol program|pengendalian program",
    Pillar.NONE: "lintas pilar|umum|cross-cutting|semua",
}
_PILLAR_NAMES = {name: pillar for pillar, names in _PILLARS.items() for name in names.split("|")}


def kind_of_name(name: str) -> QuestionKind | None:
    """The type that an author means by "PG kompleks" or "3"; None for no type."""
    line = " ".join(re.sub(r"[-_/.&]", " ", name.casefold()).split())
    bare = _NOISE.sub("", line)
    return _KINDS.get(line) or (None if bare.isdecimal() else _KINDS.get(bare))


def kind_of_title(line: str) -> QuestionKind | None:
    """The type of the section that a line opens ("B. Isian singkat: jawablah …"); None where it is no title."""
    rest = " ".join(line.split())
    if len(rest) > 300:
        return None
    rest = rest[match.end() :] if (match := _NUMBERING.match(rest)) else rest
    head = _TITLE_END.split(rest, maxsplit=1)[0].strip(" -*_\t")
    is_question = line.lstrip()[:1].isdecimal() and len(head.split()) < 2  # "3. Urutkan!"
    if len(head) < 2 or head.isdecimal() or len(head.split()) > 6 or is_question:
        return None
    return kind_of_name(head)


def pillar_of_name(name: str) -> Pillar | None:
    """The pillar that an author means; None for a name that is none."""
    return _PILLAR_NAMES.get(" ".join(name.casefold().split()))
