"""`outcomes-app verdict`, as it is typed, on a real vault with a real trial."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from outcomes_app.analysis.rules import ParameterChange, Rulebook, rulebook
from tests.cli.conftest import DATA, Typed


@pytest.fixture
def typed(on_trial: Typed) -> Typed:
    """Run `verdict` on the practice; its exit code and what it printed."""
    return partial(on_trial, "verdict")


def _one(out: str) -> dict[str, Any]:
    (found,) = json.loads(out)
    assert isinstance(found, dict)
    return found


def _fall(patient: int) -> int:
    frame = pd.read_csv(DATA / "cdystonia.csv")
    weeks = frame[frame["patient"] == patient].set_index("week")["twstrs"]
    return int(weeks[0] - weeks[4])


@pytest.mark.parametrize("patient", [1, 2, 3, 5])
def test_the_fall_at_week_4_is_that_of_the_table(typed: Typed, patient: int) -> None:
    code, out, _err = typed("--patient", str(patient), "--rule", "cd_twstrs", "--json")
    found = _one(out)
    assert code == 0
    assert found["criteria"][0]["value"] == str(_fall(patient))
    assert found["state"] == ("met" if _fall(patient) >= 8 else "not_met")


def test_words_name_the_state_the_windows_and_the_source(typed: Typed) -> None:
    code, out, _err = typed("--patient", "1", "--rule", "cd_twstrs")
    assert code == 0
    assert out.startswith("Cervical dystonia response (cd_twstrs, 2026-11-20)")
    assert f"fall in TWSTRS total (>= 8 points): {_fall(1)} [" in out
    assert "Source: Dashtipour 2019" in out


def test_without_a_rule_those_of_the_indication_are_asked(typed: Typed) -> None:
    code, out, _err = typed("--patient", "1", "--json")
    assert code == 0
    rules = {v["rule"] for v in json.loads(out)}
    assert {"cd_twstrs", "interval_adherence", "pgic_generic"} <= rules
    assert "nice_ta260_eligibility" not in rules


def test_a_day_before_the_treatment_knows_nothing_of_it(typed: Typed) -> None:
    argv = ("--patient", "1", "--rule", "cd_twstrs", "--json")
    found = _one(typed(*argv, "--on", "1980-01-01", "--indication", "cervical_dystonia")[1])
    assert (found["label"], found["state"]) == ("no_data", "cannot_tell")


def test_a_rulebook_changes_the_threshold_and_the_version(typed: Typed, tmp_path: Path) -> None:
    file = tmp_path / "local.json"
    change = ParameterChange(rule="cd_twstrs", parameter="points", value="1", reason="local")
    local = Rulebook(id="riverside", name="Riverside", changes=(change,))
    file.write_text(rulebook.to_json(local), encoding="utf-8")
    argv = ("--patient", "1", "--rule", "cd_twstrs", "--json", "--rulebook", str(file))
    found = _one(typed(*argv)[1])
    assert found["version"] == "2026-11-20+riverside.1"
    assert found["criteria"][0]["threshold"] == "1"
    assert [p["changed"] for p in found["parameters"]] == [
        p["name"] == "points" for p in found["parameters"]
    ]


def test_the_rules_are_listed_with_their_parameters(typed: Typed) -> None:
    code, out, _err = typed("--list", "--json")
    listed = {r["id"]: r for r in json.loads(out)}
    assert code == 0
    assert len(listed) == 23
    percent = listed["nice_ta260_negative_stop"]["parameters"][0]
    assert (percent["name"], percent["value"], percent["verified"]) == ("percent", 30, True)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--patient", "no such number"), "No patient has this number."),
        (("--patient", "1", "--rule", "nothing"), "There is no rule “nothing”."),
        (("--patient", "1", "--indication", "nothing"), "There is no indication “nothing”."),
        (("--patient", "1", "--facts", "no-such-file.json"), "no-such-file.json cannot be read."),
        (("--patient", "1", "--rulebook", __file__), "This is no rulebook."),
        (("--patient", "1", "--facts", __file__), "The facts cannot be read."),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    typed: Typed, argv: tuple[str, ...], words: str
) -> None:
    code, out, err = typed(*argv)
    assert (code, out) == (1, "")
    assert words in err
