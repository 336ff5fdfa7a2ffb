"""Passphrases: what makes one good enough, and generated ones that can be remembered.

Length is what protects the file; rules about signs and digits only make people write it down.
"""

import secrets
from collections.abc import Sequence

from outcomes_app import resources
from outcomes_app.domain import guessable
from outcomes_app.domain.values import Problem, Problems
from outcomes_app.text import _

LEAST_LETTERS = 15
_WORDS = 5
_FIELD = "passphrase"


def generated() -> str:
    """Five random words of a list of 7,776: about 64 bits, as much as ten random signs."""
    words = resources.read_text("words/passphrase_english.txt").split()
    while True:
        phrase = " ".join(secrets.choice(words) for _number in range(_WORDS))
        if not check_passphrase(phrase):  # five very short or very common words: drawn again
            return phrase


def check_passphrase(passphrase: str, *, names: Sequence[str] = ()) -> Problems:
    """Why a passphrase is refused; `names` (clinic, person) are not to make up most of it."""
    if len(passphrase) < LEAST_LETTERS:
        return (
            _problem(
                "passphrase.short",
                _("{n} of at least {least} letters. Four or five words are easy to type.").format(
                    n=len(passphrase), least=LEAST_LETTERS
                ),
            ),
        )
    if guessable.is_repetitive(passphrase):
        return (_problem("passphrase.repeats", _("It repeats too few letters.")),)
    if guessable.is_common(passphrase):
        return (
            _problem("passphrase.common", _("It is among the first that a guesser would try.")),
        )
    rest = passphrase.lower()
    for name in names:
        for word in name.lower().split():
            rest = rest.replace(word, "") if len(word) > 2 else rest
    if len(rest.strip()) < LEAST_LETTERS // 2:
        return (
            _problem("passphrase.name", _("It is mostly the name of the clinic or the person.")),
        )
    return ()


def strength(passphrase: str) -> str:
    """One word for how long it would stand against guessing."""
    words = len(passphrase.split())
    if len(passphrase) >= 24 or words >= _WORDS:
        return _("strong")
    return _("good") if len(passphrase) >= 18 or words >= 4 else _("fair")


def _problem(code: str, message: str) -> Problem:
    return Problem(field=_FIELD, code=code, message=message)
