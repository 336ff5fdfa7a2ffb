"""Runs the worked examples of tests/spec/scoring: answers and the numbers they must give."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from outcomes_app import catalog
from outcomes_app.domain import scoring
from outcomes_app.domain.values import InstrumentId
from outcomes_app.errors import Refused

_FILES = sorted((Path(__file__).parent / "scoring").glob("*.toml"))
_KEYS = {"says", "answers", "all", "expect", "bands", "answered", "remarks", "refused"}


def _cases() -> list[Any]:
    cases = []
    for file in _FILES:
        table = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        cases += [pytest.param(file.stem, c, id=f"{file.stem}-{c['says']}") for c in table["case"]]
    return cases


def _answers(case: dict[str, Any]) -> dict[str, object]:
    """`all = { items = "1-6", answer = 3 }` answers a row of items; "missing" stands for none."""
    answers: dict[str, object] = {}
    for row in case.get("all", []):
        first, _dash, last = row["items"].rpartition("-")
        prefix = first.rstrip("0123456789")
        for n in range(int(first.removeprefix(prefix)), int(last) + 1):
            answers[f"{prefix}{n}"] = row["answer"]
    answers |= case.get("answers", {})
    return {k: (None if v == "missing" else v) for k, v in answers.items()}


@pytest.mark.parametrize(("name", "case"), _cases())
def test_a_worked_example(name: str, case: dict[str, Any]) -> None:
    assert set(case) <= _KEYS
    instrument = catalog.load().instruments[InstrumentId(name)]
    if "refused" in case:
        with pytest.raises(Refused, match=case["refused"]):
            scoring.score(instrument, _answers(case))
        return
    result = scoring.score(instrument, _answers(case))
    found = {s.part: s for s in result.scores}
    for part, expected in case["expect"].items():
        value = found[part].value
        if expected == "none":
            assert value is None, part
        else:
            # A table gives as many decimals as it prints.
            places = -Decimal(str(expected)).as_tuple().exponent  # type: ignore[operator]
            assert value is not None, part
            assert round(value, places) == Decimal(str(expected)), part
    for part, label in case.get("bands", {}).items():
        scale, value = instrument.scale(part), found[part].value
        assert scale is not None
        assert value is not None
        band = scale.band(value)
        assert band is not None
        assert band.label == label
    for part, count in case.get("answered", {}).items():
        assert found[part].answered == count
    if "remarks" in case:
        assert [r.code for r in result.remarks] == case["remarks"]


def test_every_rule_has_a_worked_example() -> None:
    shown = {catalog.load().instruments[InstrumentId(f.stem)].scoring for f in _FILES}
    used = {i.scoring for i in catalog.load().instruments.values()}
    assert shown == used
