"""The recovery key: 256 random bits that a person can write down, type back and check."""

import hashlib
import secrets
from dataclasses import dataclass, field

from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

# Crockford's letters: no I, L, O or U, which are misread or make words.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SECRET_BYTES = 32
_GROUP = 4
_LETTERS_OF_SECRET = 52
_LETTERS_OF_KEY = _LETTERS_OF_SECRET + _GROUP


class MistypedRecoveryKey(OutcomesError):
    """Something in the typed recovery key is missing, or its checksum does not fit."""


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """A secret that opens the practice when every passphrase is lost."""

    secret: bytes = field(repr=False)

    @property
    def groups(self) -> tuple[str, ...]:
        """Fourteen groups of four letters; the last is the checksum."""
        letters = _encode(self.secret, _LETTERS_OF_SECRET) + _checksum(self.secret)
        return tuple(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))

    @property
    def text(self) -> str:
        """The groups with hyphens, as printed on the recovery sheet."""
        return "-".join(self.groups)


def new() -> RecoveryKey:
    """A fresh random recovery key."""
    return RecoveryKey(secrets.token_bytes(_SECRET_BYTES))


def parse(typed: str) -> RecoveryKey:
    """The key somebody typed: case, spaces and hyphens do not matter, O is 0, I and L are 1."""
    letters = "".join(
        c for c in typed.upper() if not c.isspace() and c not in "-\u2010\u2011\u2013"
    )
    letters = letters.translate(_MISREAD)
    if len(letters) != _LETTERS_OF_KEY:
        raise MistypedRecoveryKey(
            _("A recovery key has 14 groups of 4 letters; {n} letters were typed.").format(
                n=len(letters)
            ),
            todo=_("Compare it with the printed sheet, group by group."),
        )
    secret = _decode(letters[:_LETTERS_OF_SECRET])
    if secret is None or _checksum(secret) != letters[_LETTERS_OF_SECRET:]:
        raise MistypedRecoveryKey(
            _("A letter of the recovery key is mistyped."),
            todo=_("Compare it with the printed sheet, group by group."),
        )
    return RecoveryKey(secret)


def _encode(value: bytes, length: int) -> str:
    number = int.from_bytes(value)
    return "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(length)))


def _decode(letters: str) -> bytes | None:
    number = 0
    for letter in letters:
        position = _LETTERS.find(letter)
        if position < 0:
            return None
        number = number << 5 | position
    return number.to_bytes(_SECRET_BYTES) if number < 1 << 8 * _SECRET_BYTES else None


def _checksum(secret: bytes) -> str:
    digest = hashlib.sha256(b"recovery key " + secret).digest()
    # Twenty bits: one mistyped key in a million passes, and then opens nothing.
    return _encode((int.from_bytes(digest[:3]) >> 4).to_bytes(3), _GROUP)
