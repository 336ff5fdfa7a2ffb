"""The command line as a person types it: help, version, exit codes, errors without a traceback."""

import io
import json
import os
import subprocess
import sys
from argparse import Namespace
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from outcomes_app import __main__ as program
from outcomes_app import paths
from outcomes_app.cli import arguments as table
from outcomes_app.cli import opening
from outcomes_app.cli.arguments import Command, entries, load, parse
from outcomes_app.domain.values import Problem
from outcomes_app.errors import OutcomesError, Refused
from tests.strictness import UnexpectedLogs

_NAMES = [entry.name for entry in entries()]
_MODULES_BESIDE_SUBCOMMANDS = {"__init__", "arguments", "opening", "finding"}


def _run(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "outcomes_app", *argv],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
    )


def test_every_module_of_the_command_line_is_a_subcommand_in_the_table() -> None:
    folder = Path(table.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - _MODULES_BESIDE_SUBCOMMANDS
    assert modules == {entry.module for entry in entries()}


@pytest.mark.parametrize("name", _NAMES)
def test_each_subcommand_explains_itself_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main([name, "--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    command = load(name)
    assert command.name == name
    assert command.example.startswith(f"outcomes-app {name}")
    assert command.example in out


def test_help_lists_every_subcommand_and_the_exit_codes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(["--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert all(entry.summary.split()[0] in out and entry.name in out for entry in entries())
    assert "2 wrong usage" in out


def test_help_starts_without_the_database_the_catalog_the_charts_and_qt() -> None:
    code = (
        "import sys\n"
        "from outcomes_app.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'matplotlib', 'numpy', 'PySide6', 'cryptography', 'psycopg'}\n"
        "sys.exit(repr(sorted(heavy & set(sys.modules)) or ''))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "''"


def test_version_is_that_of_the_package() -> None:
    from outcomes_app import __version__

    assert _run("--version").stdout.strip() == f"outcomes-app {__version__}"


@pytest.mark.parametrize("argv", [["nonsense"], ["--nonsense"], ["demo", "--nonsense"]])
def test_wrong_usage_exits_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(argv)
    assert stopped.value.code == 2
    assert "usage: outcomes-app" in capsys.readouterr().err


def test_the_profile_folder_may_stand_before_the_subcommand() -> None:
    arguments, command = parse(["--profile-dir", "p", "demo"])
    assert arguments.profile_dir == Path("p")
    assert command is not None
    assert command.name == "demo"


def _with(monkeypatch: pytest.MonkeyPatch, error: BaseException | None) -> int:
    """Run a subcommand that raises `error` through the real main."""

    def run(arguments: Namespace, opening: opening.Opening) -> int:
        if error is not None:
            raise error
        return 0

    command = Command("demo", "", lambda parser: None, run)
    monkeypatch.setattr(table, "load", lambda name: command)
    return program.main(["demo"])


def test_what_the_user_can_mend_is_a_message_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _with(monkeypatch, OutcomesError("The disk is full.", todo="Free some space.")) == 1
    assert capsys.readouterr().err == "The disk is full.\nFree some space.\n"


def test_a_refusal_lists_every_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = (
        Problem(field="day", code="a", message="The day is missing."),
        Problem(field="", code="b", message="No dose."),
    )
    assert _with(monkeypatch, Refused("Not stored.", problems)) == 1
    assert capsys.readouterr().err == "Not stored.\n  day: The day is missing.\n  No dose.\n"


def test_a_bug_is_one_line_without_its_text_and_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    logs: UnexpectedLogs,
) -> None:
    logs.expect("the program stopped")
    assert _with(monkeypatch, ZeroDivisionError("Jane Doe, born 1 May 1960")) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError" in err
    assert "Jane" not in err
    assert err.count("\n") == 1
    (file,) = paths.logs().glob("*.log")
    written = file.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in written
    assert "Jane" not in written


def test_an_interrupted_subcommand_says_so_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _with(monkeypatch, KeyboardInterrupt()) == 130


def _named_nowhere(**given: object) -> Namespace:
    return Namespace(**({"vault": None, "database": None, "passphrase_file": None} | given))


def test_the_passphrase_file_goes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "passphrase"
    file.write_text("from the file \nsecond line\n", encoding="utf-8")
    monkeypatch.setenv("OUTCOMES_PASSPHRASE", "from the environment")
    assert opening.passphrase(_named_nowhere(passphrase_file=file)) == "from the file "
    assert opening.passphrase(_named_nowhere()) == "from the environment"


@pytest.mark.parametrize("content", [None, "", "\n"])
def test_an_unusable_passphrase_file_is_refused_in_words(
    content: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(OutcomesError, match="passphrase file"):
        opening.passphrase(_named_nowhere(passphrase_file=file))


def test_without_a_terminal_a_passphrase_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(OutcomesError, match="OUTCOMES_PASSPHRASE"):
        opening.passphrase(_named_nowhere())


def test_a_subcommand_without_a_place_says_how_to_name_one() -> None:
    with pytest.raises(OutcomesError, match="--vault DIR"):
        opening.vault_folder(_named_nowhere())


def test_json_keeps_numbers_as_numbers_and_missing_as_null(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @dataclass
    class Row:
        day: date
        units: Decimal
        score: Decimal | None

    row = Row(date(2026, 2, 3), Decimal("155.0"), None)
    opening.emit(Namespace(json=True), {"rows": [row], "dose": Decimal("2.5")}, "words")
    assert json.loads(capsys.readouterr().out) == {
        "rows": [{"day": "2026-02-03", "units": 155, "score": None}],
        "dose": 2.5,
    }
    opening.emit(Namespace(json=False), {}, "words")
    assert capsys.readouterr().out == "words\n"
