"""README.md's commands: CI runs the very same ones, and what README names exists."""

import re
from pathlib import Path

from outcomes_app.cli.arguments import entries
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
