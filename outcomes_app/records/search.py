"""Names and numbers folded for searching as one types: accents, case and order do not matter."""

import unicodedata

from outcomes_app.domain.patient import Patient

_LETTERS = 80
_WORDS = 8
_DROPPED = {ord(sign): None for sign in "'’ʼ`´\0"}
_SPACES = {ord(sign): " " for sign in "-\u2010\u2011\u2012\u2013\u2014_.,;:/()\u00a0\u202f"}


def fold(text: str) -> str:
    """Text as it is compared: no accents, no case, one space between words."""
    # Half a character, as a damaged copy may leave in the search field, is stored nowhere.
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    plain = unicodedata.normalize("NFKD", whole.translate(_DROPPED).translate(_SPACES))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return " ".join(letters.split())


def fold_number(text: str) -> str:
    """An identifier as it is compared: letters and digits only."""
    return fold(text).replace(" ", "")


def keys(patient: Patient) -> tuple[str, ...]:
    """What a search for this patient may begin with, the one that lists are sorted by first.

    Every turning of the words is there, so that any part of a compound name finds its patient:
    "cruz maria de la" as well as "de la cruz maria"; and 231 finds RC-00231.
    """
    family, given = fold(patient.family_name).split(), fold(patient.given_name).split()
    numbers = [fold_number(i.value) for i in patient.identifiers]
    found: dict[str, None] = {}
    for words in (family + given, given + family):
        for turn in range(min(len(words), _WORDS)):
            found[" ".join(words[turn:] + words[:turn])[:_LETTERS]] = None
    for number in numbers:
        digits = number.lstrip("abcdefghijklmnopqrstuvwxyz")
        for key in (number, digits, digits.lstrip("0")):
            found[key[:_LETTERS]] = None
    return tuple(key for key in found if key) or ("",)


def prefixes(text: str) -> tuple[str, ...]:
    """What was typed, as a name and as a number; nothing where nothing was typed."""
    typed = (fold(text)[:_LETTERS], fold_number(text)[:_LETTERS])
    return tuple(dict.fromkeys(key for key in typed if key))
