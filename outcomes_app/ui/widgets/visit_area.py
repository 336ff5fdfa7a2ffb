"""The line under the map's tools while the Area tool is in hand: which skin, how far apart, and
the ready-made grids of the pictures in sight."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from outcomes_app.domain import plan_areas
from outcomes_app.domain.definitions import Grid
from outcomes_app.domain.values import SiteId, ViewId
from outcomes_app.text import _, number
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel, naming
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.visit_plan import choose_data, wide_combo

_USUAL_SPACING = Decimal("1.5")
_AREAS = ("skin_area", "generic_point")


class AreaBar(QWidget):
    """Spreads points over an area: a grid of the catalog, or a field drawn on the map."""

    placed = Signal()

    def __init__(
        self,
        theme: Theme,
        model: PlanModel,
        grids: Mapping[str, Grid],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._grids = theme, model, grids
        self.setObjectName("areaBar")
        self.site = wide_combo("areaSite", _("Area of skin"))
        for site in sorted(model.sites.values(), key=lambda s: s.name):
            if site.kind in _AREAS:
                self.site.addItem(site.name, site.id)
        self.site.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.site.setFixedWidth(theme.px(210))
        self.spacing = NumberField(
            name="areaSpacing", label=_("Spacing in cm"), low=Decimal("0.5"), high=Decimal(5)
        )
        self.spacing.setFixedWidth(theme.px(56))
        self.spacing.set_value(_USUAL_SPACING)
        self._grid_buttons: list[Button] = []
        self._said = Text(theme, "", "caption", "muted")
        room = QVBoxLayout(self)
        room.setContentsMargins(theme.px(10), 0, theme.px(10), theme.px(6))
        self._line = FlowLayout(gap=theme.px(6))
        room.addLayout(self._line)
        for widget in (
            Text(theme, _("Area"), "body", "muted"),
            self.site,
            Text(theme, _("every"), "body", "muted"),
            self.spacing,
            Text(theme, _("cm"), "body", "muted"),
            self._said,
        ):
            self._line.addWidget(widget)
        model.sheet_changed.connect(self._show_grids)
        self._show_grids()

    def prefer(self, sites: tuple[SiteId, ...]) -> None:
        """Begin with the first area that the indication treats."""
        for site in sites:
            if self.site.findData(site) >= 0:
                choose_data(self.site, site)
                return

    def _show_grids(self) -> None:
        for button in self._grid_buttons:
            self._line.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._grid_buttons = []
        # In the order of the pictures: the patient's right first.
        for view in self._model.views_shown:
            for key, grid in self._grids.items():
                if grid.view == view:
                    self._grid_buttons.append(self._grid_button(key, grid))
        self._said.say(_("Draw around the field on the picture."), "muted")

    def _grid_button(self, key: str, grid: Grid) -> Button:
        words = _("Grid of {n}, {side}").format(
            n=len(grid.points),
            side=naming.side_word(naming.side_at(self._model.views[grid.view], 0.3)),
        )
        button = Button(self._theme, words, compact=True, name=f"grid_{key}")
        button.setToolTip(
            _("{title}: points about {spacing} cm apart").format(
                title=self._model.views[grid.view].title,
                spacing=number(Decimal(str(grid.spacing_cm))),
            )
        )
        button.clicked.connect(lambda: self.place_grid(grid))
        self._line.addWidget(button)
        button.show()
        return button

    def place_grid(self, grid: Grid) -> None:
        """The points of a ready-made grid, in the skin they lie in."""
        view = self._model.views[grid.view]
        under = Counter(naming.spot_at(view, self._model.sites, x, y).site for x, y in grid.points)
        skin = [s for s, _n in under.most_common() if self._model.sites[s].kind == "skin_area"]
        site = skin[0] if skin else SiteId(self.site.currentData())
        self._model.spread(site, plan_areas.grid_places(grid))
        self.placed.emit()

    def place_field(self, view: ViewId, outline: plan_areas.Outline) -> None:
        """Points over a field that was drawn, unless it would need far too many."""
        spacing = self.spacing.value()
        if spacing is None:
            self._said.say(self.spacing.problem or _("Write the spacing in cm."), "danger")
            return
        places = plan_areas.field_places(self._model.views[view], outline, spacing)
        if len(places) > plan_areas.MOST_POINTS:
            words = _("This field would take {n} points, more than {most}. Widen the spacing.")
            self._said.say(words.format(n=len(places), most=plan_areas.MOST_POINTS), "danger")
        elif not places:
            self._said.say(_("The field is smaller than the spacing. Draw it larger."), "danger")
        else:
            self._model.spread(SiteId(self.site.currentData()), places)
            self.placed.emit()
