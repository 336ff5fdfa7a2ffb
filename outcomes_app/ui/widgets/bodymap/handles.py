"""One transparent focusable child per site: Tab order, accessible name and screen-reader geometry
without a hand-written accessibility factory."""

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget

from outcomes_app.domain.values import InjectionId
from outcomes_app.ui.widgets.bodymap import naming
from outcomes_app.ui.widgets.bodymap.model import PlanModel


class SiteHandle(QWidget):
    """Stands where a point is painted. Having the focus chooses the point; keys go to the map."""

    def __init__(self, model: PlanModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.point_id: InjectionId | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Choosing follows the focus, so that Tab walks the sites."""
        super().focusInEvent(event)
        keyboard = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if keyboard and self.point_id is not None:
            self._model.select((self.point_id,))


class SiteHandles:
    """Keeps one handle per point of the sheet, in the order of injection."""

    def __init__(self, model: PlanModel, parent: QWidget) -> None:
        self._model = model
        self._parent = parent
        self._handles: list[SiteHandle] = []

    def show(self, places: list[tuple[InjectionId, QPointF]], radius: float) -> None:
        """Put the handles where the points are painted, and name them."""
        while len(self._handles) < len(places):
            handle = SiteHandle(self._model, self._parent)
            before = self._handles[-1] if self._handles else self._parent
            QWidget.setTabOrder(before, handle)
            self._handles.append(handle)
        comparison = self._model.comparison
        plan = self._model.plan
        reach = round(radius * 1.3)
        for handle, (point_id, centre) in zip(self._handles, places, strict=False):
            point = plan.point(point_id)
            if point is None:
                continue
            handle.point_id = point_id
            handle.setObjectName(f"site_{plan.points.index(point) + 1}")
            handle.setAccessibleName(
                naming.accessible_name(
                    plan,
                    point,
                    self._model.sites,
                    comparison,
                    uneven=point_id in self._model.uneven,
                )
            )
            corner = centre.toPoint()
            handle.setGeometry(QRect(corner.x() - reach, corner.y() - reach, 2 * reach, 2 * reach))
            handle.show()
        for handle in self._handles[len(places) :]:
            handle.point_id = None
            handle.hide()

    def focus(self, point_id: InjectionId) -> bool:
        """Give one site the keyboard; False where it is not on this sheet."""
        for handle in self._handles:
            if handle.point_id == point_id and not handle.isHidden():
                handle.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
        return False

    def holds_focus(self) -> bool:
        """Whether a site has the keyboard."""
        return any(h.hasFocus() for h in self._handles)
