"""Every instrument is walked through: nothing, everything, one missing, the ends, the impossible.

Worked examples of single instruments stand in tests/spec/scoring.
"""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app import catalog
from outcomes_app.domain import scoring
from outcomes_app.domain.instruments import Instrument, Item, Scale
from outcomes_app.domain.scoring_rules import RULES
from outcomes_app.domain.values import InstrumentId, Score
from outcomes_app.errors import Refused

_ALL = tuple(catalog.load().instruments.values())
_FROM_ITEMS = tuple(i for i in _ALL if i.items)
_TOTALS_ONLY = tuple(i for i in _ALL if not i.items)
# Goals are not items; their walk is in the spec.
_WALKED = tuple(i for i in _FROM_ITEMS if i.scoring != "gas")
# Every item at its highest is impossible here: MIDAS counts no day twice.
_NOT_ALL_HIGHEST = ("midas",)


def _answers(item: Item) -> list[object]:
    if item.choices:
        return sorted(item.choices, key=lambda label: item.choices[label])
    low = int(item.low or 0)
    return list(range(low, int(item.high if item.high is not None else 100) + 1))


def _all(instrument: Instrument, end: int) -> dict[str, object]:
    return {i.key: _answers(i)[end] for i in instrument.items}


def _name(scale: Scale) -> str:
    return f"{scale.instrument}-{scale.part}"


def _by_part(scores: tuple[Score, ...]) -> Mapping[str, Score]:
    return {s.part: s for s in scores}


def _scale(instrument: Instrument, part: str) -> Scale:
    found = instrument.scale(part)
    assert found is not None
    return found


@pytest.mark.parametrize("instrument", _ALL, ids=lambda i: i.id)
def test_every_instrument_has_a_scoring_rule_or_says_why_not(instrument: Instrument) -> None:
    assert instrument.scoring in RULES
    assert (instrument.scoring == "given") == (not instrument.items)
    assert bool(instrument.why_total_only) == (not instrument.items)


def test_every_rule_is_used() -> None:
    assert {i.scoring for i in _ALL} == set(RULES)


@pytest.mark.parametrize("instrument", _WALKED, ids=lambda i: i.id)
def test_all_missing_gives_no_number_and_never_zero(instrument: Instrument) -> None:
    result = scoring.score(instrument, {i.key: None for i in instrument.items})
    assert result.scores or any(i.optional for i in instrument.items)
    assert {s.value for s in result.scores} <= {None}
    assert {s.answered for s in result.scores} <= {0}


@pytest.mark.parametrize("instrument", _WALKED, ids=lambda i: i.id)
def test_no_answers_at_all_give_no_number(instrument: Instrument) -> None:
    assert {s.value for s in scoring.score(instrument, {}).scores} <= {None}


@pytest.mark.parametrize("instrument", _WALKED, ids=lambda i: i.id)
@pytest.mark.parametrize("end", [0, -1], ids=["lowest", "highest"])
def test_the_ends_of_all_items_stay_in_range(instrument: Instrument, end: int) -> None:
    if instrument.id in _NOT_ALL_HIGHEST and end == -1:
        with pytest.raises(Refused, match="can only go from 0 to 270"):
            scoring.score(instrument, _all(instrument, end))
        return
    for found in scoring.score(instrument, _all(instrument, end)).scores:
        assert found.value is None or _scale(instrument, found.part).holds(found.value)


# Rules under which the published range is what the items give at their ends.
_REACHING_ITS_ENDS = (
    "sum",
    "percent",
    "reversed_percent",
    "mean",
    "prorated_sum",
    "twstrs",
    "tsui",
    "fiqr",
    "npsi",
    "lookup",
    "dlqi",
    "spadi",
)


@pytest.mark.parametrize(
    "instrument",
    [i for i in _WALKED if i.scoring in _REACHING_ITS_ENDS and i.id not in _NOT_ALL_HIGHEST],
    ids=lambda i: i.id,
)
def test_the_published_range_is_what_the_items_give(instrument: Instrument) -> None:
    lowest = _by_part(scoring.score(instrument, _all(instrument, 0)).scores)
    highest = _by_part(scoring.score(instrument, _all(instrument, -1)).scores)
    for part in lowest:
        scale = _scale(instrument, part)
        assert {lowest[part].value, highest[part].value} == {scale.low, scale.high}, part


@pytest.mark.parametrize("instrument", _WALKED, ids=lambda i: i.id)
def test_every_number_says_its_rule_and_how_much_was_answered(instrument: Instrument) -> None:
    for found in scoring.score(instrument, _all(instrument, 0)).scores:
        assert found.rule == f"{instrument.id}/{instrument.scoring}/{instrument.scoring_version}"
        assert found.items == len(_scale(instrument, found.part).items)
        assert found.answered == found.items


