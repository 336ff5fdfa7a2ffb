"""The recovery key as a person writes it down and types it back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.db import recovery
from outcomes_app.db.recovery import MistypedRecoveryKey, RecoveryKey

secrets = st.binary(min_size=32, max_size=32).map(RecoveryKey)


@given(secrets)
def test_what_is_printed_is_read_back(key: RecoveryKey) -> None:
    assert recovery.parse(key.text) == key
    assert [len(group) for group in key.groups] == [4] * 14


@given(secrets, st.sampled_from(["lower", "spaces", "misread", "no hyphens", "lines"]))
def test_how_it_is_typed_does_not_matter(key: RecoveryKey, how: str) -> None:
    typed = {
        "lower": key.text.lower(),
        "spaces": f"  {key.text.replace('-', ' ')} ",
        "misread": key.text.replace("0", "O").replace("1", "l"),
        "no hyphens": key.text.replace("-", ""),
        "lines": key.text.replace("-", "\n"),
    }[how]
    assert recovery.parse(typed) == key


@given(secrets, st.integers(0, 55), st.sampled_from("23456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_mistyped_letter_is_noticed(key: RecoveryKey, place: int, letter: str) -> None:
    letters = "".join(key.groups)
    if letters[place] == letter:
        return
    with pytest.raises(MistypedRecoveryKey):
        recovery.parse(letters[:place] + letter + letters[place + 1 :])


@pytest.mark.parametrize("typed", ["", "ABCD", "U" * 56, "Z" * 56, "0" * 57, "é" * 56])
def test_what_is_no_recovery_key_is_refused(typed: str) -> None:
    with pytest.raises(MistypedRecoveryKey):
        recovery.parse(typed)
