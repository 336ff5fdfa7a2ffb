"""What a guesser tries first: common words and strings, runs of keys, the same again and again."""

import re
import unicodedata
from functools import cache

from outcomes_app import resources

_LEAST_DIFFERENT = 6
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
_SHORTEST_RUN = 4


def is_repetitive(passphrase: str) -> bool:
    """Whether it is a few signs, or one short piece, over and over."""
    plain = _plain(passphrase)
    return len(set(plain)) < _LEAST_DIFFERENT or any(
        plain == (plain[:length] * len(plain))[: len(plain)]
        for length in range(1, len(plain) // 2 + 1)
    )


def is_common(passphrase: str) -> bool:
    """Whether nothing is left of it without common strings, runs of the keyboard, and digits."""
    plain = _plain(passphrase)
    for word in _common():
        plain = plain.replace(word, "\n")
    plain = _runs().sub("\n", plain)
    return not re.sub(r"[\d\n]", "", plain)


def _plain(text: str) -> str:
    """Letters and digits only, all small: how a guesser varies a word does not make it another."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


@cache
def _common() -> tuple[str, ...]:
    lines = resources.read_text("words/common_passphrases.txt").splitlines()
    words = {_plain(line) for line in lines if line and not line.startswith("#")}
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _runs() -> re.Pattern[str]:
    """Every stretch of a keyboard row, either way, the longest first."""
    ways = [way for row in _ROWS for way in (row, row[::-1])]
    runs = {
        way[start : start + length]
        for way in ways
        for length in range(_SHORTEST_RUN, len(way) + 1)
        for start in range(len(way) - length + 1)
    }
    return re.compile("|".join(sorted(runs, key=len, reverse=True)))
