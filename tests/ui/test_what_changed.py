"""What changed between any two treatments: within one product only, with the outcomes beside."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.domain.assessment import Score
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Guidance, Treatment
from outcomes_app.domain.values import Dose, ProductId, Side, TreatmentId, new_id
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.what_changed import WhatChanged, visits_of
from tests import factories

CATALOG = catalogs.load()
PATIENT = factories.patient()


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> WhatChanged:
    """The empty comparison."""
    made = WhatChanged(Theme(qapp, mode="light"), CATALOG)
    qtbot.addWidget(made)
    made.resize(300, 600)
    made.show()
    return made


def treated(weeks_ago: int, left: str, right: str, product: str = "ona") -> Treatment:
    sides = ((Side.LEFT, left), (Side.RIGHT, right))
    return factories.treatment(
        PATIENT.id,
        id=TreatmentId(new_id()),
        product=ProductId(product),
        day=factories.TODAY - timedelta(weeks=weeks_ago),
        injections=tuple(
            factories.injection(side=side, dose=Dose(units=Decimal(n), product=ProductId(product)))
            for side, n in sides
        ),
        vials=(factories.vial(),),
    )


def words(panel: WhatChanged) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel)]


def summary(panel: WhatChanged) -> str:
    found = panel.findChild(QLabel, "changedSummary")
    assert found is not None
    return str(found.text())


def show(panel: WhatChanged, *treatments: Treatment, scores: tuple[str, ...] = ()) -> None:
    assessments = tuple(
        factories.assessment(
            PATIENT.id,
            treatment_id=t.id,
            day=t.day,
            scores=(Score(part="total", value=Decimal(value)),),
        )
        for t, value in zip(treatments, scores, strict=False)
    )
    course = PatientCourse(patient=PATIENT, treatments=treatments, assessments=assessments)
    panel.show_visits(visits_of(course, CATALOG))


def test_the_muscle_and_side_that_changed_is_told(panel: WhatChanged) -> None:
    show(panel, treated(24, "10", "10"), treated(12, "15", "10"))

    assert summary(panel) == "20\u00a0units → 25\u00a0units: +5\u00a0units"
    assert "Frontalis, left" in words(panel)
    assert "Frontalis, right" not in words(panel)
    assert "+5\u00a0units" in words(panel)


def test_units_of_two_products_are_set_side_by_side_and_never_subtracted(
    panel: WhatChanged,
) -> None:
    show(panel, treated(24, "10", "10"), treated(12, "30", "30", product="abo"))

    assert "not compared" in summary(panel)
    assert any("ONA" in w and "ABO" in w for w in words(panel))
    assert not any(w.startswith(("+", "\u2212")) for w in words(panel))


def test_any_two_treatments_can_be_chosen(panel: WhatChanged) -> None:
    first, second, third = treated(36, "5", "5"), treated(24, "10", "10"), treated(12, "15", "15")
    show(panel, first, second, third)
    assert "+10\u00a0units" in summary(panel)

    panel.choose(first.id, third.id)
    assert "+20\u00a0units" in summary(panel)
    panel.choose(third.id, first.id)
    assert "\u221220\u00a0units" in summary(panel)
    panel.choose(first.id, first.id)
    assert "same treatment" in summary(panel)


def test_guidance_and_dilution_are_told_where_they_differ(panel: WhatChanged) -> None:
    before, after = treated(24, "10", "10"), treated(12, "10", "10")
    after = replace(
        after,
        guidance=Guidance.EMG,
        vials=(replace(factories.vial(), diluent_ml=Decimal(2)),),
    )
    show(panel, before, after)
    assert any("10\u00a0units per 0.1 mL" in w for w in words(panel))
    assert any("→" in w and "EMG" in w for w in words(panel))


def test_the_outcome_change_says_better_or_worse(panel: WhatChanged) -> None:
    show(panel, treated(24, "10", "10"), treated(12, "10", "10"), scores=("66", "58"))
    assert any("▼\u00a08 better" in w for w in words(panel))


def test_one_treatment_cannot_be_compared(panel: WhatChanged) -> None:
    show(panel, treated(12, "10", "10"))
    assert "only one" in summary(panel)
