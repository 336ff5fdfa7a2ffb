from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from outcomes_app.charts import labels, marks, style

_PLACES = st.lists(st.floats(0, 300), min_size=1, max_size=15)


@given(_PLACES)
def test_labels_keep_their_distance_order_and_room(wanted: list[float]) -> None:
    placed = labels.kept_apart(wanted, 14, 0, 300)
    in_order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert all(placed[b] - placed[a] >= 14 - 1e-6 for a, b in pairwise(in_order))
    assert all(-1e-6 <= place <= 300 + 1e-6 for place in placed)


@given(_PLACES)
def test_labels_that_are_apart_stay_where_they_are(wanted: list[float]) -> None:
    assume(all(b - a >= 14 for a, b in pairwise(sorted(wanted))))
    assert labels.kept_apart(wanted, 14, 0, 300) == pytest.approx(wanted)


@given(st.integers(1, 200), st.floats(5, 60))
def test_thinned_labels_do_not_touch_and_keep_first_and_last(count: int, width: float) -> None:
    places = [600 * n / max(count - 1, 1) for n in range(count)]
    chosen = labels.fitting(places, [width] * count)
    assert chosen[0] == 0
    assert chosen[-1] == count - 1 or len(chosen) == 1
    assert all(places[b] - places[a] >= width + 8 for a, b in pairwise(chosen))


@pytest.mark.parametrize(
    ("low", "high", "room", "expected"),
    [
        (0, 28, 300, [0, 7, 14, 21, 28]),
        (0, 28, 60, [0, 14, 28]),
        (0, 10, 120, [0, 5, 10]),
        (36, 78, 300, [40, 50, 60, 70]),
        (0, 85, 300, [0, 20, 40, 60, 80]),
    ],
)
def test_ticks_are_round_numbers(
    low: float, high: float, room: float, expected: list[float]
) -> None:
    assert marks.axis_ticks(low, high, room) == expected


def test_a_gap_ends_a_run() -> None:
    assert marks.runs([None, 1, 2, None, None, 3]) == [(1, 3), (5, 6)]  # type: ignore[list-item]


def test_a_text_is_broken_to_its_room_and_loses_no_letter() -> None:
    light = style.style("light")
    text = "A group whose name needs several lines"
    broken = labels.wrapped(text, 90, light)
    assert broken.replace("\n", " ") == text
    assert labels.text_width(broken, light) <= 90


def test_looks_beyond_the_designed_series_differ_in_shape_or_dash() -> None:
    light = style.style("light")
    looks = [light.look(n) for n in range(16)]
    assert len({(look.color, look.marker, look.dash) for look in looks}) == 16


def test_a_product_has_the_same_shape_in_every_style() -> None:
    shapes = {
        name: {p: look.marker for p, look in style.style(name).products.items()}
        for name in style.names()
    }
    assert shapes["light"] == shapes["dark"] == shapes["print"]
    assert len(set(shapes["light"].values())) == len(shapes["light"])
