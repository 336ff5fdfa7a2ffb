"""FlowLayout: widgets side by side that wrap to the next line instead of being clipped."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Left to right, then down; items of a line are centred on it, or `fill` it together."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        gap: int = 6,
        line_gap: int = 4,
        fill: bool = False,
    ) -> None:
        super().__init__(parent)
        self._gap, self._line_gap, self._fill = gap, line_gap, fill
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        hints = [item.sizeHint() for item in self._shown()]
        width = sum(h.width() for h in hints) + self._gap * max(0, len(hints) - 1)
        return QSize(width, max((h.height() for h in hints), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        lines: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._shown():
            size = item.sizeHint().boundedTo(QSize(max(1, rect.width()), 1 << 20))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if lines[-1] and used + size.width() > rect.width():
                lines.append([])
                used = 0
            lines[-1].append((item, size))
            used += size.width() + self._gap
        heights = [max((size.height() for _item, size in line), default=0) for line in lines]
        needed = sum(heights) + self._line_gap * (len(lines) - 1)
        top = rect.top() + max(0, (rect.height() - needed) // 2)
        for line, height in zip(lines, heights, strict=True):
            left = rect.left()
            spare = rect.width() - sum(s.width() for _i, s in line) - self._gap * (len(line) - 1)
            for item, size in line:
                if self._fill:
                    size = QSize(size.width() + max(0, spare) // len(line), height)  # noqa: PLW2901
                if place:
                    down = (height - size.height()) // 2
                    item.setGeometry(QRect(left, top + down, size.width(), size.height()))
                left += size.width() + self._gap
            top += height + self._line_gap
        return needed
