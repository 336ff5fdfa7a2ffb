"""The log tells what happened and where, and never about whom."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcomes_app import log
from outcomes_app.errors import OutcomesError
from tests.strictness import UnexpectedLogs

MARK = "CANARY-7391"

logger = logging.getLogger("outcomes_app.test")


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Path]:
    """The log file of this test."""
    handler = log.start(tmp_path)
    yield tmp_path / log.FILE
    log.stop(handler)


def _fail(text: str) -> None:
    raise ValueError(text)


def test_messages_are_written(written: Path) -> None:
    logger.info("opened %s", "1f2e")
    assert "INFO" in written.read_text()
    assert "opened 1f2e" in written.read_text()


def test_the_text_of_an_exception_is_not(written: Path, logs: UnexpectedLogs) -> None:
    logs.expect("could not store")
    try:
        try:
            _fail(MARK)
        except ValueError as error:
            raise KeyError(MARK) from error
    except KeyError as error:
        logger.exception("could not store")
        logger.error("could not store: %s", error)
        logger.error(error)
    logs.expect(MARK)
    found = written.read_text()
    assert MARK not in found
    assert "ValueError" in found
    assert "KeyError" in found
    assert "in _fail" in found
    assert "test_log.py" in found


def test_what_this_program_said_on_the_screen_is(written: Path, logs: UnexpectedLogs) -> None:
    logs.expect("refused")
    try:
        raise OutcomesError("The disk is full.", todo="Free some space.")
    except OutcomesError:
        logger.exception("refused")
    assert "The disk is full." in written.read_text()


def test_a_traceback_cached_by_another_handler_is_not_used(
    written: Path, logs: UnexpectedLogs
) -> None:
    logs.expect("first")
    record = logger.makeRecord(logger.name, logging.ERROR, "file", 1, "first", (), None)
    record.exc_text = f"ValueError: {MARK}"
    logger.handle(record)
    assert MARK not in written.read_text()


def test_a_message_that_cannot_be_formatted_is_no_crash() -> None:
    record = logging.makeLogRecord({"msg": "%d units", "args": (MARK,), "levelname": "INFO"})
    line = log.PrivateFormatter().format(record)
    assert "unformattable message" in line
    assert MARK not in line


def test_warnings_come_too_and_an_endless_chain_ends(written: Path) -> None:
    error = ValueError(MARK)
    other = KeyError(MARK)
    error.__context__, other.__context__ = other, error
    assert log.safe_traceback(error).count("which followed from") == 1
    assert written.parent.is_dir()


def test_the_log_does_not_grow_for_ever(written: Path) -> None:
    for number in range(3000):
        logger.info("line %s %s", number, "x" * 1000)
    files = list(written.parent.glob(f"{log.FILE}*"))
    assert 1 < len(files) <= 6
    assert all(file.stat().st_size <= 1_000_000 for file in files)
