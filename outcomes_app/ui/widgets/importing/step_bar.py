"""StepBar: where one is in the import, as a numbered line of words."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Icon, Text


class StepBar(QFrame):
    """Shows the steps; those that are done have a tick, the present one stands out."""

    def __init__(self, theme: Theme, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_steps")
        self.setProperty("bar", True)
        self._theme = theme
        self._steps = tuple(steps)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(20), theme.px(7), theme.px(20), theme.px(7))
        line.setSpacing(theme.px(6))
        self._words: list[Text] = []
        self._ticks: list[Icon] = []
        for number, step in enumerate(self._steps, start=1):
            tick = Icon(theme, "check", "ok", 14)
            word = Text(theme, f"{number}  {step}", "body")
            if number > 1:
                line.addWidget(Icon(theme, "chevron_right", "textFaint", 12))
            line.addWidget(tick)
            line.addWidget(word)
            self._words.append(word)
            self._ticks.append(tick)
        line.addStretch(1)
        self.show_step(0)

    def show_step(self, present: int) -> None:
        """Show which step is the present one."""
        for number, (word, tick) in enumerate(zip(self._words, self._ticks, strict=True)):
            tick.setVisible(number < present)
            word.say(word.text(), "accent" if number == present else "muted")
            self._theme.set_text_role(word, "bodyStrong" if number == present else "body")
        self.setAccessibleName(
            _("Step {n} of {all}: {step}").format(
                n=present + 1, all=len(self._steps), step=self._steps[present]
            )
        )
