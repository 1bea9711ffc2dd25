"""What the templates say: their columns, their examples and how to fill them in."""

from __future__ import annotations

from flask_babel import gettext as _

from lms.plugins.quiz.formats import table_out

EXAMPLE = "CONTOH"
HEADER = ("NO", "JENIS", "SOAL", "A", "B", "C", "D", "E", "KUNCI", "BOBOT", "PEMBAHASAN", "KATEGORI", "PILAR")
EXAMPLES = (
    (
        EXAMPLE, "Pilihan ganda", "Apa fungsi pertama dari manajemen?", "Perencanaan", "Pengawasan", "Pelaporan",
        "Evaluasi", "", "A", "", "Perencanaan mendahului semua fungsi lain.", "Manajemen / Dasar", "Manajemen",
    ),
    (
        EXAMPLE, "PG kompleks", "Mana yang termasuk sikap seorang pemimpin?", "Mau mendengar", "Memberi teladan",
        "Menyalahkan tim", "Menunda keputusan", "", "A, B", "", "", "Kepemimpinan", "Kepemimpinan",
    ),
    (
        EXAMPLE, "Isian singkat", "Dokumen yang memuat tata cara kerja baku disebut …", "", "", "", "", "",
        "SOP | prosedur operasional standar", "", "", "Kontrol program", "Kontrol program",
    ),
)  # fmt: skip
_NAMES = {EXAMPLE.casefold(), "example", "cth"}


def is_example(number: str) -> bool:
    """Whether the number of a row says that it is an example of a template."""
    return number.strip(" .:").casefold() in _NAMES


def columns() -> list[tuple[str, str]]:
    """The columns and what to write into them."""
    kinds = ", ".join(table_out.KIND_NAMES.values())
    return [
        ("NO", _("Number of the question; it may stay empty. Rows with CONTOH are examples and are passed over.")),
        ("JENIS", _("Type of the question: %(kinds)s. Empty means: seen from the other columns.", kinds=kinds)),
        ("SOAL", _("The question. Rows without anything are passed over.")),
        ("A, B, C …", _("The options, one a column. For ordering the steps in their right order.")),
        (
            "KUNCI",
            _(
                "The letter of the right option (B) or of several (A, C); for short answers the words, with | between "
                "what is accepted; for numbers such as 3,14 ± 0,01; for true or false Benar or Salah."
            ),
        ),
        ("PASANGAN A, B …", _("For matching: the partner of what stands in A, B …")),
        ("BOBOT", _("The mark of the question; empty means 1.")),
        ("BOBOT A, B …", _("The weight of an option in per cent (50, -50), where the key alone is not enough.")),
        ("UMPAN BALIK A, B …", _("What a person reads who chose this option.")),
        ("PEMBAHASAN", _("The explanation after the answer.")),
        ("KATEGORI", _("The category, from the outside in, with / between: Manajemen / Dasar.")),
        ("PILAR", _("Manajemen, Kepemimpinan or Kontrol program; empty for none.")),
        ("TUJUAN", _("The learning objective.")),
        ("TAG", _("Words for searching, with ; between.")),
    ]  # fmt: skip
