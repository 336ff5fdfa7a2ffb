"""What a good passphrase is, and the generator of phrases that are better than anybody's own.

Length counts, not mixtures of signs: fifteen characters at least, and nothing that is guessed
first. There is no upper bound and no expiry.
"""

import re
import secrets
import unicodedata
from functools import cache

from outcomes_app import resources
from outcomes_app.domain.values import Problem, Problems
from outcomes_app.text import _, ngettext

SHORTEST = 15
WORDS_SUGGESTED = 5

_LEAST_DIFFERENT = 6
_LEAST_BESIDE_NAMES = 10
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
)


def suggest(words: int = WORDS_SUGGESTED) -> str:
    """A random phrase of plain words: five of them have fifty bits."""
    while True:
        phrase = " ".join(secrets.choice(_words()) for _word in range(words))
        if not check(phrase):  # five short words, or five that everybody uses, are drawn again
            return phrase


def check(passphrase: str, *, names: tuple[str, ...] = ()) -> Problems:
    """What is wrong with a passphrase; nothing = good. `names`: the practice's and the person's."""
    missing = SHORTEST - len(passphrase)
    if missing > 0:
        return (
            _problem(
                "too_short",
                ngettext(
                    "{n} more character is needed; five words are easiest to remember.",
                    "{n} more characters are needed; five words are easiest to remember.",
                    missing,
                ).format(n=missing),
            ),
        )
    plain = _plain(passphrase)
    if len(set(plain)) < _LEAST_DIFFERENT or _is_repetition(plain):
        return (_problem("repetitive", _("The same few characters repeat: use other words.")),)
    if not _without_common(plain):
        return (
            _problem(
                "common", _("This is among the first things a guesser tries: use other words.")
            ),
        )
    if len(_without_names(plain, names)) < _LEAST_BESIDE_NAMES:
        return (
            _problem(
                "names", _("Names of the practice or the person are easy to guess: add words.")
            ),
        )
    return ()


def _problem(code: str, message: str) -> Problem:
    return Problem(field="passphrase", code=f"passphrase.{code}", message=message)


def _plain(text: str) -> str:
    """Small letters and digits only: how a guesser varies a word does not make it another."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold()) or text


def _is_repetition(plain: str) -> bool:
    return any(
        plain == (plain[:length] * len(plain))[: len(plain)]
        for length in range(1, len(plain) // 2 + 1)
    )


def _without_common(plain: str) -> str:
    """What is left when common strings, runs of the keyboard and digits are taken out."""
    for word in _common():
        plain = plain.replace(word, "\n")
    for row in _ROWS:
        for way in (row, row[::-1]):
            plain = re.sub("|".join(_runs(way)), "\n", plain)
    return re.sub(r"[\d\n]", "", plain)


def _without_names(plain: str, names: tuple[str, ...]) -> str:
    parts = {_plain(part) for name in names for part in (name, *name.split()) if len(part) > 2}
    for part in sorted(parts, key=len, reverse=True):
        plain = plain.replace(part, "")
    return re.sub(r"\d", "", plain)


def _runs(row: str) -> list[str]:
    """Every stretch of a keyboard row of at least four signs, the longest first."""
    return [
        row[start : start + length]
        for length in range(len(row), 3, -1)
        for start in range(len(row) - length + 1)
    ]


@cache
def _words() -> tuple[str, ...]:
    return tuple(resources.read_text("words.txt").split())


@cache
def _common() -> tuple[str, ...]:
    lines = resources.read_text("common_passphrases.txt").splitlines()
    words = {_plain(line) for line in lines if line and not line.startswith("#")}
    return tuple(sorted(words, key=len, reverse=True))
