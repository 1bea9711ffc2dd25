"""The vocabulary of the registry; the values are stored."""

from __future__ import annotations

import enum


class OrganisationKind(enum.StrEnum):
    """What an organisation is for."""

    LKS = "LKS"
    LKSA = "LKSA"
    LKS_LU = "LKS-LU"
    LKS_PD = "LKS-PD"
    LKS_NAPZA = "LKS-NAPZA"
    LKS_PRSE = "LKS-PRSE"
    OTHER = "lainnya"


class LegalForm(enum.StrEnum):
    """LKS may or may not be a legal entity (Permensos 5/2024)."""

    FOUNDATION = "yayasan"
    ASSOCIATION = "perkumpulan"
    NONE = "belum_badan_hukum"


class Reach(enum.StrEnum):
    """Where the organisation works; it decides who registers it."""

    REGENCY = "kabkota"
    PROVINCE = "provinsi"
    NATION = "nasional"


class Activity(enum.StrEnum):
    """Whether the organisation is at work."""

    ACTIVE = "aktif"
    INACTIVE = "tidak_aktif"
    CLOSED = "tutup"
    UNREACHABLE = "tidak_dapat_dihubungi"


class Accreditation(enum.StrEnum):
    """The grade on the certificate of accreditation."""

    A = "A"
    B = "B"
    C = "C"
    NONE = "belum"


class DocumentStatus(enum.StrEnum):
    """Whether somebody of the organiser compared the entry with the paper."""

    UNCHECKED = "belum"
    CHECKED = "diperiksa"


class DocumentKind(enum.StrEnum):
    """Legal documents with a number and often an end."""

    DEED = "akta"
    DECREE = "sk_kemenkumham"
    REGISTRATION = "tanda_daftar"
    LICENCE = "izin_operasional"
    TAX_NUMBER = "npwp"
    DOMICILE = "domisili"
    ACCREDITATION = "akreditasi"
