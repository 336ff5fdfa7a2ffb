"""Telling the user without stopping them: notices in a bar, with an action that can undo."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One thing to tell. `tone` is ok, info, warn or danger; `action` stands beside the text."""

    text: str
    todo: str = ""
    tone: str = "info"
    action_text: str = ""
    action: Callable[[], object] | None = None

    @property
    def lasting(self) -> bool:
        """Whether it stays until it is closed: what went wrong must not vanish unread."""
        return self.tone in ("warn", "danger")


class Notices(QObject):
    """Where any part of the window leaves a notice; the bar of the main window shows it."""

    posted = Signal(object)

    def tell(
        self,
        text: str,
        *,
        tone: str = "ok",
        action_text: str = "",
        action: Callable[[], object] | None = None,
    ) -> None:
        """Something was done; `action` can take it back."""
        self.posted.emit(Notice(text=text, tone=tone, action_text=action_text, action=action))

    def warn(self, text: str, todo: str = "") -> None:
        """Something could not be done, and what to do next."""
        self.posted.emit(Notice(text=text, todo=todo, tone="warn"))
