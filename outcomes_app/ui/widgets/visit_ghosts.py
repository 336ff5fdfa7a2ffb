"""The line over the map while sites of the last treatment wait to be confirmed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from outcomes_app.text import _, ngettext
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text


class GhostBar(QFrame):
    """Says how many sites are only suggested, and confirms them together or one by one."""

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setObjectName("ghostBar")
        self._words = Text(theme, "", "caption", "muted")
        self.all = PrimaryButton(theme, _("Confirm all"), icon="check", name="confirmAll")
        self.all.setToolTip(_("Enter on the map"))
        self.chosen = Button(theme, _("Confirm chosen"), compact=True, name="confirmChosen")
        self.chosen.setToolTip(_("Space on the map: confirm this site and go to the next"))
        self.discard = Button(theme, _("Discard"), "ghost", compact=True, name="discardGhosts")
        self.discard.setToolTip(_("Take away the sites that are not confirmed"))
        self.all.clicked.connect(model.confirm_all)
        self.chosen.clicked.connect(lambda: model.confirm(model.selection))
        self.discard.clicked.connect(model.discard_ghosts)
        room = QVBoxLayout(self)
        room.setContentsMargins(theme.px(10), 0, theme.px(10), theme.px(6))
        line = FlowLayout(gap=theme.px(6))
        room.addLayout(line)
        for widget in (self._words, self.all, self.chosen, self.discard):
            line.addWidget(widget)
        model.changed.connect(self._show)
        model.selection_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        ghosts = {p.id for p in self._model.ghosts}
        self.setVisible(bool(ghosts))
        self._words.setText(
            ngettext(
                "{n} site of the last treatment is not confirmed and does not count.",
                "{n} sites of the last treatment are not confirmed and do not count.",
                len(ghosts),
            ).format(n=len(ghosts))
        )
        self.chosen.setVisible(bool(ghosts & set(self._model.selection)))

    def begin(self) -> None:
        """Offer to confirm all with Enter."""
        self.all.setFocus(Qt.FocusReason.OtherFocusReason)
