"""The key file: the practice's random data key, wrapped once for each person and for recovery.

The data key never leaves this file unwrapped. A passphrase passes through Argon2id; what it opens
is sealed with AES-GCM, which also vouches for the parameters beside it. The file has three copies
so that losing one of them loses nothing.
"""

import base64
import hashlib
import json
import secrets
import time
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outcomes_app.db import faults
from outcomes_app.domain.values import PersonId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _

FORMAT = "interval-keys"
VERSION = 1
LONGEST_FILE = 1 << 20

_KEY_BYTES = 32
_SALT_BYTES = 16
_NONCE_BYTES = 12
_RECOVERY = "recovery"


class WrongPassphrase(OutcomesError):
    """The passphrase or recovery key opens no slot."""


class KeyFileDamaged(OutcomesError):
    """A key file is not whole; a copy of it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardness:
    """What one guess at a passphrase costs: Argon2id's time, memory in KiB, and lanes."""

    time: int = 3
    memory: int = 64 * 1024
    lanes: int = 4


FLOOR = Hardness()
# So that a test may open a vault a hundred times. A slot like this is raised at the next sign-in.
FOR_TESTS = Hardness(time=1, memory=8 * 1024, lanes=1)

_LONG_ENOUGH, _MOST_CALIBRATED = 0.25, 512 * 1024  # seconds, KiB
# Beyond these a key file is an attack on this computer, not a stronger lock.
_LEAST_MEMORY, _MOST_MEMORY, _MOST_TIME, _MOST_LANES = 8 * 1024, 1024 * 1024, 20, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """The key of the record's file and the salt that stands in its header."""

    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def raw(self) -> bytes:
        """Both, as the connection wants them."""
        return self.key + self.salt

    def derived(self, purpose: str) -> bytes:
        """Another key for one purpose, from which this one cannot be found."""
        return _hkdf(self.key, salt=b"", purpose=purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unsealed:
    """Whose slot it is, and how their secret becomes the key of the slot."""

    person: str
    name: str
    hardness: Hardness | None  # None: the recovery key is random and needs no stretching
    salt: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(_Unsealed):
    """The data key as one person's passphrase, or the recovery key, unwraps it."""

    nonce: bytes = field(repr=False)
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What keys.json holds. `generation` counts its changes, so that the newest copy is known."""

    db_id: uuid.UUID
    practice: str
    slots: tuple[Slot, ...]
    generation: int = 1

    @property
    def people(self) -> tuple[Slot, ...]:
        """The slots of people, without the recovery slot."""
        return tuple(slot for slot in self.slots if slot.person != _RECOVERY)


def new_data_key() -> DataKey:
    """A fresh random key."""
    return DataKey(key=secrets.token_bytes(_KEY_BYTES), salt=secrets.token_bytes(_SALT_BYTES))


def with_person(
    keys: KeyFile,
    data_key: DataKey,
    *,
    person: PersonId,
    name: str,
    passphrase: str,
    hardness: Hardness = FLOOR,
) -> KeyFile:
    """The key file with this person's slot added or replaced."""
    if hardness != FOR_TESTS and _is_below(hardness, FLOOR):
        raise ValueError("a slot cheaper than the floor can be guessed")
    salt = secrets.token_bytes(_SALT_BYTES)
    kek = _stretched(passphrase, salt, hardness)
    slot = _Unsealed(person=str(person), name=name, hardness=hardness, salt=salt)
    return _with_slot(keys, data_key, slot, kek)


def with_recovery(keys: KeyFile, data_key: DataKey, recovery_secret: bytes) -> KeyFile:
    """The key file with its recovery slot added or replaced."""
    salt = secrets.token_bytes(_SALT_BYTES)
    kek = _hkdf(recovery_secret, salt=salt, purpose="recovery slot")
    slot = _Unsealed(person=_RECOVERY, name="", hardness=None, salt=salt)
    return _with_slot(keys, data_key, slot, kek)


def unlock(keys: KeyFile, passphrase: str, *, person: str | None = None) -> tuple[DataKey, str]:
    """The data key and the id of the person whose slot the passphrase opens.

    `person` is an id or a name; without it every person's slot is tried.
    """
    slots = [s for s in keys.people if person is None or person in (s.person, s.name)]
    for slot in slots:
        if slot.hardness is None:
            continue
        kek = _stretched(passphrase, slot.salt, slot.hardness)
        opened = _unseal(keys, slot, kek)
        if opened is not None:
            return opened, slot.person
    raise WrongPassphrase(
        _("This passphrase does not open the practice."),
        todo=_("Type it again; capital letters count. Or use the recovery key."),
    )


def unlock_with_recovery(keys: KeyFile, recovery_secret: bytes) -> DataKey:
    """The data key, by the recovery key."""
    for slot in keys.slots:
        if slot.person == _RECOVERY:
            kek = _hkdf(recovery_secret, salt=slot.salt, purpose="recovery slot")
            opened = _unseal(keys, slot, kek)
            if opened is not None:
                return opened
    raise WrongPassphrase(
        _("This recovery key does not open the practice."),
        todo=_("Compare it with the printed sheet of this practice, group by group."),
    )


def to_bytes(keys: KeyFile) -> bytes:
    """The key file as it is stored: JSON with a checksum against accidental damage."""
    body = {
        "format": FORMAT,
        "v": VERSION,
        "db_id": str(keys.db_id),
        "practice": keys.practice,
        "generation": keys.generation,
        "slots": [_slot_to_json(slot) for slot in keys.slots],
    }
    return json.dumps(body | {"check": _checksum(body)}, ensure_ascii=False, indent=1).encode()


def from_bytes(content: bytes) -> KeyFile:
    """Read a key file; KeyFileDamaged where any byte of it changed."""
    try:
        body = json.loads(content.decode("utf-8"))
        if not isinstance(body, dict) or body.get("format") != FORMAT:
            raise ValueError("not a key file")
        if body["v"] > VERSION:
            raise faults.NewerSchema(
                _("A newer version of this program made this practice."),
                todo=_("Install the newest version of the program."),
            )
        if body.pop("check") != _checksum(body):
            raise ValueError("checksum")
        return KeyFile(
            db_id=uuid.UUID(body["db_id"]),
            practice=_text(body["practice"]),
            generation=_number(body["generation"], 1, 1 << 53),
            slots=tuple(_slot_from_json(slot) for slot in body["slots"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise KeyFileDamaged(
            _("The key file of this practice is damaged."),
            todo=_("Put back a copy of keys.json, or open a backup."),
        ) from None


def is_weak(keys: KeyFile, person: str, wanted: Hardness) -> bool:
    """Whether a person's slot is cheaper than wanted and should be written again."""
    costs = (slot.hardness for slot in keys.people if slot.person == person)
    return any(cost is not None and _is_below(cost, wanted) for cost in costs)


def calibrated() -> Hardness:
    """The hardness at which one try takes this computer about half a second."""
    cost = FLOOR
    while cost.memory < _MOST_CALIBRATED:
        start = time.perf_counter()
        _stretched("calibration", bytes(_SALT_BYTES), cost)
        if time.perf_counter() - start >= _LONG_ENOUGH:
            break
        cost = replace(cost, memory=cost.memory * 2)
    return cost


def _is_below(cost: Hardness, wanted: Hardness) -> bool:
    return cost.memory < wanted.memory or cost.time < wanted.time


def _with_slot(keys: KeyFile, data_key: DataKey, slot: _Unsealed, kek: bytes) -> KeyFile:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    vouched = _vouched(keys.db_id, slot)
    sealed = AESGCM(kek).encrypt(nonce, data_key.raw, vouched)
    whole = Slot(
        person=slot.person,
        name=slot.name,
        hardness=slot.hardness,
        salt=slot.salt,
        nonce=nonce,
        sealed=sealed,
    )
    others = tuple(s for s in keys.slots if s.person != slot.person)
    return replace(keys, slots=(*others, whole), generation=keys.generation + 1)


def _unseal(keys: KeyFile, slot: Slot, kek: bytes) -> DataKey | None:
    vouched = _vouched(keys.db_id, slot)
    try:
        raw = AESGCM(kek).decrypt(slot.nonce, slot.sealed, vouched)
    except InvalidTag:
        return None
    return DataKey(key=raw[:_KEY_BYTES], salt=raw[_KEY_BYTES:])


def _vouched(db_id: uuid.UUID, slot: _Unsealed) -> bytes:
    return _canonical(
        {
            "v": VERSION,
            "db_id": str(db_id),
            "person_id": slot.person,
            "kdf": _cost_to_json(slot.hardness),
            "salt": slot.salt.hex(),
        }
    )


def _stretched(passphrase: str, salt: bytes, cost: Hardness) -> bytes:
    return hash_secret_raw(
        unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"),
        salt,
        time_cost=cost.time,
        memory_cost=cost.memory,
        parallelism=cost.lanes,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )


def _hkdf(secret: bytes, *, salt: bytes, purpose: str) -> bytes:
    info = f"{FORMAT} {VERSION} {purpose}".encode()
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=salt, info=info).derive(secret)


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def _checksum(body: Mapping[str, object]) -> str:
    return hashlib.sha256(_canonical(body)).hexdigest()


def _cost_to_json(cost: Hardness | None) -> dict[str, object]:
    if cost is None:
        return {"name": "hkdf-sha256"}
    return {"name": "argon2id", "t": cost.time, "m": cost.memory, "p": cost.lanes}


def _slot_to_json(slot: Slot) -> dict[str, object]:
    return {
        "person_id": slot.person,
        "name": slot.name,
        "kdf": _cost_to_json(slot.hardness),
        "salt": slot.salt.hex(),
        "nonce": slot.nonce.hex(),
        "sealed": base64.b64encode(slot.sealed).decode("ascii"),
    }


def _slot_from_json(body: Mapping[str, Any]) -> Slot:
    kdf = body["kdf"]
    cost = None
    if kdf["name"] == "argon2id":
        cost = Hardness(
            time=_number(kdf["t"], 1, _MOST_TIME),
            memory=_number(kdf["m"], _LEAST_MEMORY, _MOST_MEMORY),
            lanes=_number(kdf["p"], 1, _MOST_LANES),
        )
    elif kdf["name"] != "hkdf-sha256":
        raise ValueError("unknown key derivation")
    person = _text(body["person_id"])
    if (cost is None) != (person == _RECOVERY):
        raise ValueError("a person's slot is opened by a passphrase")
    return Slot(
        person=person,
        name=_text(body["name"]),
        hardness=cost,
        salt=_bytes(bytes.fromhex(body["salt"]), _SALT_BYTES),
        nonce=_bytes(bytes.fromhex(body["nonce"]), _NONCE_BYTES),
        sealed=base64.b64decode(body["sealed"], validate=True),
    )


def _number(value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError("number out of bounds")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _bytes(value: bytes, length: int) -> bytes:
    if len(value) != length:
        raise ValueError("wrong length")
    return value
