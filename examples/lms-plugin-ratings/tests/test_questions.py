"""The question type, from the form to the store and back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, render_template
from lms_ratings.questions import Satisfaction

from lms.plugins.quiz.api import Content, Text, UnreadableAnswer, kind_of

ASK = Content(kind="ratings_satisfaction", text=Text(source="Bagaimana makanannya?"))


def test_product_offers_the_type(app: Flask) -> None:
    with app.app_context():
        assert isinstance(kind_of("ratings_satisfaction"), Satisfaction)


def test_answer_goes_into_the_store_and_back_into_the_form(app: Flask) -> None:
    kind = Satisfaction()
    public = kind.public(ASK)
    value = kind.read(public, [], {"": ["2"]})
    question = {"number": 3, "shown": kind.shown(public, []), "given": kind.given(public, [], value)}
    with app.test_request_context():
        page = render_template(kind.template, question=question, picture_url=None)
    assert (value, 'name="q3" value="2" checked' in page, page.count("checked")) == (1, True, 1)
    assert (kind.problems(ASK), kind.fraction(ASK, value), kind.read(public, [], {})) == ([], None, None)


@pytest.mark.parametrize("parts", [{"": ["4"]}, {"": ["1", "2"]}, {"x": ["1"]}])
def test_what_no_page_sends_is_refused(app: Flask, parts: dict[str, Any]) -> None:
    with app.test_request_context(), pytest.raises(UnreadableAnswer):
        Satisfaction().read({}, [], parts)