@pytest.mark.parametrize(
    "instrument",
    [i for i in _WALKED if i.scoring not in ("value", "eq5d5l", "mas")],
    ids=lambda i: i.id,
)
def test_one_missing_answer_is_never_silent(instrument: Instrument) -> None:
    for scale in instrument.scales:
        if not scale.items:
            continue
        answers = {**_all(instrument, 0), scale.items[0]: None}
        result = scoring.score(instrument, answers)
        found = _by_part(result.scores)[scale.part]
        assert found.answered == len(scale.items) - 1
        said = {r.code for r in result.remarks if r.field == scale.part}
        assert said == ({"not_scored"} if found.value is None else {"fewer_answers"})


@pytest.mark.parametrize("scale", [s for i in _FROM_ITEMS for s in i.scales if s.needed], ids=_name)
def test_the_least_number_of_answers_is_enough_and_one_less_is_not(scale: Scale) -> None:
    instrument = catalog.load().instruments[scale.instrument]
    needed = scale.needed or 0
    full = _all(instrument, 0)
    if instrument.id == "tsqm14":
        full["4"] = "yes"  # with "no" the side effects need no other answer
    for answered, scored in ((needed, True), (needed - 1, False)):
        kept = {k: (full[k] if n < answered else None) for n, k in enumerate(scale.items)}
        found = _by_part(scoring.score(instrument, {**full, **kept}).scores)[scale.part]
        assert (found.value is not None) is scored


@pytest.mark.parametrize("instrument", _WALKED, ids=lambda i: i.id)
def test_an_answer_outside_its_range_is_refused_by_name(instrument: Instrument) -> None:
    for item in instrument.items:
        for wrong in ("perhaps", -1000, 1000.5):
            if item.high is None and wrong == 1000.5 and item.fractions:
                continue
            if instrument.per_place:
                continue
            with pytest.raises(Refused) as caught:
                scoring.score(instrument, {item.key: wrong})
            assert [p.field for p in caught.value.problems] == [item.key]  # type: ignore[attr-defined]


@pytest.mark.parametrize("instrument", _WALKED, ids=lambda i: i.id)
def test_a_question_it_does_not_have_is_refused(instrument: Instrument) -> None:
    if instrument.per_place:
        return
    with pytest.raises(Refused, match="is not an item"):
        scoring.score(instrument, {"shoe size": 43})


@pytest.mark.parametrize("scale", [s for i in _ALL for s in i.scales], ids=_name)
def test_a_total_scored_elsewhere_is_checked_against_the_range(scale: Scale) -> None:
    instrument = catalog.load().instruments[scale.instrument]
    if any(i.key == scale.part for i in instrument.items):
        return  # its part is an item: there is nothing to tell apart
    for end, beyond in ((scale.low, -1), (scale.high, 1)):
        if end is None:
            continue
        result = scoring.score(instrument, {scale.part: end})
        assert [(s.part, s.value, s.answered) for s in result.scores] == [(scale.part, end, None)]
        assert result.scores[0].rule == f"{instrument.id}/given/1"
        with pytest.raises(Refused):
            scoring.score(instrument, {scale.part: end + beyond * Decimal("0.01")})


@pytest.mark.parametrize("instrument", _TOTALS_ONLY, ids=lambda i: i.id)
def test_totals_only_say_why_items_are_not_scored(instrument: Instrument) -> None:
    with pytest.raises(Refused) as caught:
        scoring.score(instrument, {"1": 3})
    assert instrument.why_total_only in caught.value.message


@pytest.mark.parametrize("scale", [s for i in _ALL for s in i.scales if s.bands], ids=_name)
def test_both_sides_of_every_band_edge(scale: Scale) -> None:
    for band, after in zip(scale.bands, [*scale.bands[1:], None], strict=True):
        for edge in (band.low, band.high):
            found = scale.band(edge)
            assert found is not None
            assert found.label == band.label
        if after is not None:
            between = scale.band((band.high + after.low) / 2)
            assert between is not None
            assert between.label == band.label
    assert scale.band(scale.bands[0].low - 1) is None
    assert scale.band(scale.bands[-1].high + 1) is None


@given(st.data())
def test_scores_stay_in_range_whatever_is_answered(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(_WALKED))
    answers = {i.key: data.draw(st.none() | st.sampled_from(_answers(i))) for i in instrument.items}
    try:
        result = scoring.score(instrument, answers)
    except Refused:
        assert instrument.id in ("midas", "tardieu", "gravimetry")
        return
    for found in result.scores:
        assert found.answered is not None
        assert found.items is not None
        assert 0 <= found.answered <= found.items
        assert found.value is None or _scale(instrument, found.part).holds(found.value)
        assert found.answered or found.value is None


def test_items_are_called_by_number_or_name_in_any_spelling() -> None:
    twstrs = catalog.load().instruments[InstrumentId("twstrs")]
    by_number = scoring.score(twstrs, {str(n): 0 for n in range(1, 22)})
    by_name = scoring.score(twstrs, {i.key.upper().replace("_", " "): 0 for i in twstrs.items})
    assert by_number == by_name
    assert scoring.score(twstrs, {"Ante/Retrocollis": 3}).scores[1].answered == 1


def test_one_item_under_two_names_is_refused() -> None:
    twstrs = catalog.load().instruments[InstrumentId("twstrs")]
    with pytest.raises(Refused, match="answered twice"):
        scoring.score(twstrs, {"rotation": 1, "1": 1})
