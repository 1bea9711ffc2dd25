"""The list of the question bank, and what is done with several questions at once."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.core.workshops.queries import organisers
from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Access, Scope, current_actor, requires
from lms.kernel.web import safe_next, typed_search
from lms.plugins.quiz import bank_changes, bank_queries, categories, usage, words
from lms.plugins.quiz.bank_changes import Step
from lms.plugins.quiz.bank_forms import filters_of, ids_of
from lms.plugins.quiz.bank_queries import SHARED
from lms.plugins.quiz.kinds.registry import kinds
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.views import bp

_UNDO = "quiz_bank_undo"


@bp.get("/kelola/bank-soal")
@requires(MANAGE)
def questions() -> str:
    """The bank, narrowed by what the address says; beside each question where it is used and how it went."""
    actor, text = current_actor(), typed_search()
    branches = categories.tree(visible_to=actor)
    filters = filters_of(request.args, text, branches)
    number = request.args.get("page", 1, type=int)
    page = bank_queries.page_of(visible_to=actor, filters=filters, page=number)
    ids = [row.id for row in page.items]
    return render_template(
        "quiz/bank.html",
        page=page,
        filters=filters,
        chosen_category=request.args.get("kategori", ""),
        branches=branches,
        labels={branch.id: branch.label for branch in branches},
        owners=owners_of(),
        names=bank_queries.owner_names(page.items),
        tags=bank_queries.tags_of(ids),
        usage=usage.usage_of(ids),
        past=usage.past_of(ids),
        nowhere=usage.NOWHERE,
        kinds=kinds(),
        words=words,
        undo=session.get(_UNDO),
    )


@bp.post("/kelola/bank-soal/aksi")
@requires(MANAGE)
def change_questions() -> ResponseReturnValue:
    """One step with the ticked questions, or with all of the page."""
    typed = request.form.get("aksi", "")
    ids = ids_of(request.form.getlist("ids"))
    if request.form.get("semua"):
        ids = ids_of(request.form.get("halaman", "").split(","))
    if typed not in set(Step) or not ids:
        flash(_("Tick the questions first, then choose what to do with them."), "warning")
        return redirect(_back(), 303)
    step = Step(typed)
    value = request.form.get({Step.MOVE: "kategori", Step.TAG: "label", Step.UNTAG: "label"}.get(step, ""), "")
    try:
        with unit_of_work():
            done = bank_changes.apply(question_ids=ids, step=step, value=_printable(value), actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        return redirect(_back(), 303)
    _remember(step, done)
    return redirect(_back(), 303)


@bp.post("/kelola/bank-soal/urungkan")
@requires(MANAGE)
def undo_change() -> ResponseReturnValue:
    """Take the last step of this browser back."""
    kept = session.pop(_UNDO, None)
    try:
        with unit_of_work():
            for step, value, ids in kept["back"] if kept else ():
                bank_changes.apply(question_ids=ids, step=Step(step), value=value, actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        return redirect(_back(), 303)
    flash(_("Undone.") if kept else _("There is nothing to undo any more."), "success" if kept else "warning")
    return redirect(_back(), 303)


def owners_of() -> list[tuple[str, str]]:
    """`(value, name)` of the banks that the visitor may change: own organisers', and with the whole site the shared."""
    actor = current_actor()
    own = [(str(row.id), row.name) for row in organisers(visible_to=actor, permission=MANAGE)]
    is_central = any(grant.scope is Scope.SITE for grant in actor.grants) and actor.can(MANAGE, Access())
    return [(SHARED, _("Shared by all organisers")), *own] if is_central else own


def _remember(step: Step, done: bank_changes.Done) -> None:
    """Say what happened, and keep the way back for the next page."""
    session.pop(_UNDO, None)
    said = _SAID[step](done.changed) if done.changed else _("Nothing had to be changed.")
    if done.skipped:
        said += " " + ngettext(
            "%(num)d question belongs to another bank and stays as it is.",
            "%(num)d questions belong to another bank and stay as they are.",
            done.skipped,
        )
    if not done.back:
        flash(said, "warning" if done.skipped else "success")
        return
    session[_UNDO] = {"said": said, "back": done.back}


def _back() -> str:
    return safe_next(request.form.get("next"), url_for("quiz.questions"))


def _printable(typed: str) -> str:
    return "".join(char for char in typed[:200] if char.isprintable()).strip()


_SAID: dict[Step, Any] = {
    Step.MOVE: lambda n: ngettext("%(num)d question moved.", "%(num)d questions moved.", n),
    Step.TAG: lambda n: ngettext("%(num)d question tagged.", "%(num)d questions tagged.", n),
    Step.UNTAG: lambda n: ngettext("Tag taken from %(num)d question.", "Tag taken from %(num)d questions.", n),
    Step.SHARE: lambda n: ngettext("%(num)d question shared.", "%(num)d questions shared.", n),
    Step.UNSHARE: lambda n: ngettext(
        "%(num)d question is not shared any more.", "%(num)d questions are not shared any more.", n
    ),
    Step.RETIRE: lambda n: ngettext("%(num)d question put away.", "%(num)d questions put away.", n),
    Step.RESTORE: lambda n: ngettext("%(num)d question is back.", "%(num)d questions are back.", n),
    Step.REVIEW: lambda n: ngettext("%(num)d question confirmed.", "%(num)d questions confirmed.", n),
    Step.DOUBT: lambda n: ngettext(
        "%(num)d question marked to be confirmed.", "%(num)d questions marked to be confirmed.", n
    ),
}
