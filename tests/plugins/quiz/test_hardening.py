"""PROBE"""
from __future__ import annotations
import io, json
from datetime import timedelta
from decimal import Decimal
from typing import Any
import pytest
import sqlalchemy as sa
from lms.kernel.db import db
from lms.kernel.permissions import SYSTEM
from lms.plugins.quiz import bank, quizzes, services, taking
from lms.plugins.quiz.models import *
from tests.plugins.quiz.samples import SAMPLES
from tests.plugins.quiz.test_rest_push import program_of

@pytest.mark.parametrize("body", ["["*100000, '{"answers":'+"["*100000, '{"answers":[{"n":1,"v":{"":["1"]},"seq":true}]}',
 '{"answers":[{"n":1,"v":{"":[["1"]]},"seq":1}]}','{"answers":[{"n":1,"v":{"\\u0000":["1"]},"seq":1}]}','{"answers":[{"n":1,"v":{"":["\\u0000"]},"seq":1}]}',
 '{"answers":[{"n":1,"v":{"":["1"]},"seq":%s}]}' % ("9"*5000), '{"answers":[{"n":1,"v":{"":["1"]},"seq":1,"age":-%s}]}' % ("9"*300),
 '{"answers":[{"n":1,"v":{"":["\\ud800"]},"seq":1e400}]}', '{"attempt":true,"answers":[{"n":1,"v":{"":["2"]},"seq":5}]}'])
def test_sync(course, as_user, body):
    course.open(course.pre)
    client, url = as_user.ticket(course.person()), f"/tiket/kuis/{course.pre.id}"
    client.post(url)
    r = client.post(f"{url}/jawaban", data=body, content_type="application/json")
    print(body[:60], r.status_code, r.text[:100])
    assert r.status_code < 500

@pytest.mark.parametrize("n", ["²", "9"*5000, "1"])
def test_takein(db_session, as_user, n):
    from tests.plugins.quiz.test_import_pages import sent, GIFT
    c = as_user.admin()
    a = sent(c, text=GIFT)
    assert c.post(a.location, data={"soal": [n], "skips_known": "y"}).status_code < 500

@pytest.mark.parametrize("name", ["a\x00b.gift", "../../x.gift", "x"*3000+".gift", "\ud800.gift".encode("utf-8","surrogatepass").decode("latin1")])
def test_name(db_session, as_user, name):
    from tests.plugins.quiz.test_import_pages import sent, GIFT
    c = as_user.admin()
    a = sent(c, text=GIFT, name=name)
    print(a.status_code)
    assert a.status_code < 500
    if a.status_code == 303:
        assert c.get(a.location).status_code == 200

@pytest.mark.parametrize("v", ["sNaN", "NaN", "Infinity", "1e999999", "1e-999999", "-sNaN"])
@pytest.mark.parametrize("where", ["settings", "items", "editor"])
def test_figures(course, as_user, v, where):
    from lms.plugins.quiz.bank_models import Question
    c = as_user.admin()
    q = course.pre
    base = f"/kelola/lokakarya/{course.workshop.id}/kuis/{q.id}"
    if where == "settings":
        r = c.post(f"{base}/pengaturan", data={"title": "x", "pass_percent": v, "bands-0-percent": v, "bands-0-text": "x", "max_attempts": "1", "session_id": "0"})
    elif where == "items":
        page = c.get(f"{base}/soal").text
        import re
        names = re.findall(r'name="([^"]*)"', page)
        r = c.post(f"{base}/soal", data={n: v for n in set(names) if n != "csrf_token"})
    else:
        r = c.post("/kelola/bank-soal/baru?jenis=numerical", data={"owner": "shared", "text": "x", "mark": v, "rows": "1", "format": "plain", "number_1": v, "tolerance_1": v, "worth_1": v, "fraction_1": v, "pattern_1": v, "units": f"km = {v}"})
        import re
        print(re.findall(r'name="([^"]*)"', r.text))
    print(where, v, r.status_code)
    assert r.status_code < 500 and r.status_code != 404

def test_mark_form(course, quiz_with, as_user):
    from tests.plugins.quiz.test_review import given
    quiz = quiz_with(SAMPLES["essay"])
    course.open(quiz)
    a = services.start(quiz_id=quiz.id, enrolment_id=course.person().id)
    services.save_answers(attempt_id=a.id, answers=[given(1, "abc")])
    services.submit(attempt_id=a.id)
    c = as_user.admin()
    for v in ["sNaN", "NaN", "Infinity", "1e999999", "1e-999999", "-1"]:
        r = c.post(f"/kelola/lokakarya/{course.workshop.id}/kuis/{quiz.id}/periksa/{a.layout[0]['q']}/{a.id}", data={f"a{a.id}-earned": v, f"a{a.id}-revision": "0"})
        print(v, r.status_code)
        assert r.status_code < 500, v

def nest(n):
    x = {}
    for _ in range(n): x = {"a": x}
    return x

@pytest.mark.parametrize("content", [
  {"extra": nest(200)}, {"extra": nest(300)}, {"extra": nest(900)}, {"mark": "1E-999999"}, {"mark": "1e-30"}, {"mark": True}, {"extra": {"a": "x"*100}}, {"name": ["a"]}, {"options": [[1]]},
  {"options": [{"text": {"source": "a"}, "fraction": "1E-999999"}]}, {"numbers": [{"value": "1e999999"}]},{"numbers": [{"value": "1e-999999"}]},
])
def test_push(factories, app, db_session, client, content):
    w = factories.workshop()
    p = program_of(client, w.organiser_id)
    base = {"kind": "choice", "text": {"source": "Q?"}, "options": [{"text": {"source": "a"}, "fraction": "1"}, {"text": {"source": "b"}}]}
    r = p.post("/questions", {"source": "s", "questions": [{"id": "a1", "content": {**base, **content}}]})
    print(str(content)[:60], r.status_code, r.text[:200])
    assert r.status_code == 200
