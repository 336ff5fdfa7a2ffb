"""`outcomes-app demo`, as it is typed."""

import json
from pathlib import Path

import pytest

from outcomes_app.__main__ import main
from outcomes_app.cli.demo import USUAL_PASSPHRASE
from outcomes_app.clock import SystemClock
from outcomes_app.db import recovery, vault
from outcomes_app.domain.passphrases import check_passphrase
from outcomes_app.records import patients


def _demo(capsys: pytest.CaptureFixture[str], *argv: str) -> dict[str, object]:
    assert main(["demo", "--json", *argv]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_practice_opens_with_the_printed_passphrase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    told = _demo(capsys, str(folder), "--patients", "20", "--today", "2026-11-20")
    opened = vault.open(folder, passphrase=str(told["passphrase"]), clock=SystemClock())
    try:
        with opened.database.reading() as session:
            assert patients.count(session) == told["patients"] == 20
        assert opened.practice.synthetic
        assert opened.person.name == told["person"]
    finally:
        opened.close(with_backup=False)


def test_the_printed_recovery_key_opens_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "demo"
    told = _demo(capsys, str(folder), "--patients", "1")
    key = recovery.parse(str(told["recovery_key"]))
    opened = vault.open_with_recovery_key(folder, key, clock=SystemClock())
    opened.close(with_backup=False)


def test_words_name_the_folder_the_passphrase_and_that_people_are_invented(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "my demo"
    assert main(["demo", str(folder), "--patients", "1"]) == 0
    out = capsys.readouterr().out
    assert USUAL_PASSPHRASE in out
    assert "invented" in out
    assert f"outcomes-app --vault '{folder}'" in out


def test_a_given_passphrase_is_used_and_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "passphrase"
    file.write_text("a passphrase of my own", encoding="utf-8")
    folder = tmp_path / "demo"
    told = _demo(capsys, str(folder), "--patients", "1", "--passphrase-file", str(file))
    assert "passphrase" not in told
    vault.open(folder, passphrase="a passphrase of my own", clock=SystemClock()).close(
        with_backup=False
    )


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    assert main(["demo", str(tmp_path), "--patients", "1"]) == 1
    assert "not empty" in capsys.readouterr().err
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("wrong", [["--patients", "0"], ["--today", "yesterday"]])
def test_a_wrong_number_or_day_is_wrong_usage(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["demo", str(tmp_path / "demo"), *wrong])
    assert stopped.value.code == 2
    assert "--help" not in capsys.readouterr().out


def test_the_usual_passphrase_is_a_sound_one() -> None:
    assert check_passphrase(USUAL_PASSPHRASE, names=("Synthetic Practice",)) == ()
