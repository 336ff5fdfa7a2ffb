"""README.md's commands: CI runs the very same ones, and what README names exists."""

import json
import re
import shlex
from pathlib import Path

import pytest

from outcomes_app.__main__ import main
from outcomes_app.cli.arguments import entries
from outcomes_app.clock import SystemClock
from outcomes_app.db import vault
from outcomes_app.domain.patient import Practice
from outcomes_app.system_libraries import needed_libraries

_ROOT = Path(__file__).parent.parent
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_CI = (_ROOT / ".ci" / "run").read_text(encoding="utf-8")


def _shell_lines(word: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", _README, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if word in line]


def test_ci_calls_the_test_command_of_readme_word_for_word() -> None:
    (command,) = _shell_lines("pytest")
    assert command.startswith("python3 -m ")
    assert command in [line.strip() for line in _CI.splitlines()]


def test_one_command_starts_the_program_with_python_and_pip_alone() -> None:
    (command,) = [line for line in _shell_lines("-m venv") if "pytest" not in line]
    assert command.startswith("python3 -m venv --without-pip .venv && python3 -m pip ")
    assert command.endswith(".venv/bin/outcomes-app")


def test_the_packages_named_for_debian_are_those_the_program_asks_for() -> None:
    (line,) = _shell_lines("apt-get install")
    assert line.split("install ")[1].split() == [
        library.debian for library in needed_libraries({"DISPLAY": ":0"})
    ]


def test_readme_lists_every_subcommand() -> None:
    named = re.findall(r"^\| `(\w+)` \|", _README, re.MULTILINE)
    assert named == [entry.name for entry in entries()]


def test_every_file_that_readme_links_to_exists() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", _README)
    paths = re.findall(r"(?:tests|resources|docs)/[\w./-]+\w", _README)
    missing = {name for name in (*links, *paths) if not (_ROOT / name).exists()}
    assert missing == set()


def test_the_commands_that_readme_shows_do_what_it_says(
    profile_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(_ROOT)
    monkeypatch.setenv("OUTCOMES_PASSPHRASE", "only invented patients")
    vault.create(
        profile_dir / "my-practice",
        practice=Practice(name="Mine"),
        person_name="Ada",
        passphrase="only invented patients",
        clock=SystemClock(),
    )[0].close(with_backup=False)
    shown = [shlex.split(line)[1:] for line in _shell_lines(".venv/bin/outcomes-app ")]
    typed = [argv for argv in shown if argv[0] in {entry.name for entry in entries()}]
    assert [argv[0] for argv in typed] == ["demo", "import", "import", "chart"]
    for argv in typed:
        capsys.readouterr()
        assert main(argv) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["n"] for row in rows if row["week"] == 0] == [36, 37, 36]
