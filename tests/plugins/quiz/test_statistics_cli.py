"""`lms quiz stats` and `lms quiz gain`: what they read, print and refuse, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.kernel.cli import lms
from lms.plugins.quiz.cli import command

pytestmark = pytest.mark.unit
SLOT_KEYS = {
    "facility",
    "sd",
    "discrimination_index",
    "discriminative_efficiency",
    "effective_weight",
    "point_biserial",
}
TOTAL_KEYS = {
    "n",
    "mean",
    "median",
    "sd",
    "skewness",
    "kurtosis",
    "cic",
    "error_ratio",
    "standard_error",
}
GAIN = "nama,post,pre\nA,8,4\nB,6,5\nC,,3\nD,7,\nE,5,5\nF,2,3\nG,,\n"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def invoke(content: str | bytes, *words: str, verb: str = "stats") -> Result:
        file = tmp_path / "marks.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return CliRunner().invoke(command, [verb, "--csv", str(file), *words])

    return invoke


def printed(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal(result: Result) -> tuple[int, str]:
    """The exit status and what is said, which is one line after the file's name."""
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.exit_code, result.stderr.strip().splitlines()[-1].rpartition(".csv: ")[2]


def test_stats_prints_the_promised_keys(run: Any) -> None:
    found = printed(run("1,0,1\n1,1,0\n0,,1\n1,1,1\n", "--json"))
    assert set(found) == {"slots", "total"}
    assert [set(slot) for slot in found["slots"]] == [SLOT_KEYS] * 3
    assert set(found["total"]) == TOTAL_KEYS
    assert found["total"]["n"] == 4
    assert [slot["facility"] for slot in found["slots"]] == [0.75, 0.5, 0.75]


def test_q30_what_is_undefined_is_null_in_json_and_a_dash_in_the_table(run: Any) -> None:
    found = printed(run("1,0\n1,1\n", "--json"))
    assert found["slots"][0]["discrimination_index"] is None
    assert found["total"]["cic"] is None
    first = next(line for line in run("1,0\n1,1\n").stdout.splitlines() if line.startswith("1 "))
    assert first.split() == ["1", "1.0000", "0.0000", "-", "-", "0.0000", "-", "0.0000"]


def test_stats_works_in_an_empty_folder_without_an_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LMS_ENV", "LMS_DATABASE_URL", "LMS_DATA_DIR", "LMS_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    Path("x.csv").write_text("1,0\n0,1\n")
    done = CliRunner().invoke(lms, ["quiz", "stats", "--csv", "x.csv", "--json"])
    assert printed(done)["total"]["mean"] == 1.0
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.parametrize(
    "content",
    [
        "0.5;1\n;1.0\n",
        "0,5;1\n;1,0\n",
        "Soal 1;Soal 2\r\n0,5;1\r\n;1\r\n",
        "\ufeffsoal,mudah\n.5,1e0\n\n,1\n",
        "\ufeff0.5,1\n,1\n",
        '"0.5","1"\n"",+1\n',
        "nilai é,b\n0.5,1\n,1\n".encode("latin-1"),
    ],
)
def test_commas_semicolons_decimal_commas_and_headers_read_the_same(run: Any, content: str | bytes) -> None:
    found = printed(run(content, "--json"))
    assert [slot["facility"] for slot in found["slots"]] == [0.25, 1.0]
    assert found["total"]["n"] == 2


def test_a_row_of_empty_cells_is_an_attempt_that_answered_nothing(run: Any) -> None:
    assert printed(run("1,1\n,\n", "--json"))["total"] | {"sd": 0} == {
        **dict.fromkeys(TOTAL_KEYS),
        "n": 2,
        "mean": 1.0,
        "median": 1.0,
        "sd": 0,
    }


def test_highest_marks_are_one_for_all_or_one_for_each_column(run: Any) -> None:
    def facilities(highest: str) -> list[float]:
        return [slot["facility"] for slot in printed(run("2,1\n0,1\n", "--max-marks", highest, "--json"))["slots"]]

    assert facilities("2") == [0.5, 0.5]
    assert facilities("4,1") == [0.25, 1.0]
    assert facilities("4;1") == [0.25, 1.0]


def test_a_header_that_holds_numbers_is_mentioned_since_it_may_be_an_attempt(run: Any) -> None:
    done = run("1,O,1\n1,0,1\n", "--json")
    assert printed(done)["total"]["n"] == 1
    assert "the first row counts as a header" in done.stderr
    assert run("a,b,c\n1,0,1\n", "--json").stderr == ""


