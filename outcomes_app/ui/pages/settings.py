"""Settings: how this desk looks and works, and what the practice is called."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from outcomes_app import __version__, paths
from outcomes_app.text import _
from outcomes_app.ui import ask
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.labels import Captioned, Text
from outcomes_app.ui.widgets.page_header import PageHeader

_SIZES = (100, 110, 125, 150, 175, 200)
_LANGUAGES = (("", "English"),)


class SettingsPage(Page):
    """Each choice counts at once; only the practice has a button, because it is recorded."""

    title = "Settings"
    shows = frozenset({"practice"})

    reference_requested = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        theme = ctx.theme
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(PageHeader(theme, _("Settings")))
        inside, sheet = QWidget(), QWidget()
        inside.setProperty("page", True)
        # The width is bounded beside a stretch: a layout reckons wrapped lines by its own width.
        sheet.setMaximumWidth(theme.px(760))
        line = QHBoxLayout(inside)
        line.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        line.addWidget(sheet, 100)
        line.addStretch(1)
        cards = QVBoxLayout(sheet)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(theme.px(12))
        for card in (
            self._build_look(),
            self._build_keyboard(),
            self._build_practice(),
            self._build_reference(),
            self._build_backups(),
            self._build_about(),
        ):
            cards.addWidget(card)
        cards.addStretch(1)
        area = QScrollArea()
        area.setProperty("page", True)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        column.addWidget(area, 1)
        ctx.settings_changed.connect(self._show_settings)
        ctx.session_changed.connect(self.ask_when_shown)

    def ask(self) -> None:
        self._show_settings()
        if self.ctx.signed_in:
            practice = self.ctx.practice
            self._name.setText(practice.name)
            self._where.choose(practice.jurisdiction)
            self._practice_error.error.say("")

    def _build_look(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme, _("Look"))
        self._theme_choice = SegmentedControl(
            theme,
            (
                ("system", _("As the system")),
                ("light", _("Light")),
                ("dark", _("Dark")),
            ),
            name="theme",
            label=_("Colours"),
        )
        self._theme_choice.chosen.connect(self._use_theme)
        card.body.addWidget(Captioned(theme, _("Colours"), self._theme_choice))
        self._size = SegmentedControl(
            theme,
            tuple((str(size), f"{size} %") for size in _SIZES),
            name="text_size",
            label=_("Text size"),
        )
        self._size.chosen.connect(self._use_size)
        card.body.addWidget(
            Captioned(
                theme,
                _("Text size"),
                self._size,
                hint=_("Also with Ctrl = and Ctrl −. Some spaces follow at the next start."),
            )
        )
        self._language = Combo()
        self._language.setObjectName("language")
        for code, name in _LANGUAGES:
            self._language.addItem(name, code)
        self._language.setMaximumWidth(theme.px(240))
        card.body.addWidget(
            Captioned(
                theme,
                _("Language"),
                self._language,
                hint=_("Another language shows from the next start."),
            )
        )
        self._language.activated.connect(
            lambda _index: self.ctx.change_settings(language=self._language.currentData())
        )
        return card

    def _build_keyboard(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme, _("Keyboard"))
        self._letters = QCheckBox(_("Single letters do things while no text field has the focus"))
        self._letters.setObjectName("single_letter_keys")
        self._letters.setAccessibleName(self._letters.text())
        self._letters.toggled.connect(
            lambda on: (
                self.ctx.change_settings(single_letter_keys=on)
                if on != self.ctx.settings.single_letter_keys
                else None
            )
        )
        card.body.addWidget(self._letters)
        card.body.addWidget(Text(theme, _("Press ? for the list of keys."), "body", "muted"))
        return card

    def _build_practice(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme, _("Practice"))
        self._name = QLineEdit()
        self._name.setObjectName("practice_name")
        self._name.setMaximumWidth(theme.px(420))
        self._practice_error = Captioned(theme, _("Name"), self._name)
        card.body.addWidget(self._practice_error)
        self._where = SegmentedControl(
            theme,
            (("us", _("United States")), ("eu", _("Europe"))),
            name="practice_jurisdiction",
            label=_("Label status of products by"),
        )
        card.body.addWidget(
            Captioned(
                theme,
                _("Label status of products by"),
                self._where,
                hint=_("Decides what is marked as off-label."),
            )
        )
        save = PrimaryButton(theme, _("Save practice"), name="save_practice")
        save.clicked.connect(self._save_practice)
        line = QHBoxLayout()
        line.addWidget(save)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _build_reference(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme, _("Reference values"))
        words = _(
            "Dose limits, dilutions and intervals the checks go by, each with its source. What was "
            "not verified can be confirmed or changed after reading the label."
        )
        card.body.addWidget(Text(theme, words, "body", "muted", wrap=True))
        show = Button(theme, _("Show reference values"), icon="table", name="reference_values")
        show.clicked.connect(self.reference_requested)
        line = QHBoxLayout()
        line.addWidget(show)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _build_backups(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme, _("Backups"))
        self._folder = QLineEdit()
        self._folder.setObjectName("backup_folder")
        self._folder.setReadOnly(True)
        card.body.addWidget(
            Captioned(
                theme,
                _("Folder"),
                self._folder,
                hint=_(
                    "A checked backup is made when the record is closed and before each import. "
                    "Another folder counts from the next sign-in. Choose one on another disk."
                ),
            )
        )
        choose = Button(theme, _("Choose folder"), icon="folder", name="choose_backup_folder")
        choose.clicked.connect(
            lambda: ask.choose_folder(
                self,
                _("Folder for backups"),
                Path(self._folder.text()),
                lambda chosen: self.ctx.change_settings(backup_folder=str(chosen)),
            )
        )
        usual = Button(theme, _("As usual"), "ghost", name="usual_backup_folder")
        usual.clicked.connect(lambda: self.ctx.change_settings(backup_folder=""))
        line = QHBoxLayout()
        line.addWidget(choose)
        line.addWidget(usual)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def _build_about(self) -> Card:
        theme = self.ctx.theme
        card = Card(theme, _("About"))
        card.body.addWidget(
            Text(theme, _("Interval {version}").format(version=__version__), "button")
        )
        card.body.addWidget(
            Text(
                theme,
                _(
                    "Apache licence 2.0. The program checks and shows; the clinician decides. "
                    "Nothing is sent anywhere."
                ),
                "body",
                "muted",
                wrap=True,
            )
        )
        return card

    def _show_settings(self) -> None:
        settings = self.ctx.settings
        self._theme_choice.choose(settings.theme)
        nearest = min(_SIZES, key=lambda size: abs(size - settings.text_percent))
        self._size.choose(str(nearest))
        self._language.setCurrentIndex(max(0, self._language.findData(settings.language)))
        self._letters.setChecked(settings.single_letter_keys)
        self._folder.setText(settings.backup_folder or str(paths.backups()))
        self._folder.setCursorPosition(0)

    def _use_theme(self, mode: str) -> None:
        self.ctx.change_settings(theme=mode)
        self.ctx.theme.use(mode=mode)

    def _use_size(self, percent: str) -> None:
        self.ctx.change_settings(text_percent=int(percent))
        self.ctx.theme.use(text_percent=int(percent))

    def _save_practice(self) -> None:
        from outcomes_app.records import practice as practices

        name = self._name.text().strip()
        if not name:
            self._practice_error.error.say(_("Write the name of the clinic."))
            return
        self._practice_error.error.say("")
        changed = replace(self.ctx.practice, name=name, jurisdiction=self._where.value)

        def saved(_answer: object) -> None:
            self.ctx.set_practice(changed)
            self.ctx.notices.tell(_("Practice saved."))

        self.ctx.write(self, practices.save, changed, deed="practice.save", done=saved)
