"""Facts for looking at a design without a workshop: invented, Indonesian, and with a name that is long on purpose."""

from __future__ import annotations

from collections.abc import Mapping

from lms.plugins.certificates.design.facts import TOKENS, Facts, MaterialLine

CODE = "PRATINJAU"  # has letters that no code has, so it never verifies
_HOLDER = "Fransiska Natalia Oktaviani Kusumawardhani"
_TEXTS = {
    "nama_gelar": f"Dr. Hj. {_HOLDER}, S.Tr.Sos., M.Si.",
    "nama": _HOLDER,
    "lembaga": "LKSA Tunas Enggang, Kabupaten Sanggau",
    "nomor": "012/SERT/BK3S-KB/XII/2026",
    "peran": "Peserta",
    "kalimat": "atas partisipasinya sebagai peserta dalam lokakarya",
    "lokakarya": "Pengasuhan Positif dan Manajemen Kasus Anak di LKSA",
    "tanggal": "2–4 Desember 2026",
    "tempat": "Hotel Kapuas Palace, Pontianak",
    "jp": "24",
    "kota_tanggal": "Pontianak, 7 Desember 2026",
    "terbit": "7 Desember 2026",
    "berlaku": "7 Desember 2029",
    "penerbit": "BK3S Kalimantan Barat",
    "alamat": "Jalan Letjen Sutoyo, Pontianak",
    "penanda_1": "Drs. Petrus Lungkang, M.Si.",
    "jabatan_1": "Ketua BK3S Kalimantan Barat",
    "penanda_2": "Hj. Siti Nurhaliza Rahmawati, S.Sos.",
    "jabatan_2": "Ketua Panitia",
    "penanda_3": "Yohana Lestari, S.Pd., M.Psi.",
    "jabatan_3": "Narasumber",
    "kode": CODE,
}
_MATERIALS = (
    ("Pengasuhan positif: dari hukuman ke bimbingan", "Dr. Maria Goreti Sulastri, M.Psi.", 6),
    ("Asesmen dan manajemen kasus anak", "Hj. Siti Nurhaliza Rahmawati, S.Sos.", 6),
    ("Pencegahan kekerasan dan mekanisme rujukan", "Yohana Lestari, S.Pd., M.Psi.", 5),
    ("Kesehatan jiwa pengasuh", "Dr. Maria Goreti Sulastri, M.Psi.", 4),
    ("Rencana tindak lanjut lembaga", "Drs. Petrus Lungkang, M.Si.", 3),
)


def sample_facts(*, address: str = "", own: Mapping[str, str] | None = None) -> Facts:
    """Facts with a value for every token; `own` replaces some, `address` is where certificates are verified."""
    texts = dict.fromkeys(TOKENS, "") | _TEXTS | {"periksa": f"{address}/{CODE}"} | dict(own or {})
    materials = tuple(
        MaterialLine(no=no, title=title, speaker=speaker, jp=jp)
        for no, (title, speaker, jp) in enumerate(_MATERIALS, start=1)
    )
    return Facts(texts=texts, materials=materials, qr_text=texts["periksa"], is_preview=False)
