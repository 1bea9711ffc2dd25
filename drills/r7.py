"""R7: clocks that are wrong, on the server, on scanners and on phones."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from benchmarks.browser import Browser, accepted
from drills import database
from drills.callers import Scanner
from drills.site import Site
from drills.trial import Control, Drill, Trial
from lms.plugins.checkin.venue import venue_code

STEP, LEEWAY, LIFE = 30, 5, 65  # seconds: a code lives from 5 before its step until 65 after its start
EDGE = 3  # seconds around a border that are not tried: the request itself takes time
HOURS = {"right": 0.0, "three hours fast": 3.0, "three hours slow": -3.0}
ZONES = (timezone(timedelta(hours=7)), timezone(timedelta(hours=8)), timezone(timedelta(hours=9)))  # WIB, WITA, WIT
NEAR, FLAGGED = 2.0, 120  # seconds
_OLD, _TIMES = "codes older than their life that were let in", "kept times more than 2 s from the real ones"


class Moved:
    """The server's clock: real time plus an offset, as the drill and the screen in the hall reckon with it."""

    def __init__(self, offset: timedelta) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def run(trial: Trial) -> None:
    """The server under faketime; by the seed 90 seconds fast, or just before midnight in WIB or WIT."""
    clock = Moved(_offset(trial))
    faketime = ["faketime", "-f", f"{clock.offset.total_seconds():+.0f}s"]
    with trial.site(DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_FAKE_MONOTONIC="1") as site:
        site.begin(under=faketime, workers=trial.pick(1, 2))
        trial.tell("server's clock", f"{clock.offset.total_seconds():+.0f} s, {clock.now():%Y-%m-%d %H:%M} UTC")
        _codes(trial, site, clock)
        _scanners(trial, site, clock)
        _jump(trial, site, clock)
        _phones(trial, site, clock)
        site.end()
        late = database.one(site, "SELECT coalesce(min(late_minutes), 0) FROM checkin_attendance")
        trial.at_least("fewest minutes late", int(late), 0)
        ahead = "SELECT count(*) FROM checkin_scan WHERE julianday(at) > julianday(server_time) + 0.00001"
        trial.equal("scans later than their arrival", database.one(site, ahead), 0)
        database.check_whole(trial, site)


