"""`outcomes-app import` and `export`, as they are typed, on a real vault."""

import csv
import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from outcomes_app.__main__ import main
from outcomes_app.clock import SystemClock
from outcomes_app.db import vault
from outcomes_app.records import imports, patients
from tests import factories

DATA = Path(__file__).parent.parent / "data"
PASSPHRASE = "seven grey herons over the reed"

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new practice."""
    place = tmp_path / "Riverside"
    opened, _key = vault.create(
        place, practice=factories.practice(), person_name="Dr A. Osei", passphrase=PASSPHRASE,
        clock=SystemClock(),
    )  # fmt: skip
    opened.close(with_backup=False)
    monkeypatch.setenv("OUTCOMES_PASSPHRASE", PASSPHRASE)
    return place


@pytest.fixture
def typed(folder: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Run a subcommand on the practice; its exit code and what it printed."""

    def run(name: str, *argv: str, on_vault: bool = True) -> tuple[int, str, str]:
        place = ["--vault", str(folder)] if on_vault else []
        code = main([name, *argv, *place])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def stored(folder: Path, ask: Callable[..., Any]) -> Any:
    opened = vault.open(folder, passphrase=PASSPHRASE, clock=SystemClock())
    try:
        with opened.database.reading() as session:
            return ask(session)
    finally:
        opened.close(with_backup=False)


CDYSTONIA = (str(DATA / "cdystonia.csv"), "--mapping", "cdystonia-long")


def test_the_trial_is_imported_and_taken_back(folder: Path, typed: Typed) -> None:
    code, out, _err = typed("import", *CDYSTONIA, "--json")
    batch = json.loads(out)

    assert code == 0
    assert batch["counts"]["patients"] == 109
    assert batch["counts"]["scores"] == 631
    assert stored(folder, patients.count) == 109

    code, out, _err = typed("import", "--undo", batch["batch"], "--reason", "wrong file", "--json")
    assert code == 0
    assert json.loads(out)["voided"]["assessments"] == 631
    assert stored(folder, patients.count) == 0
    assert stored(folder, imports.batches)[0].undone_reason == "wrong file"


def test_a_backup_is_made_before_the_import(folder: Path, typed: Typed) -> None:
    from outcomes_app.db import backup

    typed("import", *CDYSTONIA)

    made = [b.reason for b in backup.listed(vault.backup_folder(folder))]
    assert "import" in made


def test_a_dry_run_stores_nothing_and_needs_no_record(folder: Path, typed: Typed) -> None:
    code, out, _err = typed("import", *CDYSTONIA, "--dry-run", on_vault=False)

    assert code == 0
    assert "109 patients, 9 clinic sites, 109 treatments, 631 scores" in out
    assert "nominal" in out
    assert typed("import", *CDYSTONIA, "--dry-run")[0] == 0
    assert stored(folder, patients.count) == 0


def test_the_words_after_an_import_can_be_typed_as_they_are(folder: Path, typed: Typed) -> None:
    _code, out, _err = typed("import", *CDYSTONIA)
    command = next(line for line in out.splitlines() if line.startswith("To take it back: "))
    words = shlex.split(command.removeprefix("To take it back: outcomes-app "))

    code, out, _err = typed(*words, on_vault=False)

    assert code == 0
    assert stored(folder, patients.count) == 0


def test_the_same_check_of_many_rows_is_said_once(typed: Typed) -> None:
    _code, out, _err = typed("import", *CDYSTONIA, "--dry-run", on_vault=False)

    said = [line for line in out.splitlines() if line.startswith("to check")]
    assert len(said) == 1
    assert said[0].startswith("to check: 37 rows (8, 24, 30, 60, 84 …), treat: The total is 10,000")


def test_a_question_about_dates_quotes_the_file_and_says_how_to_answer(
    typed: Typed, tmp_path: Path
) -> None:
    diary = tmp_path / "diary.csv"
    diary.write_text("patient;date;headache\nP1;01.09.2026;yes\nP1;02.09.2026;no\n")
    _code, suggested, _err = typed("import", "--suggest", str(diary), on_vault=False)
    mapping = tmp_path / "map.json"
    mapping.write_text(suggested)

    code, out, _err = typed("import", str(diary), "--mapping", str(mapping), "--dry-run")
    assert code == 1
    assert "Is the day or the month first in 01.09.2026?" in out
    assert '"date_order": "dmy"' in out

    answered = json.loads(suggested) | {"reading": {"date_order": "dmy"}}
    mapping.write_text(json.dumps(answered))
    code, out, _err = typed("import", str(diary), "--mapping", str(mapping), "--dry-run")
    assert code == 0, out


