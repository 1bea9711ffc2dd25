"""Values kept for seconds."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from flask import Flask

from lms.kernel import memory
from lms.kernel.memory import kept_for_good, recalled, remembered


def app() -> Flask:
    made = Flask("memory")
    memory.init_memory(made)
    return made


def test_a_value_is_made_once_while_it_is_fresh() -> None:
    numbers = count()
    with app().app_context():
        assert [remembered("n", 1, lambda: next(numbers), seconds=60) for _ in range(3)] == [0, 0, 0]
        assert remembered("n", 2, lambda: next(numbers), seconds=60) == 1
        assert remembered("m", 1, lambda: next(numbers), seconds=60) == 2


def test_a_value_that_is_no_longer_fresh_is_made_anew_and_the_old_one_can_be_recalled() -> None:
    numbers = count()
    with app().app_context():
        assert recalled("n", 1) is None
        assert [remembered("n", 1, lambda: next(numbers), seconds=0) for _ in range(2)] == [0, 1]
        assert recalled("n", 1) == 1


def test_the_memory_of_a_process_does_not_grow_without_end() -> None:
    made = app()
    with made.app_context():
        for number in range(3000):
            remembered("n", number, lambda: 1, seconds=60)
        assert len(made.extensions["lms_memory"]) <= 1024


def test_each_app_has_a_memory_of_its_own() -> None:
    one, other = app(), app()
    with one.app_context():
        remembered("n", 1, lambda: 1, seconds=60)
    with other.app_context():
        assert recalled("n", 1) is None


def test_rows_that_never_change_are_read_once_and_what_is_missing_is_asked_for_again() -> None:
    asked: list[list[int]] = []

    def read(keys: Collection[int]) -> dict[int, str]:
        asked.append(sorted(keys))
        return {key: str(key) for key in keys if key < 5}

    with app().app_context():
        assert kept_for_good("rows", {1, 2}, read) == {1: "1", 2: "2"}
        assert kept_for_good("rows", {2, 3, 9}, read) == {2: "2", 3: "3"}
        assert kept_for_good("rows", {1, 9}, read) == {1: "1"}
    assert asked == [[1, 2], [3, 9], [9]]


def test_more_rows_than_fit_are_all_answered() -> None:
    with app().app_context():
        for begin in range(0, 12_000, 1_000):
            keys = range(begin, begin + 1_000)
            assert kept_for_good("rows", keys, lambda wanted: {key: key for key in wanted}) == {
                key: key for key in keys
            }
        assert len(kept_for_good("rows", (1, 11_999), lambda wanted: {key: key for key in wanted})) == 2
