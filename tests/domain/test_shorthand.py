"""The shorthand line, as its help says."""

from decimal import Decimal

import pytest

from outcomes_app import catalog as catalogs
from outcomes_app.domain.shorthand import parse
from outcomes_app.domain.values import Side

SITES = tuple(catalogs.load().sites.values())
MIGRAINE = catalogs.load().indications["chronic_migraine"].sites


def test_temporalis_both_sides_makes_four_points_a_side() -> None:
    entries, errors = parse("temp b 20/4", SITES, MIGRAINE)
    assert errors == ()
    assert [(e.site, e.sides, e.units, e.points) for e in entries] == [
        ("temporalis", (Side.LEFT, Side.RIGHT), Decimal(20), 4)
    ]
    assert entries[0].units_per_point == 5


@pytest.mark.parametrize(
    ("line", "site", "sides", "units", "points"),
    [
        ("proc 5", "procerus", (Side.MIDLINE,), "5", 1),
        ("proc m 5", "procerus", (Side.MIDLINE,), "5", 1),
        ("lev sc l 40", "levator_scapulae", (Side.LEFT,), "40", 1),
        ("SPLEN CAP R 62.5/2", "splenius_capitis", (Side.RIGHT,), "62.5", 2),
        ("sternocleidomastoid right 20u", "sternocleidomastoid", (Side.RIGHT,), "20", 1),
    ],
)
def test_words_sides_and_units(
    line: str, site: str, sides: tuple[Side, ...], units: str, points: int
) -> None:
    entries, errors = parse(line, SITES)
    assert errors == ()
    assert [(e.site, e.sides, e.units, e.points) for e in entries] == [
        (site, sides, Decimal(units), points)
    ]


def test_several_entries_stand_on_one_line() -> None:
    entries, errors = parse("temp b 20/4; front b 10/2, proc 5", SITES, MIGRAINE)
    assert [e.site for e in entries] == ["temporalis", "frontalis", "procerus"]
    assert errors == ()


@pytest.mark.parametrize(
    ("line", "suggestion"), [("tempralis b 20/4", "Temporalis"), ("fronalis l 5", "Frontalis")]
)
def test_an_unknown_word_gets_suggestions(line: str, suggestion: str) -> None:
    entries, (error,) = parse(line, SITES)
    assert entries == ()
    assert suggestion in error.suggestions


def test_a_word_that_fits_several_sites_names_them() -> None:
    entries, (error,) = parse("splen b 20", SITES)
    assert entries == ()
    assert set(error.suggestions) == {"Splenius capitis", "Splenius cervicis"}


@pytest.mark.parametrize(
    "line",
    ["temp 20", "temp b", "temp b x", "temp b 0", "temp b -5", "temp b 20/0", "temp b NaN", "20"],
)
def test_what_is_not_whole_is_refused_with_a_reason(line: str) -> None:
    entries, (error,) = parse(line, SITES, MIGRAINE)
    assert entries == ()
    assert error.message


def test_good_entries_stay_beside_a_bad_one() -> None:
    entries, errors = parse("temp b 20/4; nonsenseword l 5", SITES, MIGRAINE)
    assert (len(entries), len(errors)) == (1, 1)
