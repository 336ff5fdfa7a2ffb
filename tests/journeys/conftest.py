"""Journeys use the real window of the widget tests, with its real threads."""

from tests.ui.conftest import practice_folder, settings_file, theme, window

__all__ = ["practice_folder", "settings_file", "theme", "window"]
