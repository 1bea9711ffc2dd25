"""Routes for staff: e-mails of certificates, print files, and figures."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, redirect, render_template, request, url_for

from lms.core.loaders import workshop_from_url
from lms.core.workshops.models import Workshop
from lms.kernel.db import unit_of_work
from lms.kernel.downloads import serve
from lms.kernel.errors import NotFound
from lms.kernel.permissions import current_actor, requires
from lms.kernel.web import wants_json
from lms.plugins.certificates import book, delivery, queries, record_queries, services, statistics, words
from lms.plugins.certificates.enums import DeliveryStatus
from lms.plugins.certificates.loaders import BookPage, book_of_workshop
from lms.plugins.certificates.permissions import ISSUE, SEE
from lms.plugins.certificates.staff_views import BASE, asked_role
from lms.plugins.certificates.views import bp


@bp.get(f"{BASE}/kiriman")
@requires(ISSUE, on=workshop_from_url)
def deliveries(workshop: Workshop) -> str:
    """E-mails of the certificates, and what became of each."""
    typed = request.args.get("status", "")
    if typed and typed not in set(DeliveryStatus):
        abort(404)
    status = DeliveryStatus(typed) if typed else None
    page = record_queries.deliveries(workshop.id, status, page=request.args.get("page", 1, type=int))
    return render_template(
        "certificates/deliveries.html",
        workshop=workshop,
        page=page,
        status=status,
        counts=record_queries.delivery_counts(workshop.id),
        states={row.id: delivery.state_of(row) for row in page.items},
        titles=delivery.TITLES,
        is_on=delivery.is_mailed(workshop.id, workshop.organiser_id),
    )


@bp.get(f"{BASE}/cetak", endpoint="book")
@requires(SEE, on=workshop_from_url)
def show_book(workshop: Workshop) -> Any:
    """The print file of a role: how far it is, then its link; JSON for the script that moves the bar."""
    role = asked_role()
    found = book.newest(workshop.id, role)
    state = book.state_of(found) if found else None
    if wants_json() and state:
        return jsonify(done=state.done, total=state.total, over=state.is_over)
    papers = queries.count_valid(workshop.id, role)
    return render_template(
        "certificates/book.html", workshop=workshop, book=found, state=state, role=role, papers=papers, words=words
    )


@bp.post(f"{BASE}/cetak")
@requires(SEE, on=workshop_from_url)
def make_book(workshop: Workshop) -> Any:
    """Start making one file with all certificates of a role; the page of its progress answers."""
    role = asked_role()
    with unit_of_work():
        book.start(workshop_id=workshop.id, role=role, actor=current_actor())
    return redirect(url_for("certificates.book", workshop_id=workshop.id, peran=role.value), 303)


@bp.get(f"{BASE}/cetak/<int:book_id>.pdf")
@requires(SEE, on=book_of_workshop)
def book_file(page: BookPage) -> Response:
    """The print file, in ranges where the browser asks for them."""
    if not page.book.storage_key:
        raise NotFound
    if "Range" not in request.headers:  # the pieces of one download are one download
        with unit_of_work():
            services.record_bundle(workshop_id=page.workshop.id, actor=current_actor())
    name = f"cetak-{page.workshop.slug}-{page.book.role.value}.pdf"
    return serve(page.book.storage_key, filename=name, content_type="application/pdf", inline=True)


@bp.get(f"{BASE}/angka", endpoint="statistics")
@requires(SEE, on=workshop_from_url)
def show_statistics(workshop: Workshop) -> str:
    """Issued, ended and used, by role and by kabupaten/kota."""
    found = statistics.statistics_of(workshop.id)
    columns = statistics.columns()[2:]
    return render_template("certificates/statistics.html", workshop=workshop, found=found, columns=columns)
