"""Preferences survive bad files, newer versions of the program and a crash while writing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from outcomes_app.settings import Settings, SettingsFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")


def test_a_new_desk_has_defaults_and_no_notice(path: Path) -> None:
    file = SettingsFile(path)
    assert file.settings == Settings()
    assert file.put_back == ()
    assert not path.exists()


def test_what_was_saved_is_there_at_the_next_start(path: Path) -> None:
    file = SettingsFile(path)
    file.save(replace(file.settings, theme="dark", text_percent=150, single_letter_keys=False))
    assert SettingsFile(path).settings == file.settings


def test_keys_of_a_newer_version_are_kept(path: Path) -> None:
    write(path, json.dumps({"theme": "dark", "colour_of_next_year": [1, 2]}))
    file = SettingsFile(path)
    file.save(replace(file.settings, theme="light"))
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["colour_of_next_year"] == [1, 2]
    assert stored["theme"] == "light"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "pink"),
        ("text_percent", 900),
        ("text_percent", True),
        ("text_percent", "150"),
        ("single_letter_keys", "yes"),
        ("language", 7),
        ("vault_folder", None),
    ],
)
def test_a_bad_value_falls_back_and_is_named(path: Path, name: str, value: object) -> None:
    write(path, json.dumps({name: value, "last_person": "kept"}))
    file = SettingsFile(path)
    assert getattr(file.settings, name) == getattr(Settings(), name)
    assert file.settings.last_person == "kept"
    assert file.put_back == (name,)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "\x00"])
def test_a_broken_file_gives_defaults_and_says_so(path: Path, text: str) -> None:
    write(path, text)
    file = SettingsFile(path)
    assert file.settings == Settings()
    assert file.put_back == ("*",)


def test_a_failed_write_leaves_the_old_file_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SettingsFile(path)
    file.save(replace(file.settings, theme="dark"))

    def full(*_arguments: object, **_keywords: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        file.save(replace(file.settings, theme="light"))
    assert SettingsFile(path).settings.theme == "dark"
    assert [p.name for p in path.parent.iterdir()] == ["settings.json"]