@pytest.mark.parametrize(
    ("content", "words", "status", "reason"),
    [
        ("", (), 1, "the file has no rows"),
        ("1,0\n1,x\n", (), 1, "line 2, column 2: 'x' is not a number"),
        ('"soal\n1",b\n1,x\n', (), 1, "line 3, column 2: 'x' is not a number"),
        ("1,0\n1,nan\n", (), 1, "line 2, column 2: 'nan' is not a number"),
        ("1,0\n1,1e999\n", (), 1, "line 2, column 2: '1e999' is not a number"),
        ("1,0\n1,-1e9\n", (), 1, "line 2, column 2: '-1e9' is below -1000000"),
        ("a,b\n\n1,1\n1\n", (), 1, "line 4 has 1 columns, the first row has 2"),
        ('1,0\n"1,0\n', (), 1, "line 2: unexpected end of data"),
        (
            "1,2\n",
            (),
            1,
            "line 1, column 2: '2' is above the highest mark 1; --max-marks or --max says what that is",
        ),
        (
            "1,1\n",
            ("--max-marks", "1,1,1"),
            2,
            "Error: Invalid value for --max-marks: the file has 2 columns, but there are 3 highest marks",
        ),
        (
            "1,1\n",
            ("--max-marks", "1,-1"),
            2,
            "Error: Invalid value for --max-marks: '1,-1' is not a list of numbers from 0 to 1000000, such as 1,1,2",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    run: Any, content: str, words: tuple[str, ...], status: int, reason: str
) -> None:
    assert refusal(run(content, *words, "--json")) == (status, reason)


@pytest.mark.parametrize("verb", ["stats", "gain"])
def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path, verb: str) -> None:
    words = ["--max", "1"] if verb == "gain" else []
    for path, reason in ((tmp_path / "none", "No such file or directory"), (tmp_path, "Is a directory")):
        done = CliRunner().invoke(command, [verb, "--csv", str(path), *words])
        assert (done.exit_code, done.stderr) == (1, f"Error: {path} cannot be read: {reason}\n")


def test_missing_options_are_bad_usage(run: Any) -> None:
    assert CliRunner().invoke(command, ["stats"]).exit_code == 2
    assert refusal(run(GAIN, verb="gain"))[0] == 2
    assert refusal(run(GAIN, "--max", "0", verb="gain"))[0] == 2
    assert refusal(run(GAIN, "--max", "1,2", verb="gain"))[0] == 2


def test_q33_gain_counts_pairs_only_and_says_how_many_it_left_out(run: Any) -> None:
    found = printed(run(GAIN, "--max", "10", "--json", verb="gain"))
    assert found == {
        "n_paired": 4,
        "n_pre_only": 1,
        "n_post_only": 1,
        "class_gain": pytest.approx((21 - 17) / (40 - 17)),
        "mean_gain": pytest.approx((4 / 6 + 1 / 5 + 0 - 1 / 7) / 4),
        "mean_change": pytest.approx((4 / 6 + 1 / 5 + 0 - 1 / 3) / 4),
        "up": 2,
        "same": 1,
        "down": 1,
        "t": pytest.approx(1 / (14 / 3 / 4) ** 0.5),  # differences 4, 1, 0, -1
        "df": 3,
        "band": "low",
    }


def test_q33_gain_without_pairs_is_null_rather_than_an_error(run: Any) -> None:
    found = printed(run("pre,post\n3,\n,4\n", "--max", "10", "--json", verb="gain"))
    nothing = ("class_gain", "mean_gain", "mean_change", "t", "df", "band")
    assert [found[key] for key in nothing] == [None] * 6
    assert [found[key] for key in ("n_paired", "n_pre_only", "n_post_only", "up", "same", "down")] == [0, 1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("content", "band"),
    [
        ("pre,post\n5,2\n", "low"),
        ("pre,post\n0,2.9999\n", "low"),
        ("PRE;Post\n0;3\n", "medium"),
        ("pre,post\n7,9.1\n", "high"),
        ("pre,post\n10,10\n", None),
    ],
)
def test_q33_bands_of_the_command_are_those_of_hake(run: Any, content: str, band: str | None) -> None:
    assert printed(run(content, "--max", "10", "--json", verb="gain"))["band"] == band


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "the file has no rows"),
        ("a,post\n1,2\n", "line 1: no column is called pre; the first row must name pre and post"),
        ("pre,post,pre\n", "line 1: more than one column is called pre; the first row must name pre and post"),
        ("pre,post\n1,x\n", "line 2, column 2: 'x' is not a number"),
        (
            "pre,post\n1,11\n",
            "line 2, column 2: '11' is above the highest mark 10; --max-marks or --max says what that is",
        ),
    ],
)
def test_pairs_that_cannot_be_read_are_refused_in_one_line(run: Any, content: str, reason: str) -> None:
    assert refusal(run(content, "--max", "10", "--json", verb="gain")) == (1, reason)


def test_the_table_of_gain_is_readable(run: Any) -> None:
    lines = run(GAIN, "--max", "10", verb="gain").stdout.splitlines()
    assert lines[0].split() == ["n_paired", "4"]
    assert lines[3] == "class_gain   0.1739"
