"""`outcomes-app score`, run as the command runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from outcomes_app import catalog
from outcomes_app.__main__ import main


def _score(tmp_path: Path, instrument: str, answers: Any, *options: str) -> int:
    file = tmp_path / "answers.json"
    text = answers if isinstance(answers, str) else json.dumps(answers)
    file.write_text(text, encoding="utf-8")
    return main(["score", instrument, "--items", str(file), *options])


def test_a_score_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {"1": "never", "2": 8, "3": "sometimes", "4": 11, "5": "always", "6": 13}
    assert _score(tmp_path, "hit6", answers, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["instrument"] == "hit6"
    [score] = told["scores"]
    assert (score["part"], score["value"], score["band"]) == ("total", 61, "severe")
    assert (score["answered"], score["items"], score["rule"]) == (6, 6, "hit6/sum/1")
    assert (score["low"], score["high"]) == (36, 78)
    assert told["remarks"] == []


def test_a_missing_answer_is_null_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _score(tmp_path, "peg", {"1": 3, "2": 4, "3": None}, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scores"][0]["value"] is None
    assert told["scores"][0]["answered"] == 2
    assert [r["code"] for r in told["remarks"]] == ["not_scored"]


def test_a_score_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _score(tmp_path, "ndi", {str(n): 2 for n in range(1, 11)}) == 0
    words = capsys.readouterr().out
    assert "NDI: 40 % (moderate), 10 of 10 answered; ndi/percent/1" in words


def test_words_say_when_a_rule_was_not_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _score(tmp_path, "peg", {"1": 3, "2": 4, "3": 5}) == 0
    assert "not confirmed" in capsys.readouterr().out


def test_an_impossible_answer_is_refused_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _score(tmp_path, "phq9", {"1": 4}) == 1
    assert "item 1" in capsys.readouterr().err


def test_every_impossible_answer_is_listed_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _score(tmp_path, "phq9", {"1": 4, "12": 1}, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [(r["field"], r["code"]) for r in told["refused"]] == [
        ("1", "answer_impossible"),
        ("12", "item_unknown"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ("[1, 2]", "holds no JSON object"),
        ('{"1": 1, "1": 2}', "answered twice"),
    ],
)
def test_a_file_that_is_no_answers_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    assert _score(tmp_path, "hit6", text) == 1
    assert reason in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "hit6", "--items", "/nowhere/answers.json"]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_questionnaire_nobody_knows_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _score(tmp_path, "hit7", {}) == 1
    assert "--list" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "instrument"),
    [("HIT-6", "hit6"), ("PHQ9", "phq9"), ("bpi", "bpi_sf"), ("DAS", "das_spasticity")],
)
def test_a_questionnaire_goes_by_its_usual_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, instrument: str
) -> None:
    assert _score(tmp_path, name, {}, "--json") == 0
    assert json.loads(capsys.readouterr().out)["instrument"] == instrument


def test_the_list_names_every_questionnaire(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["score", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in listed] == list(catalog.load().instruments)
    assert main(["score", "--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(listed)


def test_without_a_questionnaire_the_usage_is_wrong() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["score"])
    assert caught.value.code == 2
