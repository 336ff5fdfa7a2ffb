"""Key slots: only the right secret opens one, and any change to it is noticed."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import outcomes_app
from outcomes_app.db import keys, recovery
from outcomes_app.db.faults import NewerSchema
from outcomes_app.db.keys import Hardness, KeyFile, KeyFileDamaged, WrongPassphrase
from outcomes_app.domain.values import PersonId, new_id

ANN, BEN = PersonId(new_id()), PersonId(new_id())
ANNS, BENS = "first five plain words here", "other five plain words here"
DATA_KEY = keys.new_data_key()
RECOVERY = recovery.new()


def _key_file() -> KeyFile:
    made = KeyFile(db_id=new_id(), practice="Riverside Clinic", slots=())
    made = keys.with_recovery(made, DATA_KEY, RECOVERY.secret)
    for person, name, passphrase in ((ANN, "Ann", ANNS), (BEN, "Ben", BENS)):
        made = keys.with_person(
            made,
            DATA_KEY,
            person=person,
            name=name,
            passphrase=passphrase,
            hardness=keys.FOR_TESTS,
        )
    return made


KEY_FILE = _key_file()


def test_each_secret_opens_its_own_slot() -> None:
    assert keys.unlock(KEY_FILE, ANNS, person="Ann") == (DATA_KEY, str(ANN))
    assert keys.unlock(KEY_FILE, BENS) == (DATA_KEY, str(BEN))
    assert keys.unlock_with_recovery(KEY_FILE, RECOVERY.secret) == DATA_KEY


@pytest.mark.parametrize(
    ("passphrase", "person"),
    [(BENS, "Ann"), ("", None), (ANNS.upper(), None), (ANNS + " ", None), (ANNS, "recovery")],
)
def test_no_other_secret_opens(passphrase: str, person: str | None) -> None:
    with pytest.raises(WrongPassphrase):
        keys.unlock(KEY_FILE, passphrase, person=person)


def test_what_is_stored_is_read_back() -> None:
    assert keys.from_bytes(keys.to_bytes(KEY_FILE)) == KEY_FILE


def test_no_secret_is_in_the_file_or_in_a_repr() -> None:
    content = keys.to_bytes(KEY_FILE).decode()
    shown = repr((KEY_FILE, DATA_KEY, RECOVERY))
    for secret in (DATA_KEY.key.hex(), RECOVERY.text, RECOVERY.secret.hex(), ANNS):
        assert secret not in content
        assert secret not in shown


def test_a_changed_passphrase_opens_and_the_old_one_does_not() -> None:
    changed = keys.with_person(
        KEY_FILE,
        DATA_KEY,
        person=ANN,
        name="Ann",
        passphrase="third five plain words here",
        hardness=keys.FOR_TESTS,
    )
    assert keys.unlock(changed, "third five plain words here")[1] == str(ANN)
    with pytest.raises(WrongPassphrase):
        keys.unlock(changed, ANNS)
    assert keys.unlock(changed, BENS)[1] == str(BEN)


def _tampered(change: Callable[[dict[str, Any]], None]) -> KeyFile:
    """The key file as somebody who knows its format would change it, checksum and all."""
    body = json.loads(keys.to_bytes(KEY_FILE))
    change(body)
    body.pop("check")
    return keys.from_bytes(json.dumps(body | {"check": keys._checksum(body)}).encode())


def _slot(body: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(slot for slot in body["slots"] if slot["name"] == name)
    return found


def _swap_ids(body: dict[str, Any]) -> None:
    ann, ben = _slot(body, "Ann"), _slot(body, "Ben")
    ann["person_id"], ben["person_id"] = ben["person_id"], ann["person_id"]


def _swap_seals(body: dict[str, Any]) -> None:
    ann, ben = _slot(body, "Ann"), _slot(body, "Ben")
    ann["sealed"], ben["sealed"] = ben["sealed"], ann["sealed"]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: _slot(body, "Ann")["kdf"].update(t=2),
        lambda body: _slot(body, "Ann")["kdf"].update(m=16 * 1024),
        lambda body: _slot(body, "Ann")["kdf"].update(p=2),
        lambda body: _slot(body, "Ann").update(salt="00" * 16),
        lambda body: _slot(body, "Ann").update(nonce="00" * 12),
        lambda body: _slot(body, "Ann").update(sealed="AAAA"),
        lambda body: body.update(db_id=str(new_id())),
        _swap_ids,
        _swap_seals,
    ],
)
def test_an_edited_slot_opens_nothing(change: Callable[[dict[str, Any]], None]) -> None:
    with pytest.raises(WrongPassphrase):
        keys.unlock(_tampered(change), ANNS, person="Ann")


def test_a_recovery_slot_of_another_practice_opens_nothing() -> None:
    other = replace(KEY_FILE, db_id=new_id())
    with pytest.raises(WrongPassphrase):
        keys.unlock_with_recovery(other, RECOVERY.secret)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: _slot(body, "Ann")["kdf"].update(m=1 << 31),
        lambda body: _slot(body, "Ann")["kdf"].update(m=4096),
        lambda body: _slot(body, "Ann")["kdf"].update(t=21),
        lambda body: _slot(body, "Ann")["kdf"].update(t=0),
        lambda body: _slot(body, "Ann")["kdf"].update(p=17),
        lambda body: _slot(body, "Ann")["kdf"].update(m="65536"),
        lambda body: _slot(body, "Ann")["kdf"].update(name="md5"),
        lambda body: _slot(body, "Ann").update(kdf={"name": "hkdf-sha256"}),
        lambda body: _slot(body, "Ann").update(salt="00"),
        lambda body: _slot(body, "Ann").update(name=None),
        lambda body: body.update(slots=None),
        lambda body: body.update(generation=True),
        lambda body: body.update(format="other"),
    ],
)
def test_a_key_file_out_of_bounds_is_refused_before_any_hashing(
    change: Callable[[dict[str, Any]], None],
) -> None:
    with pytest.raises(KeyFileDamaged):
        _tampered(change)


def test_a_newer_key_file_is_refused() -> None:
    with pytest.raises(NewerSchema):
        _tampered(lambda body: body.update(v=2))


def test_every_changed_byte_of_a_key_file_is_noticed() -> None:
    content = keys.to_bytes(KEY_FILE)
    for place in range(len(content)):
        spoiled = bytearray(content)
        spoiled[place] ^= 0x01
        _is_refused_or_the_same(bytes(spoiled))


def test_random_damage_to_a_key_file_is_noticed() -> None:
    content, chance = keys.to_bytes(KEY_FILE), random.Random(20261120)
    for _mutant in range(3000):
        spoiled = bytearray(content)
        for _cut in range(chance.randint(1, 4)):
            at, length = chance.randrange(len(spoiled)), chance.randrange(40)
            spoiled[at : at + length] = chance.randbytes(chance.randrange(40))
        _is_refused_or_the_same(bytes(spoiled))


def _is_refused_or_the_same(content: bytes) -> None:
    """JSON reads a few changes the same way, such as of the blanks between its parts."""
    try:
        found = keys.from_bytes(content)
    except (KeyFileDamaged, NewerSchema):
        return
    assert found == KEY_FILE


@pytest.mark.parametrize(
    "cost",
    [
        Hardness(memory=32 * 1024),
        Hardness(time=2),
        replace(keys.FOR_TESTS, lanes=2),
        replace(keys.FOR_TESTS, memory=16 * 1024),
    ],
)
def test_a_slot_below_the_floor_is_never_made(cost: Hardness) -> None:
    with pytest.raises(ValueError, match="floor"):
        keys.with_person(KEY_FILE, DATA_KEY, person=ANN, name="Ann", passphrase=ANNS, hardness=cost)


def test_no_code_of_the_program_uses_the_cheap_slots_of_tests() -> None:
    package = Path(outcomes_app.__file__).parent
    users = [
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if "FOR_TESTS" in file.read_text("utf-8")
    ]
    assert users == ["db/keys.py"]


def test_this_computer_is_calibrated_at_or_above_the_floor() -> None:
    found = keys.calibrated()
    assert found.memory >= keys.FLOOR.memory
    assert found.time >= keys.FLOOR.time


def test_keys_derived_for_two_purposes_differ() -> None:
    assert DATA_KEY.derived("one") != DATA_KEY.derived("two")
    assert DATA_KEY.derived("one") not in DATA_KEY.raw
