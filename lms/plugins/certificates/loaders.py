"""Loaders for `@requires(..., on=...)`: from URL arguments to certificates and batches."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.workshops.models import Workshop
from lms.core.workshops.queries import workshop_by_id
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Access
from lms.plugins.certificates.book import book_by_id
from lms.plugins.certificates.corrections import correction_by_id
from lms.plugins.certificates.models import Batch, Certificate
from lms.plugins.certificates.queries import batch_by_id, certificate_by_id
from lms.plugins.certificates.record_models import Book, Correction


@dataclass(frozen=True, kw_only=True)
class BatchPage:
    """A batch with its workshop, which says who may see it."""

    workshop: Workshop
    batch: Batch

    @property
    def access(self) -> Access:
        return self.workshop.access


def certificate_from_url(certificate_id: int) -> Certificate:
    """Any certificate, by id."""
    return certificate_by_id(certificate_id)


def certificate_of_workshop(workshop_id: int, certificate_id: int) -> Certificate:
    """A certificate of this very workshop."""
    found = certificate_by_id(certificate_id)
    if found.workshop_id != workshop_id:
        raise NotFound
    return found


def batch_of_workshop(workshop_id: int, batch_id: int) -> BatchPage:
    """A batch of this very workshop."""
    batch = batch_by_id(batch_id)
    if batch.workshop_id != workshop_id:
        raise NotFound
    return BatchPage(workshop=workshop_by_id(workshop_id), batch=batch)


@dataclass(frozen=True, kw_only=True)
class BookPage:
    """A print file with its workshop, which says who may see it."""

    workshop: Workshop
    book: Book

    @property
    def access(self) -> Access:
        return self.workshop.access


def book_of_workshop(workshop_id: int, book_id: int) -> BookPage:
    """A print file of this very workshop."""
    book = book_by_id(book_id)
    if book.workshop_id != workshop_id:
        raise NotFound
    return BookPage(workshop=workshop_by_id(workshop_id), book=book)


def correction_from_url(correction_id: int) -> Correction:
    """Any request for a correction, by id."""
    return correction_by_id(correction_id)


def correction_of_workshop(workshop_id: int, correction_id: int) -> Correction:
    """A request about a certificate of this very workshop."""
    found = correction_by_id(correction_id)
    if found.certificate.workshop_id != workshop_id:
        raise NotFound
    return found