def _offset(trial: Trial) -> timedelta:
    kind = trial.seed % 3
    if kind == 0:
        return timedelta(seconds=90)
    zone = ZONES[0 if kind == 1 else 2]
    local = datetime.now(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return timedelta(seconds=int((midnight - local).total_seconds()) - 8)


def _codes(trial: Trial, site: Site, clock: Moved) -> None:
    """Codes of earlier and later screens, judged by the server's clock; each in a browser of its own."""
    tried = [*range(-40, 110, 3), *(trial.random.randrange(200, 86_400) for _old in range(trial.pick(10, 40)))]
    let_in = {"old": 0, "early": 0}
    refused = wanted = 0
    for age in tried:
        moment = clock.now() - timedelta(seconds=age)
        shown = _age(clock, moment)
        status = _open(site, moment)
        if -LEEWAY + EDGE < shown < LIFE - EDGE:
            wanted += 1
            refused += status != 200
        elif shown > LIFE + EDGE:
            let_in["old"] += status == 200
        elif shown < -LEEWAY - EDGE:
            let_in["early"] += status == 200
    trial.equal(_OLD, let_in["old"], 0)
    trial.equal("codes of the future that were let in", let_in["early"], 0)
    trial.equal("codes in their life that were refused", refused, 0)
    trial.tell("codes tried, of them in their life", f"{len(tried)}, {wanted}")


def _age(clock: Moved, moment: datetime) -> float:
    """Seconds by the server's clock since the code of `moment` appeared."""
    return clock.now().timestamp() - moment.timestamp() // STEP * STEP


def _open(site: Site, moment: datetime) -> int:
    with site.scene.hall.app.app_context():
        code = venue_code(site.scene.session_id, moment)
    browser = Browser(site.port)
    status = browser.get(f"/h/{site.scene.session_id}/{code}").status
    browser.close()
    return status


def _scanners(trial: Trial, site: Site, clock: Moved) -> None:
    """Three devices, of which two are hours off, saw the same people in a known order."""
    each = trial.pick(10, 40)
    began = clock.now().replace(microsecond=0) - timedelta(minutes=50)
    order: dict[int, datetime] = {}
    dropped = 0
    for device, hours in enumerate(HOURS.values()):
        scanner, items = Scanner(site, device, offset=timedelta(hours=hours)), []
        for place in range(each):
            number = place * len(HOURS) + device  # the devices take turns, a few seconds apart
            order[number] = began + timedelta(seconds=7 * number)
            item = scanner.item(number, f"r7-{trial.seed}-{number}", order[number])
            item["at"] = datetime.fromisoformat(item["at"]).astimezone(ZONES[number % 3]).isoformat()
            items.append(item)
        dropped += each - _answered(scanner, items, clock.now())
    trial.equal("scans of wrong clocks that were dropped or refused", dropped, 0)
    kept = _kept(site)
    big = site.scene.hall.big.people
    off = [abs((kept[big[number]] - at).total_seconds()) for number, at in order.items() if big[number] in kept]
    trial.equal(_TIMES, sum(seconds > NEAR for seconds in off) + len(order) - len(off), 0)
    by_time = sorted((number for number in order if big[number] in kept), key=lambda number: kept[big[number]])
    trial.equal("people in the order in which they came", by_time == sorted(order), True)
    trial.equal("scans flagged `clock_skew`", _flagged(site, "r7-"), each * 2)


def _answered(scanner: Scanner, items: list[dict[str, Any]], moment: datetime) -> int:
    """Items answered with new or already."""
    answer = accepted(scanner.send(items, moment))
    scanner.browser.close()
    return sum(result["outcome"] in {"new", "already"} for result in json.loads(answer.body)["results"])


def _jump(trial: Trial, site: Site, clock: Moved) -> None:
    """Clocks that change between scan and sending: nobody can know when it was, and nobody is lost."""
    first, each = 200, trial.pick(5, 20)
    dropped = 0
    for place, hours in enumerate((3, -3)):
        scanner = Scanner(site, 3 + place)
        numbers = range(first + place * each, first + (place + 1) * each)
        items = [scanner.item(n, f"jump-{trial.seed}-{n}", clock.now() - timedelta(minutes=10)) for n in numbers]
        scanner.offset = timedelta(hours=hours)
        dropped += each - _answered(scanner, items, clock.now())
    trial.equal("scans before a jump of the clock that were dropped or refused", dropped, 0)
    trial.equal("of them flagged `clock_skew`", _flagged(site, "jump-"), 2 * each)


def _phones(trial: Trial, site: Site, clock: Moved) -> None:
    """Participants' phones keep a tap without signal and send it later, their clocks hours off."""
    first, dropped, numbers = 300, 0, range(300, 300 + trial.pick(6, 18))
    for number in numbers:
        offset = timedelta(hours=(3, -3, 0)[number % 3])
        browser = Browser(site.port, site.scene.hall.ticket_cookie(number))
        with site.scene.hall.app.app_context():
            code = venue_code(site.scene.session_id, clock.now())
        form = accepted(browser.get(f"/h/{site.scene.session_id}/{code}")).form("/h/catat")
        item = {"id": f"tap-{number - first}", "at": (clock.now() + offset).isoformat(), "claim": form["claim"]}
        body = {"device_time": (clock.now() + offset).isoformat(), "items": [{**item, "holder": form["holder"]}]}
        browser.headers["X-CSRFToken"] = form["csrf_token"]
        result = json.loads(accepted(browser.send("/h/kirim", body)).body)["results"][0]
        dropped += result["outcome"] != "new"
        browser.close()
    trial.equal("taps of phones with wrong clocks that were dropped or refused", dropped, 0)


def _kept(site: Site) -> dict[int, datetime]:
    found = database.rows(site, "SELECT enrolment_id, at FROM checkin_attendance WHERE direction = 'in'")
    return {row[0]: datetime.fromisoformat(row[1]).replace(tzinfo=UTC) for row in found}


def _flagged(site: Site, name: str) -> int:
    query = "SELECT count(*) FROM checkin_scan WHERE flags LIKE '%clock_skew%' AND client_id LIKE ?"
    return int(database.one(site, query, f"{name}%"))


DRILL = Drill(
    key="R7",
    title="clocks that are wrong",
    how="The server runs under `faketime`, by the seed 90 seconds fast or seconds before midnight in WIB or WIT. Codes "
    "of every age are opened; three scanners (right, three hours fast, three hours slow) send what they saw in turns, "
    "with times in WIB, WITA and WIT; two more have a clock that jumps between scan and sending; participants' phones "
    "send taps that they kept.",
    run=run,
    controls=(
        Control(sabotage=("old_codes",), says="a server that takes codes of the last ten minutes", breaks=_OLD),
        Control(sabotage=("trusted_clocks",), says="a server that believes the clocks of devices", breaks=_TIMES),
    ),
    needs=("faketime -f +1s true",),
)
