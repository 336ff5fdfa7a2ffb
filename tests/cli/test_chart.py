"""`outcomes-app chart`, as it is typed, on a real vault with a real trial."""

import csv
import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from outcomes_app import charts
from outcomes_app.__main__ import main
from outcomes_app.charts.base import Chart
from tests.cli.conftest import DATA, Typed

BY_GROUP = ("group_course", "--measure", "twstrs", "--group-by", "group")


@pytest.fixture
def typed(on_trial: Typed) -> Typed:
    """Run `chart` on the practice; its exit code and what it printed."""
    return partial(on_trial, "chart")


def _expected(column: str) -> dict[tuple[str, int], tuple[int, float, float]]:
    frame = pd.read_csv(DATA / "cdystonia.csv", dtype={column: str})
    found = frame.groupby([column, "week"])["twstrs"].agg(["count", "mean", "std"])
    return {
        (str(key[0]), int(key[1])): (int(row["count"]), float(row["mean"]), float(row["std"]))
        for key, row in found.iterrows()
        if isinstance(key, tuple)
    }


@pytest.mark.parametrize(("group_by", "column"), [("group", "treat"), ("site", "site")])
def test_mean_per_group_and_week_equals_pandas(typed: Typed, group_by: str, column: str) -> None:
    code, out, _err = typed("group_course", "--measure", "twstrs", "--group-by", group_by, "--json")
    rows = json.loads(out)["rows"]
    expected = _expected(column)
    assert code == 0
    assert {(row["group"], row["week"]) for row in rows} == set(expected)
    for row in rows:
        n, mean, sd = expected[row["group"], row["week"]]
        assert row["n"] == n
        assert row["mean"] == pytest.approx(mean, rel=1e-14)
        assert row["sd"] == pytest.approx(sd, rel=1e-12)


def test_words_begin_with_the_sentence_and_end_with_the_table(typed: Typed) -> None:
    code, out, _err = typed(*BY_GROUP)
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("109 patients, mean TWSTRS total.")
    assert lines[2].split()[:3] == ["Group", "Week", "n"]
    assert len(lines) == 3 + 18


def test_csv_holds_the_same_numbers(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "means.csv"
    assert typed(*BY_GROUP, "--out", str(file))[0] == 0
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {(r["group"], int(r["week"])): int(r["n"]) for r in rows} == {
        key: n for key, (n, _mean, _sd) in _expected("treat").items()
    }


@pytest.mark.parametrize(
    ("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_a_picture_is_written(typed: Typed, tmp_path: Path, ending: str, begins: bytes) -> None:
    file = tmp_path / f"chart.{ending}"
    assert typed(*BY_GROUP, "--style", "print", "--out", str(file))[0] == 0
    assert file.read_bytes().startswith(begins)


def test_the_chart_of_one_patient(typed: Typed) -> None:
    code, out, _err = typed(
        "response", "--patient", "1", "--measure", "twstrs", "--view", "date", "--json"
    )
    found: dict[str, Any] = json.loads(out)
    frame = pd.read_csv(DATA / "cdystonia.csv")
    expected = frame[frame["patient"] == 1].sort_values("week")["twstrs"]
    assert code == 0
    assert [row["value"] for row in found["rows"]] == list(expected)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("nothing",), "There is no chart “nothing”."),
        (("response",), "This chart is about one patient."),
        (("response", "--patient", "no such number"), "No patient has this number."),
        (("group_course", "--indication", "nothing"), "There is no indication “nothing”."),
        ((*BY_GROUP, "--out", "chart.gif"), "A chart cannot be saved as “.gif”."),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    typed: Typed, argv: tuple[str, ...], words: str
) -> None:
    code, out, err = typed(*argv)
    assert (code, out) == (1, "")
    assert words in err


def test_an_unknown_measure_is_refused(typed: Typed) -> None:
    code, _out, err = typed("group_course", "--measure", "nothing")
    assert code == 1
    assert "nothing" in err


def test_charts_are_listed_without_a_record(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chart", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(c["name"], c["kind"]) for c in listed] == [(c.name, c.kind) for c in charts.CHARTS]
    assert all(c["title"] and c["question"].endswith("?") for c in listed)


@pytest.mark.parametrize("chart", charts.CHARTS, ids=lambda chart: chart.name)
def test_every_chart_is_computed_and_written_by_its_name(
    chart: Chart[Any, Any], typed: Typed, tmp_path: Path
) -> None:
    about = ("--patient", "1") if chart.kind == "patient" else ()
    code, out, _err = typed(chart.name, *about, "--json")
    found: dict[str, Any] = json.loads(out)
    assert code == 0
    assert found["chart"] == chart.name
    assert found["summary"].endswith(".")
    file = tmp_path / "chart.svg"
    assert typed(chart.name, *about, "--out", str(file))[0] == 0
    assert file.read_bytes().startswith(b"<?xml")
