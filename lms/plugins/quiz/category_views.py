"""The page of categories: adding, renaming, moving and deleting them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.kernel.db import unit_of_work
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import current_actor, requires
from lms.plugins.quiz import categories
from lms.plugins.quiz.bank_forms import CategoryForm, category_form
from lms.plugins.quiz.bank_models import Category
from lms.plugins.quiz.bank_queries import SHARED
from lms.plugins.quiz.bank_views import owners_of
from lms.plugins.quiz.loaders import category_from_url
from lms.plugins.quiz.permissions import MANAGE
from lms.plugins.quiz.views import bp


@bp.route("/kelola/bank-soal/kategori", methods=["GET", "POST"])
@requires(MANAGE)
def bank_categories() -> ResponseReturnValue:
    """The tree, and a form for one more."""
    owners = owners_of()
    form = category_form(categories.tree(visible_to=current_actor()), owners)
    if form.is_submitted() and not owners:
        abort(403)
    if form.validate_on_submit():
        owner = None if form.owner.data == SHARED else int(form.owner.data)
        try:
            with unit_of_work():
                categories.add(name=form.name.data, organiser_id=owner, parent_id=form.parent_id, actor=current_actor())
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The category is there."), "success")
            return redirect(url_for("quiz.bank_categories"), 303)
    return _page(form), 422 if form.is_submitted() else 200


@bp.route("/kelola/bank-soal/kategori/<int:category_id>", methods=["GET", "POST"])
@requires(MANAGE, on=category_from_url)
def edit_category(category: Category) -> ResponseReturnValue:
    """Rename a category, or put it elsewhere."""
    branches = categories.tree(visible_to=current_actor())
    branch = next(row for row in branches if row.id == category.id)
    form = category_form(branches, owners_of(), branch=branch)
    if form.validate_on_submit():
        try:
            with unit_of_work():
                categories.change(
                    category_id=category.id, name=form.name.data, parent_id=form.parent_id, actor=current_actor()
                )
        except RuleViolation as error:
            form.refuse(error)
        else:
            flash(_("The category is changed."), "success")
            return redirect(url_for("quiz.bank_categories"), 303)
    page = render_template("quiz/category.html", form=form, branch=branch)
    return page, 422 if form.is_submitted() else 200


@bp.post("/kelola/bank-soal/kategori/<int:category_id>/hapus")
@requires(MANAGE, on=category_from_url)
def remove_category(category: Category) -> ResponseReturnValue:
    """Delete a category; what it holds goes up."""
    try:
        with unit_of_work():
            count = categories.remove(category_id=category.id, actor=current_actor())
    except RuleViolation as error:
        flash(str(error), "error")
        return redirect(url_for("quiz.bank_categories"), 303)
    said = ngettext(
        "The category is gone. %(num)d question went up one level.",
        "The category is gone. %(num)d questions went up one level.",
        count,
    )
    flash(said, "success")
    return redirect(url_for("quiz.bank_categories"), 303)


def _page(form: CategoryForm) -> str:
    owners = owners_of()
    return render_template(
        "quiz/categories.html",
        form=form,
        branches=categories.tree(visible_to=current_actor()),
        owners=owners,
        names=categories.bank_names(owners, visible_to=current_actor()),
    )
