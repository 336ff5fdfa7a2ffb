"""`outcomes-app verify` and `outcomes-app backup`, as somebody at a terminal uses them."""

import json
from pathlib import Path
from typing import Any

import pytest

from outcomes_app.__main__ import main
from outcomes_app.db import engine, founding, keyfiles, keys, vault
from outcomes_app.db.engine import VaultFile
from tests import factories

PASSPHRASE = "copper violin meadow lantern seven"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed vault; its passphrase is in the environment."""
    monkeypatch.setenv("OUTCOMES_PASSPHRASE", PASSPHRASE)
    opened, _key = vault.create(
        tmp_path / "Riverside.vault",
        practice=factories.practice(),
        person_name="Dr A. Osei",
        passphrase=PASSPHRASE,
        clock=factories.CLOCK,
        hardness=keys.FOR_TESTS,
    )
    opened.close(with_backup=False)
    return opened.folder


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_whole_record_is_said_to_be_whole(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", "--vault", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "Riverside Clinic" in said
    found = _json(capsys, "verify", "--vault", str(folder))
    assert found["passed"] is True
    assert set(found["checks"]) == {"pages", "structure", "links", "history", "records"}
    assert found["counts"]["person"] == 1


def test_damage_is_said_and_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _file(folder)
    connection = engine.connect(file)
    connection.execute("DROP TRIGGER refuse_update_audit")
    connection.execute("UPDATE audit SET reason = 'none' WHERE seq = 1")
    connection.close()
    assert main(["verify", "--vault", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "DAMAGED" in said
    assert "Row 1 does not fit its seal." in said


def _file(folder: Path) -> VaultFile:
    data_key, _person = keys.unlock(keyfiles.load(folder).keys, PASSPHRASE)
    return VaultFile(folder / founding.DATABASE, data_key.raw)


def test_backups_are_made_listed_and_restored(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("backup", "--vault", str(folder))
    assert main([*at, "--list"]) == 0
    assert "There is no backup yet." in capsys.readouterr().out
    made = _json(capsys, *at)
    listed = _json(capsys, *at, "--list")
    assert [one["folder"] for one in listed] == [made["folder"]]
    assert main([*at, "--list"]) == 0
    assert made["folder"] in capsys.readouterr().out
    again = tmp_path / "Again.vault"
    restored = _json(capsys, "backup", "--vault", str(again), "--restore", made["folder"])
    assert restored["audit_digest"] == made["audit_digest"]
    assert _json(capsys, "verify", "--vault", str(again))["passed"] is True


def test_another_place_for_backups(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "second disk"
    made = _json(capsys, "backup", "--vault", str(folder), "--into", str(into))
    assert Path(made["folder"]).is_relative_to(into)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "--vault", "nowhere"), "There is no practice in"),
        (("backup", "--vault", "nowhere"), "There is no practice in"),
        (("backup", "--vault", "new", "--restore", "nowhere"), "is not whole"),
        (("verify",), "No practice was named."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(folder.parent)
    assert main(arguments) == 1
    assert said in capsys.readouterr().err


def test_a_wrong_passphrase_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTCOMES_PASSPHRASE", "some other passphrase")
    assert main(["verify", "--vault", str(folder)]) == 1
    assert "does not open the practice" in capsys.readouterr().err
