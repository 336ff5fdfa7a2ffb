"""Passphrases that a guesser tries first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes_app.domain import guessable, passphrases


@pytest.mark.parametrize(
    "passphrase",
    [
        "correct horse battery staple",
        "CorrectHorseBatteryStaple!",
        "passwordpassword1",
        "my password is password",
        "123456789012345",
        "987654321012345",
        "qwertyuiopasdfghjkl",
        "lkjhgfdsa poiuytrewq",
        "botox clinic 2026 botox",
        "ILoveYou2ILoveYou3",
    ],
)
def test_common_strings_strung_together_are_refused(passphrase: str) -> None:
    codes = {problem.code for problem in passphrases.check_passphrase(passphrase)}
    assert codes & {"passphrase.common", "passphrase.repeats"}


@pytest.mark.parametrize("passphrase", ["abcabcabcabcabcabc", "aaaaaaaaaaaaaaaa", "tulip" * 4])
def test_repetition_is_refused(passphrase: str) -> None:
    assert guessable.is_repetitive(passphrase)


@pytest.mark.parametrize(
    "passphrase",
    [
        "copper violin meadow lantern seven",
        "Мой дядя самых честных правил",
        "我的祖母在山上种了七棵梨树和两株牡丹",
        "x8#kQ2!vLw9$pZt4",
    ],
)
def test_other_words_are_accepted(passphrase: str) -> None:
    assert passphrases.check_passphrase(passphrase) == ()


def test_what_the_program_proposes_is_never_refused() -> None:
    for _again in range(200):
        assert passphrases.check_passphrase(passphrases.generated()) == ()


@given(st.text(max_size=80))
def test_any_text_gets_an_answer(passphrase: str) -> None:
    passphrases.check_passphrase(passphrase, names=(passphrase, "", "  "))
