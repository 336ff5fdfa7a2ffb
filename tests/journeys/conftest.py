"""Journeys use the real window of the widget tests, with its real threads."""

from tests.ui.conftest import settings_file, theme, window

__all__ = ["settings_file", "theme", "window"]
