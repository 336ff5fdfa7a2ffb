"""Preferences of this desk, in one JSON file. What affects a clinical result is not kept here."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType

THEMES = ("system", "light", "dark")
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All preferences with their defaults. `unknown` keeps keys of newer program versions."""

    theme: str = "system"
    text_percent: int = 100
    language: str = ""
    single_letter_keys: bool = True
    vault_folder: str = ""
    last_person: str = ""
    backup_folder: str = ""
    window_geometry: str = ""
    unknown: Mapping[str, object] = field(default_factory=lambda: _NOTHING)


def _good(name: str, value: object) -> bool:
    if name == "theme":
        return value in THEMES
    if name == "text_percent":
        return type(value) is int and 100 <= value <= 200
    if name == "single_letter_keys":
        return type(value) is bool
    return isinstance(value, str)


_NAMES = tuple(f.name for f in fields(Settings) if f.name != "unknown")


class SettingsFile:
    """Reads the file once and writes it whole.

    `put_back` names the preferences that were not valid and have their default now; "*" stands
    for the whole file. The window words it: this module is below the translations.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.put_back: tuple[str, ...] = ()
        self.settings = self._read()

    def _read(self) -> Settings:
        try:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError):
            stored = None
        if not isinstance(stored, dict):
            self.put_back = ("*",)
            return Settings()
        self.put_back = tuple(n for n in _NAMES if n in stored and not _good(n, stored[n]))
        known = {n: stored[n] for n in _NAMES if n in stored and n not in self.put_back}
        unknown = {n: v for n, v in stored.items() if n not in _NAMES}
        return replace(Settings(unknown=MappingProxyType(unknown)), **known)

    def save(self, settings: Settings) -> None:
        """Use these settings and write them, so that a crash leaves the old file or the new."""
        self.settings = settings
        content = dict(settings.unknown) | {n: getattr(settings, n) for n in _NAMES}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".settings-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=2, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
