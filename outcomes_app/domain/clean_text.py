"""Refuses characters that no file, database or screen can hold, wherever they stand in a record."""

import dataclasses
from collections.abc import Iterator

from outcomes_app.domain.values import Problem
from outcomes_app.text import _


def text_problems(value: object, path: str = "") -> Iterator[Problem]:
    """One error per text in the value, however deep, that holds a NUL or half a character.

    The text itself is never repeated: it may be a name or a note.
    """
    if isinstance(value, str):
        if not is_storable(value):
            yield Problem(
                field=path,
                code="text_not_storable",
                message=_(
                    "This text holds a character that cannot be stored (a NUL or half a "
                    "character), often from a damaged copy. Type the text again."
                ),
            )
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from text_problems(getattr(value, field.name), _join(path, field.name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from text_problems(part, _join(path, str(index)))


def is_storable(text: str) -> bool:
    """Whether a text has no NUL and no lone surrogate."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
