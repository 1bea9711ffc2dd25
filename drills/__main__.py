"""`python -m drills`: break the server in every way of the list, and say whether anything acknowledged was lost."""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from pathlib import Path

from drills import proof
from drills.catalogue import DRILLS
from drills.site import Scene, seed
from drills.trial import Control, Drill, Trial

QUICK_PEOPLE = 400


def main() -> int:
    """Run what was asked for; 1 when a drill does not hold, or its control does not fail."""
    options = _options()
    chosen = [DRILLS[key] for key in options.only or DRILLS]
    first = options.seed if options.seed is not None else random.SystemRandom().randrange(1, 100_000)
    results = []
    with tempfile.TemporaryDirectory(prefix="lms-drill-") as folder:
        people = max(QUICK_PEOPLE if options.quick else drill.people for drill in chosen)
        scene = seed(Path(folder) / "scene", people)
        for drill in chosen:
            rounds = options.rounds or (1 if options.quick else drill.rounds)
            results.append(perform(drill, scene, Path(folder), first=first, rounds=rounds, quick=options.quick))
    for result in results:
        print(f"{result.drill.key:<4} {result.verdict}")
    if options.write:
        proof.write(results, command=f"python -m drills {' '.join(sys.argv[1:])}".strip())
    return 0 if all(result.verdict == proof.HOLDS for result in results) else 1


def perform(drill: Drill, scene: Scene, folder: Path, *, first: int, rounds: int, quick: bool) -> proof.Result:
    """A drill with its controls; without the programs it needs it is not run."""
    missing = drill.missing()
    if missing:
        print(f"{drill.key} {drill.title}: not run, {', '.join(missing)} does not work here", flush=True)
        return proof.Result(drill=drill, missing=tuple(missing))
    started = time.perf_counter()
    plan: list[tuple[int, Control | None]] = [(first + number, None) for number in range(rounds)]
    plan += [(first, control) for control in drill.controls]
    trials = []
    for number, control in plan:
        what = f"control: {control.says}" if control else f"seed {number}"
        print(f"{drill.key} {drill.title}, {what}", flush=True)
        place = Path(tempfile.mkdtemp(prefix=f"{drill.key}-", dir=folder))
        trial = Trial(seed=number, quick=quick, scene=scene, folder=place, control=control)
        drill.run(trial)
        trials.append(trial)
        if control:
            print(f"    control {'has failed, as it must' if trial.is_proven else 'DID NOT FAIL'}", flush=True)
    return proof.Result(drill=drill, trials=trials, seconds=time.perf_counter() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m drills", description=__doc__)
    parser.add_argument("--only", choices=DRILLS, action="append", metavar="DRILL", help=f"of: {', '.join(DRILLS)}")
    parser.add_argument("--quick", action="store_true", help="the short forms, as the tests run them")
    parser.add_argument("--seed", type=int, metavar="N", help="of the first round; the next ones count on")
    parser.add_argument("--rounds", type=int, default=0, metavar="N", help="how often, each with a seed of its own")
    parser.add_argument("--write", action="store_true", help="write docs/proof/")
    return parser.parse_args()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
