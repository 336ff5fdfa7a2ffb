"""The sites panel: the same plan as the map, in rows that can be typed into."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QGridLayout,
    QHeaderView,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.domain.plan import FREE_POINT, PlanPoint
from outcomes_app.domain.treatment import Guidance
from outcomes_app.domain.values import InjectionId, Side, SiteId
from outcomes_app.text import _, ngettext
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel
from outcomes_app.ui.widgets.buttons import Button, SegmentedControl
from outcomes_app.ui.widgets.labels import Captioned, Text, row
from outcomes_app.ui.widgets.visit_plan import choose_data, wide_combo
from outcomes_app.ui.widgets.visit_sites_table import NUMBER, SITE, UNITS, SitesModel, SitesTable


class SitesPanel(QWidget):
    """The table, what can be said of the chosen site, and adding a site by its name."""

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._following = False
        self._described: tuple[InjectionId, ...] = ()
        self.setObjectName("sitesPanel")
        self.table = SitesTable()
        self._rows = SitesModel(model, self)
        self._set_up_table()
        self._hint = Text(theme, "", "caption", "muted", wrap=True)
        self.site = _site_combo(model, "siteOfPoint", _("Site"))
        self.side = _side_choice(theme, "sideOfPoint")
        self.label = QLineEdit()
        self.label.setObjectName("labelOfPoint")
        self.guidance = wide_combo("guidanceOfPoint", _("Guidance"))
        self.guidance.addItem(_("Not said"), None)
        for found in Guidance:
            self.guidance.addItem(guidance_words(found), found)
        self.depth_words = QLineEdit()
        self.depth_words.setObjectName("depthOfPoint")
        self.note = QLineEdit()
        self.note.setObjectName("noteOfPoint")
        self.note.setPlaceholderText(_("One line, kept with the site"))
        self.new_site = _site_combo(model, "newSite", _("Add a site"))
        self.new_side = _side_choice(theme, "newSide")
        self.new_site.setCurrentIndex(-1)
        editor = self.new_site.lineEdit()
        if editor is not None:
            editor.setPlaceholderText(_("Muscle, gland, skin or joint"))
        self.add = Button(theme, _("Add"), compact=True, name="addSite")
        self._details = QWidget()
        self._count = Text(theme, "", "bodyStrong")
        self._guide = Text(theme, "", "caption", "muted", wrap=True)
        depths = QCompleter(usual_depths(), self)
        depths.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        depths.setFilterMode(Qt.MatchFlag.MatchContains)
        self.depth_words.setCompleter(depths)
        self._lay_out()
        self._connect()
        self._rows.follow()
        self._show_chosen()

    def _set_up_table(self) -> None:
        table, theme = self.table, self._theme
        table.setObjectName("sitesTable")
        table.setAccessibleName(_("Sites"))
        table.setModel(self._rows)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        self._rows.modelReset.connect(table.resizeRowsToContents)
        self._rows.dataChanged.connect(lambda *_what: table.resizeRowsToContents())
        header = table.horizontalHeader()
        header.setSectionResizeMode(SITE, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        for column in (NUMBER, UNITS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(NUMBER, theme.px(34))
        table.setColumnWidth(UNITS, theme.px(58))
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setMinimumHeight(theme.px(260))

    def _lay_out(self) -> None:
        theme = self._theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self.table, 1)
        column.addWidget(self._hint)
        grid = QGridLayout(self._details)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self._label_box = Captioned(theme, _("What it is"), self.label)
        self._site_box = Captioned(theme, _("Site"), self.site)
        grid.addWidget(self._count, 0, 0, 1, 2)
        grid.addWidget(self._site_box, 1, 0, 1, 2)
        grid.addWidget(self.side, 2, 0, 1, 2)
        grid.addWidget(self._label_box, 3, 0, 1, 2)
        grid.addWidget(self._guide, 4, 0, 1, 2)
        grid.addWidget(Captioned(theme, _("Guidance"), self.guidance), 5, 0)
        grid.addWidget(Captioned(theme, _("Depth or technique"), self.depth_words), 5, 1)
        grid.addWidget(Captioned(theme, _("Note"), self.note), 6, 0, 1, 2)
        column.addWidget(self._details)
        column.addWidget(Captioned(theme, _("Add a site by name"), self.new_site))
        column.addLayout(row(self.new_side, None, self.add))

    def _connect(self) -> None:
        model = self._model
        self.table.remove_requested.connect(model.remove_selected)
        self.table.note_requested.connect(self.focus_note)
        self.table.selectionModel().selectionChanged.connect(lambda _on, _off: self._rows_chosen())
        model.selection_changed.connect(self._show_chosen)
        model.changed.connect(self._show_chosen)
        self.site.activated.connect(self._name)
        self.side.chosen.connect(lambda _key: self._name())
        for field in (self.label, self.depth_words, self.note):
            field.editingFinished.connect(self._describe_typed)
        self.guidance.activated.connect(
            lambda _index: self._describe(guidance=self.guidance.currentData())
        )
        self.add.clicked.connect(self._add)

    def _rows_chosen(self) -> None:
        if self._following:
            return
        rows = {index.row() for index in self.table.selectionModel().selectedRows()}
        points = self._model.plan.points
        ids = [points[number].id for number in sorted(rows) if number < len(points)]
        if len(ids) == 1:
            self._model.reveal(ids[0])
        else:
            self._model.select(ids)

    def _show_chosen(self) -> None:
        """The rows of the chosen points, and the details of a single one."""
        chosen = set(self._model.selection)
        selection = self.table.selectionModel()
        now = {index.row() for index in selection.selectedRows()}
        wanted = {i for i, p in enumerate(self._model.plan.points) if p.id in chosen}
        if now != wanted:
            self._following = True
            selection.clearSelection()
            for number in sorted(wanted):
                index = self._rows.index(number, SITE)
                selection.select(
                    index, selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                )
            if wanted and self.table.currentIndex().row() not in wanted:
                selection.setCurrentIndex(
                    self._rows.index(min(wanted), UNITS), selection.SelectionFlag.NoUpdate
                )
                self.table.scrollTo(self._rows.index(min(wanted), SITE))
            self._following = False
        self._hint.say(self._rows.refused, "danger")
        self._hint.setVisible(bool(self._rows.refused))
        self._show_details()

    def _show_details(self) -> None:
        points = self._model.selected
        fields = (self.label, self.depth_words, self.note)
        ids = tuple(p.id for p in points)
        if ids != self._described:
            # What was typed belongs to the points it was typed for.
            self._describe_typed()
            self._described = ids
            for field in fields:
                field.clear()
        points = self._model.plan.of(ids)
        self._details.setVisible(bool(points))
        for widget in (self._site_box, self.side):
            widget.setVisible(len(points) == 1)
        if not points:
            return
        first = points[0]
        if len(points) == 1:
            choose_data(self.site, first.site)
            _from_the_start(self.site)
            self.side.choose(first.side.value)
        self._label_box.setVisible(len(points) == 1 and first.site == FREE_POINT)
        self._label_box.error.say(_("Name this site.") if first.needs_name else "")
        self._show_shared(points)
        self._show_hints(points)

    def _show_shared(self, points: tuple[PlanPoint, ...]) -> None:
        """What all chosen sites have in common; where they differ the field says so."""
        found = {p.guidance for p in points}
        self.guidance.setItemText(0, _("Not said") if len(found) == 1 else _("Several"))
        choose_data(self.guidance, found.pop() if len(found) == 1 else None)
        for field, texts, empty in (
            (self.label, {p.label for p in points}, ""),
            (self.depth_words, {p.depth for p in points}, ""),
            (self.note, {p.note for p in points}, _("One line, kept with the site")),
        ):
            text = next(iter(texts)) if len(texts) == 1 else ""
            field.setPlaceholderText(_("Several") if len(texts) > 1 else empty)
            if not field.isModified() and field.text() != text:
                field.setText(text)

    def _show_hints(self, points: tuple[PlanPoint, ...]) -> None:
        count = len(points)
        self._count.setText(ngettext("{n} site chosen", "{n} sites chosen", count).format(n=count))
        self._count.setVisible(count > 1)
        lines = []
        for point in {p.site: p for p in points}.values():
            lines += hint_lines(self._model, point, named=count > 1)
        self._guide.setText("\n".join(lines))
        self._guide.setVisible(bool(lines))

    def _describe_typed(self) -> None:
        said = {
            name: field.text()
            for name, field in (
                ("label", self.label),
                ("depth", self.depth_words),
                ("note", self.note),
            )
            if field.isModified()
        }
        for field in (self.label, self.depth_words, self.note):
            field.setModified(False)
        if said:
            self._describe(**said)

    def _name(self) -> None:
        site = self.site.currentData()
        if len(self._described) == 1 and site is not None:
            side = Side(self.side.value)
            self._model.rename(self._described[0], site, allowed_side(self._model, site, side))

    def _describe(self, **said: Any) -> None:
        if self._described:
            self._model.describe(self._described, **said)

    def _add(self) -> None:
        # What was typed counts as soon as it is the whole name of a site.
        found = self.new_site.findText(self.new_site.currentText(), Qt.MatchFlag.MatchFixedString)
        if found >= 0:
            site = SiteId(self.new_site.itemData(found))
            side = allowed_side(self._model, site, Side(self.new_side.value))
            point = self._model.add_site(site, side)
            self.focus_units(point.id)

    def focus_units(self, point_id: InjectionId) -> None:
        """Type the units of a point."""
        self._model.reveal(point_id)
        point = self._model.plan.point(point_id)
        if point is None:
            return
        index = self._rows.index(self._model.plan.points.index(point), UNITS)
        self.table.setFocus()
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def focus_note(self) -> None:
        """Type the note of the chosen point."""
        self.note.setFocus()
        self.note.selectAll()

    def focus_name(self, point_id: InjectionId) -> None:
        """Say what a point is."""
        self._model.reveal(point_id)
        self.site.setFocus()


def allowed_side(model: PlanModel, site: SiteId, side: Side) -> Side:
    """The side a site can be on: midline sites have no other, paired sites no midline."""
    placements = model.sites[site].placements
    sides = {p.side for p in placements}
    if not sides or side in sides:
        return side
    return Side.MIDLINE if sides == {Side.MIDLINE} else sorted(sides)[-1]


def usual_depths() -> list[str]:
    """What is offered while a depth or technique is typed; other words are welcome."""
    return [
        _("Intramuscular, superficial"),
        _("Intramuscular, deep"),
        _("Subcutaneous"),
        _("Intradermal"),
        _("Perifascial"),
        _("Intra-articular"),
        _("Intraglandular"),
        _("Fanned from one entry"),
    ]


def hint_lines(model: PlanModel, point: PlanPoint, *, named: bool) -> list[str]:
    """How this muscle is usually found, and what happened in it before."""
    site = model.sites.get(point.site)
    lines = []
    if site is not None and site.guidance:
        ways = ", ".join(hint_words(way) for way in site.guidance)
        usual = _("Usual guidance: {ways}").format(ways=ways)
        lines.append(f"{site.name}. {usual}" if named else usual)
    lines += [f"⚠ {words}" for words in model.events_at(point.site, point.side)]
    return lines


def hint_words(way: str) -> str:
    """One usual way to find a site, as it stands within a sentence."""
    others = {
        "emg": _("EMG"),
        "ct_or_fluoroscopy": _("CT or fluoroscopy"),
        "starch_iodine_map": _("starch-iodine map"),
        "pain_area_map": _("map of the painful area"),
    }
    return others[way] if way in others else guidance_words(Guidance(way)).lower()


def guidance_words(guidance: Guidance) -> str:
    """How the needle was guided, in words."""
    return {
        Guidance.LANDMARK: _("Landmark"),
        Guidance.EMG: _("EMG"),
        Guidance.ELECTRICAL_STIMULATION: _("Electrical stimulation"),
        Guidance.ULTRASOUND: _("Ultrasound"),
        Guidance.ENDOSCOPY: _("Endoscopy"),
        Guidance.CT: _("CT"),
        Guidance.FLUOROSCOPY: _("Fluoroscopy"),
    }[guidance]


def _from_the_start(combo: QComboBox) -> None:
    """Show the beginning of a long name, not its end."""
    editor = combo.lineEdit()
    if editor is not None and not editor.hasFocus():
        editor.setCursorPosition(0)


def _side_choice(theme: Theme, name: str) -> SegmentedControl:
    choices = (
        (Side.RIGHT.value, _("Right")),
        (Side.MIDLINE.value, _("Mid")),
        (Side.LEFT.value, _("Left")),
    )
    return SegmentedControl(theme, choices, name=name, label=_("Patient's side"))


def _site_combo(model: PlanModel, name: str, label: str) -> QComboBox:
    """All sites by name; typing any part of a name finds it."""
    combo = wide_combo(name, label)
    for site in sorted(model.sites.values(), key=lambda s: s.name):
        combo.addItem(site.name, site.id)
    combo.setEditable(True)
    _from_the_start(combo)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    completer = combo.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return combo
