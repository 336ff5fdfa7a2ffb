"""`outcomes-app`: runs the chosen subcommand, or opens the window."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from outcomes_app import paths
from outcomes_app.cli.arguments import Command, parse
from outcomes_app.clock import SystemClock
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.text import _

DONE, REFUSED, INTERRUPTED = 0, 1, 130

_logger = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code: 0 done, 1 refused; wrong usage exits with 2."""
    arguments, command = parse(sys.argv[1:] if argv is None else argv)
    try:
        return _run(arguments, command)
    except OutcomesError as error:
        _say(error)
        return REFUSED
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong, and nobody listens.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the last place
        _log_bug(error)
        _say_bug(error)
        return REFUSED


def _run(arguments: argparse.Namespace, command: Command | None) -> int:
    if arguments.profile_dir is not None:
        paths.use_profile(arguments.profile_dir)
    if command is not None:
        return _run_subcommand(arguments, command)
    from outcomes_app import system_libraries

    system_libraries.require()
    from outcomes_app import app

    return app.run(vault=arguments.vault)


def _run_subcommand(arguments: argparse.Namespace, command: Command) -> int:
    from outcomes_app import log
    from outcomes_app.cli.opening import Opening

    handler = log.start(paths.logs())
    try:
        return command.run(arguments, Opening(clock=SystemClock()))
    finally:
        log.stop(handler)


def _say(error: OutcomesError) -> None:
    """The message, every broken rule, and what to do next: on stderr, never a traceback."""
    lines = [error.message]
    if isinstance(error, Refused):
        lines += [_problem_words(problem) for problem in error.problems]
    if error.todo:
        lines.append(error.todo)
    print("\n".join(lines), file=sys.stderr)


def _problem_words(problem: object) -> str:
    from outcomes_app.domain.values import Problem

    if isinstance(problem, Problem):
        return f"  {problem.field}: {problem.message}" if problem.field else f"  {problem.message}"
    return f"  {problem}"


def _log_bug(error: Exception) -> None:
    from outcomes_app import log

    # Where there is nowhere to write it, the line on the screen has to do.
    with suppress(OutcomesError, OSError):
        handler = log.start(paths.logs())
        _logger.critical("the program stopped", exc_info=error)
        log.stop(handler)


def _say_bug(error: Exception) -> None:
    # Only the kind of error: its text may hold a patient's data.
    print(
        _("Something went wrong that should not ({kind}). The log has the details.").format(
            kind=type(error).__name__
        ),
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
