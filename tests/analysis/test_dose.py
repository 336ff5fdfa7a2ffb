from decimal import Decimal

from outcomes_app.analysis.dose import doses
from tests import courses, factories


def test_units_of_two_products_stay_apart_and_the_change_is_marked() -> None:
    treatments = courses.given((0, 84)) + courses.given((170,), product=courses.ABO, units=500)
    found = doses(courses.course(treatments=treatments))
    assert [(d.product, d.units) for d in found] == [
        ("ona", Decimal(155)),
        ("ona", Decimal(155)),
        ("abo", Decimal(500)),
    ]
    assert [d.changed_from for d in found] == [None, None, "ona"]
    assert [d.days_since_last for d in found] == [None, 84, 86]


def test_an_unknown_dose_and_a_placebo_have_no_units() -> None:
    treatments = courses.given((0,), units=None) + courses.given((84,), units=None, placebo=True)
    found = doses(courses.course(treatments=treatments))
    assert [(d.units, d.placebo) for d in found] == [(None, False), (None, True)]


def test_the_dose_of_points_is_their_sum() -> None:
    (found,) = doses(courses.course(treatments=(factories.treatment(),)))
    assert found.units == Decimal(10)