def test_a_file_with_problems_is_refused_with_each_of_them(
    folder: Path, typed: Typed, tmp_path: Path
) -> None:
    text = (DATA / "cdystonia.csv").read_text()
    broken = tmp_path / "broken.csv"
    broken.write_text(text.replace("1,1,0,1,1,5000U,65,F,32", "1,1,0,1,1,5000U,65,F,99"))

    code, out, _err = typed("import", str(broken), "--mapping", "cdystonia-long", "--json")

    assert code == 1
    assert {"row": 2, "column": "twstrs", "code": "out_of_range"}.items() <= json.loads(out)[
        "problems"
    ][0].items()
    assert stored(folder, imports.batches) == ()


def test_known_patients_are_refused_until_it_is_said_what_to_do(folder: Path, typed: Typed) -> None:
    typed("import", *CDYSTONIA)

    code, _out, err = typed("import", *CDYSTONIA)
    assert code == 1
    assert "109 patients" in err
    assert "--existing" in err
    assert typed("import", *CDYSTONIA, "--dry-run")[0] == 1
    assert typed("import", *CDYSTONIA, "--existing", "add")[0] == 0
    assert stored(folder, patients.count) == 109


def test_a_suggested_mapping_can_be_completed_and_used(typed: Typed, tmp_path: Path) -> None:
    code, out, _err = typed("import", "--suggest", str(DATA / "cdystonia_wide.csv"), on_vault=False)
    found = json.loads(out)
    found["treatment"]["product"] = "rima"
    found["start"] = {"nominal": "2000-01-03"}
    path = tmp_path / "map.json"
    path.write_text(json.dumps(found))

    again, told, _err = typed(
        "import", str(DATA / "cdystonia_wide.csv"), "--mapping", str(path), "--json"
    )

    assert (code, again) == (0, 0)
    assert json.loads(told)["counts"]["scores"] == 631


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ((), "No file"),
        ((str(DATA / "cdystonia.csv"),), "--suggest"),
        ((str(DATA / "cdystonia.csv"), "--mapping", "none.json"), "cdystonia-long"),
        (("none.csv", "--mapping", "cdystonia-long"), "cannot be opened"),
        (("--undo", "00000000-0000-0000-0000-000000000000"), "no import of this id"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    typed: Typed, argv: tuple[str, ...], said: str
) -> None:
    code, _out, err = typed("import", *argv)

    assert code == 1
    assert said in err


def test_wrong_usage_ends_with_two(typed: Typed) -> None:
    with pytest.raises(SystemExit) as ended:
        typed("import", "a.csv", "--mapping", "m", "--suggest")

    assert ended.value.code == 2


def test_imports_are_listed(typed: Typed) -> None:
    typed("import", *CDYSTONIA)

    code, out, _err = typed("import", "--list")

    assert code == 0
    assert "cdystonia.csv" in out
    assert "109 patients" in out


def test_an_export_holds_everything_and_comes_back(typed: Typed, tmp_path: Path) -> None:
    typed("import", *CDYSTONIA)
    code, out, _err = typed("export", str(tmp_path / "out"), "--json")

    assert code == 0
    assert json.loads(out)["rows"]["outcomes"] == 631
    with (tmp_path / "out" / "outcomes.csv").open(encoding="utf-8-sig", newline="") as file:
        values = [row["value"] for row in csv.DictReader(file)]
    assert len(values) == 631
    assert "" not in values
    code, out, _err = typed("import", str(tmp_path / "out"), "--existing", "add", "--json")
    assert code == 0
    assert json.loads(out)["counts"]["known"] == 109 + 631


def test_an_export_takes_only_what_was_asked_for_and_replaces_only_by_force(
    typed: Typed, tmp_path: Path
) -> None:
    place = str(tmp_path / "out")

    assert typed("export", place, "--what", "patients,diary")[0] == 0
    assert {p.name for p in Path(place).iterdir()} == {
        "patients.csv",
        "diary.csv",
        "data_dictionary.csv",
    }
    code, _out, err = typed("export", place)
    assert code == 1
    assert "already" in err
    assert typed("export", place, "--force")[0] == 0
    code, _out, err = typed("export", str(tmp_path / "other"), "--what", "pets")
    assert code == 1
    assert "pets" in err
