"""Certificates: one of them beside the ways of others, a whole batch, and the page that verifies them."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from statistics import median
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from benchmarks import rivals
from benchmarks.run import Run
from benchmarks.statements import of_page
from lms.kernel.clock import now
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import content, criteria, services, templates
from lms.plugins.certificates.design.facts import Facts
from lms.plugins.certificates.enums import PaperRole
from lms.plugins.certificates.signing.signer import signer

FASTER_THAN_WEASYPRINT, FASTER_THAN_PRETIX = 10, 6
SIGNED_MS, BATCH_SECONDS, BATCH_MB, PAGE_MS = 40, 60, 150, 5
BATCH = 1000


def measure(run: Run) -> None:
    """Single papers in this process, a batch in a process of its own, and the page through the server."""
    with run.hall.app.app_context(), run.hall.app.test_request_context():
        _ask_nothing(run)
        _single(run, 20 if run.quick else 100)
        code = _one(run)
        db.session.remove()
    path = f"/v/{code}"
    run.cost("papers", "verification page", path, {}, at_most=PAGE_MS)
    run.report.add("papers", "verification page: statements", of_page(run.hall, {}, path), "")
    _batch(run, 200 if run.quick else BATCH)


def _ask_nothing(run: Run) -> None:
    with unit_of_work():
        nothing = dict.fromkeys(criteria.DEFAULTS, criteria.DEFAULTS["checkin.attendance_ratio"] * 0)
        for room in (run.hall.big, run.hall.gate):
            criteria.save_criteria(workshop_id=room.workshop_id, thresholds=nothing, actor=SYSTEM)


def _one(run: Run) -> str:
    with unit_of_work():
        return services.issue(enrolment_id=run.hall.big.people[0], actor=SYSTEM).code


def _single(run: Run, count: int) -> None:
    """CPU milliseconds of one front page, median; no two are alike."""
    from lms.core.enrolments.queries import enrolment_by_id

    people = [enrolment_by_id(number) for number in run.hall.big.people[:count]]
    with unit_of_work():
        basis = content.basis_of(people[0].workshop, PaperRole.PESERTA)
    design = templates.design_of(basis.version)
    reader = templates.asset_reader(people[0].workshop.organiser_id)
    papers = [_facts(basis, person, number) for number, person in enumerate(people, start=1)]
    ours = _median(lambda facts: content.render(design, facts, read_asset=reader), papers)
    pdfs = [content.render(design, facts, read_asset=reader) for facts in papers]
    hand = signer()
    sign = _median(lambda pdf: hand.sign(pdf, moment=now(), reason="Uji", location="Pontianak"), pdfs)
    add = run.report.add
    add("papers", "one front, unsigned: CPU", ours, "ms", note=f"{len(pdfs[0]) / 1000:.0f} kB")
    add("papers", "signature PAdES B-B, P-256: CPU", sign, "ms")
    add("papers", "one front, signed: CPU", ours + sign, "ms", SIGNED_MS)
    if not rivals.are_installed():
        print("  papers: no comparison: pip install -r benchmarks/requirements.txt", file=sys.stderr)
        return
    from lms.plugins.certificates.design import engine

    bare = design.model_copy(update={"front": _art_only(design)})
    unsigned = replace(papers[0], signatures={})
    plain, signed = (
        rivals.Sheet(design=design, ground=_jpeg(engine.picture(bare, facts, read_asset=reader, width=1754)))
        for facts in (unsigned, papers[0])
    )
    theirs = {
        "WeasyPrint, one by one": (_median(lambda f: rivals.weasyprint_way(plain, f), papers), FASTER_THAN_WEASYPRINT),
        "ReportLab + pypdf merge": (_median(lambda f: rivals.pretix_way(signed, f), papers), FASTER_THAN_PRETIX),
    }
    for name, (cost, times) in theirs.items():
        add("papers", f"{name}: CPU", cost, "ms")
        add("papers", f"ours / {name}", round(ours / cost, 4), "x", round(1 / times, 4), f"{cost / ours:.1f} times")


def _facts(basis: content.Basis, person: Any, number: int) -> Facts:
    """A front without its back page, which the others do not make either."""
    said = {**content.content_of(basis, person, issued_on=basis.workshop.ends_on), "materials": []}
    made = content.facts_of(said, number_text=f"{number:03}/SERT/BK3S-KB/XI/2026", code=f"R4TM9K2D{number:04}")
    people = {"penanda_2": "Dra. Hj. Ratna Wulandari, M.Si.", "jabatan_2": "Kepala Dinas Sosial Provinsi"}
    return replace(made, texts={**made.texts, **people}, signatures={1: _signature(1), 2: _signature(2)})


@cache
def _signature(seed: int) -> bytes:
    """A scribble of 600 x 240 pixels on transparent ground, as scanned signatures are."""
    picture, chance, made = Image.new("RGBA", (600, 240)), random.Random(seed), io.BytesIO()
    points = [(x, 120 + chance.randint(-90, 90)) for x in range(20, 580, 24)]
    ImageDraw.Draw(picture).line(points, fill=(29, 58, 138, 255), width=7, joint="curve")
    picture.filter(ImageFilter.SMOOTH_MORE).save(made, "PNG")
    return made.getvalue()


def _art_only(design: Any) -> Any:
    kept = [
        element
        for element in design.front.elements
        if element.kind in {"ornament", "picture", "logo", "stamp", "signature"}
    ]
    name = next(element for element in design.front.elements if element.kind == "name")
    return design.front.model_copy(update={"elements": (*kept, name.model_copy(update={"content": ""}))})


def _jpeg(png: bytes) -> bytes:
    made = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(made, "JPEG", quality=88)
    return made.getvalue()


def _median(work: Callable[[Any], object], items: list[Any]) -> float:
    work(items[0])
    found = []
    for item in items:
        started = time.process_time()
        work(item)
        found.append((time.process_time() - started) * 1000)
    return median(found)


def _batch(run: Run, count: int) -> None:
    """One job in a process of its own: signed papers with database and storage, on this machine's disk."""
    command = [sys.executable, "-m", "benchmarks.issuing", str(run.hall.gate.workshop_id), str(count)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    said = json.loads(made.stdout.splitlines()[-1])
    if said["issued"] != count:
        raise RuntimeError(f"{said['issued']} certificates instead of {count}")
    name, add = f"{count} signed in one job", run.report.add
    add("papers", f"{name}: wall time", said["seconds"], "s", BATCH_SECONDS * count / BATCH)
    add("papers", f"{name}: CPU", said["cpu_seconds"], "s")
    add("papers", f"{name}: growth of memory (RSS)", round(said["grown_mb"], 1), "MB", BATCH_MB)
    add("papers", f"{name}: files", round(said["stored_mb"], 1), "MB")
