"""What phones fetch beside the pages: whose attempts they may send, and the pictures of questions."""

from __future__ import annotations

from flask import Response, jsonify, request, url_for
from flask_wtf.csrf import generate_csrf

from lms.core.enrolments.models import Enrolment
from lms.core.loaders import own_enrolment
from lms.core.permissions import HOLD_TICKET
from lms.kernel.errors import NotFound
from lms.kernel.permissions import requires
from lms.kernel.storage import FileMissing, storage
from lms.plugins.quiz import phone
from lms.plugins.quiz.bank_models import QuestionPicture
from lms.plugins.quiz.loaders import sitting_from_url
from lms.plugins.quiz.permissions import TAKE
from lms.plugins.quiz.taking import Sitting
from lms.plugins.quiz.views import bp

A_DAY = 86_400


@bp.get("/tiket/kuis/kirim")
@requires(HOLD_TICKET, on=own_enrolment)
def desk(enrolment: Enrolment) -> Response:
    """Own attempts, where their answers go, and a fresh CSRF token: a page that a phone kept may have an old one."""
    attempts = {
        str(own.attempt_id): {"url": url_for("quiz.sync", quiz_id=own.quiz_id), "over": own.is_over, "left": own.left}
        for own in phone.own_attempts(enrolment.id)
    }
    answer = jsonify(csrf=generate_csrf(), attempts=attempts)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/tiket/kuis/<int:quiz_id>/gambar/<sha>")
@requires(TAKE, on=sitting_from_url)
def own_picture(sitting: Sitting, sha: str) -> Response:
    """A picture of a question that the person has been asked; only their own browser keeps it."""
    return picture_answer(phone.picture_of(sitting, sha))


def picture_answer(row: QuestionPicture) -> Response:
    """A stored picture, for the visitor's own browser alone; 404 when its bytes are gone."""
    try:
        answer = Response(storage().read(row.stored), mimetype=row.media_type)
    except FileMissing:
        raise NotFound from None
    answer.headers["Cache-Control"] = f"private, max-age={A_DAY}, immutable"
    answer.set_etag(row.sha)
    answer.make_conditional(request)
    return answer
