"""The middle of the visit editor: the tools, the body map and the thumbnails."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from outcomes_app.domain.definitions import Grid
from outcomes_app.domain.plan_totals import PointState
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import BodyMap, PlanModel, ViewStrip
from outcomes_app.ui.widgets.buttons import Button, IconButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.labels import Divider, Text, row
from outcomes_app.ui.widgets.visit_area import AreaBar
from outcomes_app.ui.widgets.visit_ghosts import GhostBar
from outcomes_app.ui.widgets.visit_shorthand import ShorthandLine

# Widths and heights at 100 % text from which there is room for more.
_UNIT_WORD_FROM = 850
_WORDS_FROM = 790
_CAPTION_FROM = 710
_ONE_LINE_FROM = 615
_TWO_LINES_WITH_WORDS_FROM = 430
_PICTURES_FROM = 620
_LEGEND_FROM = 500


class MapPanel(Card):
    """Everything that is done with a pointer, and the keys for it."""

    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        model: PlanModel,
        grids: Mapping[str, Grid],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, margin=0, parent=parent)
        self._theme = theme
        self._model = model
        self.setObjectName("mapPanel")
        self.setAccessibleName(_("Map"))
        self.map = BodyMap(theme, model)
        self.strip = ViewStrip(theme, model)
        self.area = AreaBar(theme, model, grids)
        self.ghosts = GhostBar(theme, model)
        self.shorthand = ShorthandLine(theme, model)
        self.shorthand.left.connect(self.map.setFocus)
        self._compared_with = ""
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.setSpacing(0)
        self.body.addWidget(self._toolbar())
        self.body.addWidget(self.shorthand)
        self.body.addWidget(self.ghosts)
        self.body.addWidget(self.area)
        self.body.addWidget(Divider())
        self.body.addWidget(self.map, 1)
        self.body.addWidget(self._legend_line())
        self.body.addWidget(Divider())
        self.body.addWidget(self.strip)
        self.map.field_drawn.connect(self.area.place_field)
        self.area.placed.connect(lambda: model.set_drawing(False))
        model.tool_changed.connect(self._show_tools)
        model.changed.connect(self._show_legend)
        self._show_tools()
        self.show_history(can_undo=False, can_redo=False, undo_words="", redo_words="")

    def _toolbar(self) -> QFrame:
        theme, model = self._theme, self._model
        bar = QFrame()
        # The tools fit themselves to the map, so they never make it wider.
        bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._tools = SegmentedControl(
            theme,
            (("select", _("Select")), ("add", _("Add site")), ("area", _("Area"))),
            name="tool",
            label=_("Tool"),
        )
        self._tools.setToolTip(
            _(
                "V selects: drag a band around several sites. A adds a site where you click. "
                "Area spreads sites over skin."
            )
        )
        self._tools.chosen.connect(self._tool_chosen)
        self._new_units = NumberField(name="newSiteUnits", label=_("Units of a new site"))
        self._new_units.setFixedWidth(theme.px(62))
        self._new_units.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._new_units.changed.connect(self._new_units_typed)
        less = IconButton(theme, "minus", _("Fewer units for a new site"), name="newUnitsLess")
        more = IconButton(theme, "add", _("More units for a new site"), name="newUnitsMore")
        less.clicked.connect(lambda: self._step_new_units(-1))
        more.clicked.connect(lambda: self._step_new_units(1))
        self._mirror = self._toggle("mirror", _("Mirror"), "mirrorMode")
        self._mirror.setToolTip(
            _("Do every edit on both sides. M copies the chosen sites to the other side.")
        )
        self._mirror.toggled.connect(model.set_mirroring)
        self._compare = self._toggle("eye", _("Compare"), "compare")
        self._compare.setToolTip(_("Show what differs from the previous treatment (C)"))
        self._compare.toggled.connect(model.set_comparing)
        self._undo = IconButton(theme, "undo", _("Undo"), name="undo")
        self._redo = IconButton(theme, "redo", _("Redo"), name="redo")
        self._undo.clicked.connect(self.undo_requested)
        self._redo.clicked.connect(self.redo_requested)
        smaller = IconButton(theme, "zoom_out", _("Smaller"), name="zoomOut")
        larger = IconButton(theme, "zoom_in", _("Larger"), name="zoomIn")
        whole = IconButton(theme, "target", _("Show the whole picture (Home)"), name="zoomFit")
        smaller.clicked.connect(lambda: self.map.zoom_by(1 / 1.4))
        larger.clicked.connect(lambda: self.map.zoom_by(1.4))
        whole.clicked.connect(self.map.fit)
        self._new_caption = Text(theme, _("New site"), "body", "muted")
        self._new_caption.setBuddy(self._new_units)
        self._unit_word = Text(theme, _("units"), "body", "muted")
        gap = theme.px(6)
        self._left = row(self._tools, gap, self._new_caption, less, self._new_units, more)
        self._left.addWidget(self._unit_word)
        self._left.addStretch(1)
        self._right = row(self._mirror, self._undo, self._redo, None, self._compare)
        for button in (smaller, whole, larger):
            self._right.addWidget(button)
        for line in (self._left, self._right):
            line.setSpacing(theme.px(5))
        self._grid = QGridLayout(bar)
        self._grid.setContentsMargins(theme.px(10), theme.px(7), theme.px(10), theme.px(7))
        self._lines: tuple[QHBoxLayout, ...] = ()
        self._left_box, self._right_box = QWidget(), QWidget()
        self._left_box.setLayout(self._left)
        self._right_box.setLayout(self._right)
        self._arrange_tools(one_line=True)
        return bar

    def _tool_chosen(self, key: str) -> None:
        if key == "area":
            self._model.set_drawing(True)
        else:
            self._model.set_adding(key == "add")

    def _toggle(self, icon: str, words: str, name: str) -> Button:
        button = Button(self._theme, words, icon=icon, name=name, compact=True)
        button.setCheckable(True)
        button.setProperty("words", words)
        return button

    def _arrange_tools(self, *, one_line: bool) -> None:
        for box in (self._left_box, self._right_box):
            self._grid.removeWidget(box)
        self._grid.addWidget(self._left_box, 0, 0)
        self._grid.addWidget(self._right_box, 0 if one_line else 1, 1 if one_line else 0)
        self._grid.setColumnStretch(1, 1 if one_line else 0)
        self._grid.setColumnStretch(0, 0 if one_line else 1)

    def _legend_line(self) -> QWidget:
        theme = self._theme
        self._legend = QWidget()
        line = QHBoxLayout(self._legend)
        line.setContentsMargins(theme.px(12), theme.px(2), theme.px(12), theme.px(5))
        line.setSpacing(theme.px(6))
        self._legend_same = Text(theme, "", "caption", "muted")
        self._legend_changed = Text(theme, "", "caption", "muted")
        line.addWidget(Text(theme, "●", "caption", "accent"))
        line.addWidget(self._legend_same)
        line.addSpacing(theme.px(10))
        line.addWidget(Text(theme, "◆", "caption", "changed"))
        line.addWidget(self._legend_changed)
        line.addStretch(1)
        return self._legend

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tools take a second line, then lose their words; thumbnails lose their pictures."""
        super().resizeEvent(event)
        width = self.width() / self._theme.scale
        one_line = width >= _ONE_LINE_FROM
        self._arrange_tools(one_line=one_line)
        roomy = not one_line and width >= _TWO_LINES_WITH_WORDS_FROM
        for button in (self._mirror, self._compare):
            worded = width >= _WORDS_FROM or roomy
            button.setText(str(button.property("words")) if worded else "")
        self._new_caption.setVisible(width >= _CAPTION_FROM or roomy)
        self._unit_word.setVisible(width >= _UNIT_WORD_FROM or roomy)
        if not one_line:
            self._spare_words()
        self.strip.set_bare(self.height() / self._theme.scale < _PICTURES_FROM)
        self._show_legend()

    def _spare_words(self) -> None:
        """Words about the field go before any button is cut off."""
        margins = self._grid.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        for words in (self._unit_word, self._new_caption):
            self._left.invalidate()
            if self._left.sizeHint().width() > room:
                words.hide()

    def set_frozen(self, on: bool) -> None:
        """Nothing can be edited; pictures still turn and zoom."""
        self._model.set_frozen(on)
        for tool in (self._left_box, self._mirror, self.shorthand):
            tool.setEnabled(not on)

    def show_history(
        self, *, can_undo: bool, can_redo: bool, undo_words: str, redo_words: str
    ) -> None:
        """What undo and redo would do."""
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)
        self._undo.setToolTip(_("Undo {deed}").format(deed=undo_words).strip())
        self._redo.setToolTip(_("Redo {deed}").format(deed=redo_words).strip())

    def show_previous(self, words: str) -> None:
        """What the plan is compared with, in words; "" where there is no earlier treatment."""
        self._compared_with = words
        self._compare.setVisible(bool(words))
        self._show_legend()

    def _show_legend(self) -> None:
        comparison = self._model.comparison if self._model.comparing else None
        room = self.height() / self._theme.scale >= _LEGEND_FROM
        self._legend.setVisible(comparison is not None and room)
        if comparison is not None:
            counted = [p.id for p in self._model.plan.points if p.confirmed]
            same = sum(comparison.points[i].state is PointState.SAME for i in counted)
            changed = len(counted) - same
            self._legend_same.setText(
                _("{n} as in {previous}").format(n=same, previous=self._compared_with)
            )
            self._legend_changed.setText(_("{n} changed or new").format(n=changed))

    def _show_tools(self) -> None:
        model = self._model
        self._tools.choose("area" if model.drawing else "add" if model.adding else "select")
        self.area.setVisible(model.drawing)
        self._mirror.setChecked(model.mirroring)
        self._compare.setChecked(model.comparing)
        if not self._new_units.hasFocus():
            self._new_units.set_value(model.new_units)
        self._show_legend()

    def _new_units_typed(self) -> None:
        value = self._new_units.value()
        if value is not None and value > 0:
            self._model.set_new_units(value)

    def _step_new_units(self, steps: int) -> None:
        value = self._model.new_units + steps * self._model.step
        if value > 0:
            self._model.set_new_units(value)
            self._new_units.set_value(value)
