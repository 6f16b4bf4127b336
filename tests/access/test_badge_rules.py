"""A badge's text: what is printed is what is read, and nothing else passes for it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.badges import codec as rules

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "badge-vectors.json").read_text())
SECRETS = st.binary(min_size=rules.SECRET_BYTES, max_size=rules.SECRET_BYTES)
STEMS = st.integers(rules.FIRST_STEM, rules.LAST_STEM)


@pytest.mark.parametrize("card", VECTORS["cards"], ids=lambda card: card["token"][:10])
def test_card_of_the_shared_vectors(card: dict[str, str]) -> None:
    secret = bytes.fromhex(card["secret"])
    assert rules.encode(secret) == card["token"]
    assert f"{rules.crc16(secret):04x}" == card["crc"]
    assert rules.stored(secret) == card["stored"]
    assert rules.read(card["token"]).secret == secret


@pytest.mark.parametrize("sample", VECTORS["readings"], ids=lambda sample: sample["name"])
def test_reading_of_the_shared_vectors(sample: dict[str, Any]) -> None:
    reading = rules.read(sample["input"])
    assert (asdict(reading.claims) if reading.claims else None) == sample.get("claims")
    assert reading.result == sample["result"]
    assert reading.secret.hex() == sample.get("secret", "")
    assert reading.number == sample.get("number", "")


@given(SECRETS)
def test_what_is_printed_is_what_is_read(secret: bytes) -> None:
    token = rules.encode(secret)
    assert len(token) == rules.TOKEN_LETTERS
    assert set(token) <= set(rules.ALPHABET)
    assert rules.read(token) == rules.Reading("ok", secret)


@given(SECRETS, st.integers(2, rules.TOKEN_LETTERS - 1), st.sampled_from(rules.ALPHABET))
def test_one_wrong_letter_is_always_noticed(secret: bytes, place: int, letter: str) -> None:
    token = rules.encode(secret)
    spoilt = token[:place] + letter + token[place + 1 :]
    assert rules.read(spoilt).result == ("ok" if spoilt == token else "misread")


@given(SECRETS, st.integers(2, rules.TOKEN_LETTERS - 1))
def test_a_lost_letter_is_always_noticed(secret: bytes, place: int) -> None:
    token = rules.encode(secret)
    assert rules.read(token[:place] + token[place + 1 :]).result == "misread"


@given(st.text(max_size=400))
def test_any_text_gets_an_answer_and_never_a_secret(text: str) -> None:
    reading = rules.read(text)
    assert reading.result == "ok" or not (reading.secret or reading.number or reading.claims)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing_more_than_prefixes(text: str) -> None:
    cleaned = rules.clean(text)
    assert not rules.CONTROL.search(cleaned)
    assert cleaned == cleaned.strip(" ")


@given(STEMS)
def test_a_card_number_has_six_digits_and_is_read_back(stem: int) -> None:
    number = rules.card_number(stem)
    assert len(number) == rules.NUMBER_DIGITS
    assert rules.read(number).number == number
    assert rules.read(rules.show_number(number)).number == number


@given(STEMS, st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_never_names_another_card(stem: int, place: int, shift: int) -> None:
    number = rules.card_number(stem)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert rules.read(wrong).result == "misread"


@given(STEMS, st.integers(0, 4))
def test_two_swapped_digits_never_name_another_card(stem: int, place: int) -> None:
    number = rules.card_number(stem)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert rules.read(swapped).result == ("ok" if swapped == number else "misread")


@pytest.mark.parametrize("secret", [b"", bytes(15), bytes(17)])
def test_a_secret_of_another_length_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        rules.encode(secret)


@pytest.mark.parametrize("stem", [0, 9_999, 100_000])
def test_a_number_of_another_length_is_refused(stem: int) -> None:
    with pytest.raises(ValueError, match="five digits"):
        rules.card_number(stem)


def test_a_reading_does_not_show_its_secret() -> None:
    assert "secret" not in repr(rules.read(VECTORS["cards"][0]["token"]))


def test_numbers_of_the_shared_vectors_are_card_numbers() -> None:
    assert [rules.card_number(int(number[:5])) for number in VECTORS["numbers"]] == VECTORS["numbers"]
