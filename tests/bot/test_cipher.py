"""Sealing tokens: the first key seals, every key opens."""

from __future__ import annotations

import pytest

from bot.cipher import Cipher, new_key
from complaints.errors import ConfigurationError

OLD, NEW = new_key(), new_key()


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    sealed = Cipher([OLD]).seal("xoxb-1-token")
    assert "xoxb" not in sealed
    assert Cipher([OLD]).open(sealed) == "xoxb-1-token"
    assert Cipher([OLD]).seal("xoxb-1-token") != sealed


def test_an_older_key_opens_and_the_first_one_seals() -> None:
    sealed, both = Cipher([OLD]).seal("secret"), Cipher([NEW, OLD])
    assert both.open(sealed) == "secret"
    assert not both.is_newest(sealed)
    renewed = both.renewed(sealed)
    assert both.is_newest(renewed)
    assert Cipher([NEW]).open(renewed) == "secret"


def test_without_its_key_it_says_what_to_do() -> None:
    sealed = Cipher([OLD]).seal("secret")
    with pytest.raises(ConfigurationError, match="put that key back"):
        Cipher([NEW]).open(sealed)


def test_what_was_changed_in_the_database_does_not_open() -> None:
    sealed = Cipher([OLD]).seal("secret")
    with pytest.raises(ConfigurationError):
        Cipher([OLD]).open(sealed[:-4] + "AAA=")


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "ä" * 44], [OLD[:-2]]])
def test_a_key_that_is_none_is_refused_without_being_shown(keys: list[str]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Cipher(keys)
    assert "`golddust secrets new-key`" in str(raised.value)
    assert all(key not in str(raised.value) for key in keys)
