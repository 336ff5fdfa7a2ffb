"""How many times a second the body map follows the mouse while a point is dragged.

QT_QPA_PLATFORM=offscreen .venv/bin/python benchmarks/body_map.py --points 200
"""

import argparse
from decimal import Decimal
from time import perf_counter

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from outcomes_app import catalog
from outcomes_app.domain import plan as plans
from outcomes_app.domain.plan import Plan
from outcomes_app.domain.values import ProductId, Side, SiteId, ViewId
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import BodyMap, PlanModel

_FRAMES = 200


def main() -> None:
    """Drag one of many points over the face and count the repaints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=200)
    arguments = parser.parse_args()
    application = QApplication([])
    definitions = catalog.load()
    model = PlanModel(definitions.sites, definitions.views)
    body_map = BodyMap(Theme(application, mode="light"), model)
    body_map.resize(900, 800)
    body_map.show()
    model.show(_plan(arguments.points))
    chosen = model.plan.points[arguments.points // 2]
    model.select((chosen.id,))
    body_map.repaint()
    start = {p.id: centre for p, centre in body_map.places()}[chosen.id]
    _mouse(body_map, QEvent.Type.MouseButtonPress, start)
    began = perf_counter()
    for frame in range(_FRAMES):
        _mouse(body_map, QEvent.Type.MouseMove, start + QPointF(12 + frame, 12 + frame % 40))
        body_map.repaint()
    seconds = perf_counter() - began
    _mouse(body_map, QEvent.Type.MouseButtonRelease, start + QPointF(60, 20))
    print(f"{arguments.points} points: {_FRAMES / seconds:.0f} frames a second while dragging")


def _plan(count: int) -> Plan:
    return Plan(
        product=ProductId("ona"),
        points=tuple(
            plans.new_point(
                SiteId("frontalis"),
                Side.LEFT,
                Decimal(5),
                plans.placed(ViewId("face_front"), 0.2 + i % 20 * 0.03, 0.1 + i // 20 * 0.08),
            )
            for i in range(count)
        ),
    )


def _mouse(body_map: BodyMap, kind: QEvent.Type, place: QPointF) -> None:
    button = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        kind, place, body_map.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(body_map, event)


if __name__ == "__main__":
    main()
