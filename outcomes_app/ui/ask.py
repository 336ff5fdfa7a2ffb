"""Asking the user: the only place with message boxes and file choosers. Nothing here blocks."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from outcomes_app.text import _


def confirm(
    parent: QWidget,
    question: str,
    explanation: str,
    *,
    action: str,
    done: Callable[[], object],
    danger: bool = False,
) -> QMessageBox:
    """Ask before a deed that cannot be undone; `action` is the verb on the button."""
    box = QMessageBox(parent)
    box.setObjectName("confirm")
    box.setIcon(QMessageBox.Icon.Warning if danger else QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    box.setInformativeText(explanation)
    yes = box.addButton(action, QMessageBox.ButtonRole.AcceptRole)
    yes.setObjectName("confirm_action")
    cancel = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.buttonClicked.connect(lambda button: done() if button is yes else None)
    box.open()
    return box


def show_details(parent: QWidget | None, title: str, explanation: str, details: str) -> QMessageBox:
    """Tell something with details that can be opened and copied."""
    box = QMessageBox(parent)
    box.setObjectName("details")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(explanation)
    box.setDetailedText(details)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.addButton(_("Close"), QMessageBox.ButtonRole.RejectRole)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def choose_folder(
    parent: QWidget, title: str, start: Path, done: Callable[[Path], object]
) -> QFileDialog:
    """Let a folder be chosen; `done` is not called when the chooser is closed."""
    chooser = _chooser(parent, title, start)
    chooser.setFileMode(QFileDialog.FileMode.Directory)
    chooser.setOption(QFileDialog.Option.ShowDirsOnly, True)
    chooser.fileSelected.connect(lambda name: done(Path(name)))
    chooser.open()
    return chooser


def choose_file(
    parent: QWidget, title: str, start: Path, kinds: str, done: Callable[[Path], object]
) -> QFileDialog:
    """Let an existing file be chosen; `kinds` as Qt writes them: "Tables (*.csv *.xlsx)"."""
    chooser = _chooser(parent, title, start)
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    chooser.setNameFilter(kinds)
    chooser.fileSelected.connect(lambda name: done(Path(name)))
    chooser.open()
    return chooser


def choose_new_file(
    parent: QWidget, title: str, proposed: Path, kinds: str, done: Callable[[Path], object]
) -> QFileDialog:
    """Let the name of a file to be written be chosen; an existing one is asked about."""
    chooser = _chooser(parent, title, proposed.parent)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setFileMode(QFileDialog.FileMode.AnyFile)
    chooser.setNameFilter(kinds)
    chooser.setDefaultSuffix(proposed.suffix.lstrip("."))
    chooser.selectFile(proposed.name)
    chooser.fileSelected.connect(lambda name: done(Path(name)))
    chooser.open()
    return chooser


def _chooser(parent: QWidget, title: str, start: Path) -> QFileDialog:
    chooser = QFileDialog(parent, title, str(start))
    chooser.setObjectName("chooser")
    chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return chooser
