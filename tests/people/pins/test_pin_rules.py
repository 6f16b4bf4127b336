"""Rules of pins: what is read as six digits, what is too simple."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.people.pins.rules import is_simple, read_pin

DIGITS = st.text("0123456789", min_size=6, max_size=6)
ZEROS = st.sampled_from("0٠०০๐０")


@pytest.mark.parametrize(
    "pin",
    [
        "123456",
        "000000",
        "111112",
        "654321",
        "012345",
        "890123",
        "121212",
        "123123",
        "112233",
        "102030",
        "195600",
        "001956",
        "202612",
        "990099",
    ],
)
def test_simple_pins(pin: str) -> None:
    assert is_simple(pin, None, 2026)


@pytest.mark.parametrize("pin", ["280417", "739164", "502819", "304958"])
def test_good_pins(pin: str) -> None:
    assert not is_simple(pin, None, 2026)


def test_dates_of_the_known_year_of_birth() -> None:
    for pin in ("120651", "061251", "511206", "510612"):
        assert is_simple(pin, 1951, 2026), pin
        assert not is_simple(pin, 1987, 2026), pin


@given(DIGITS, ZEROS)
def test_digits_of_every_script(pin: str, zero: str) -> None:
    assert read_pin("".join(chr(ord(zero) + int(digit)) for digit in pin)) == pin
    assert read_pin(f" {pin[:3]} {pin[3:]}\n") == pin


@given(st.text(max_size=40))
def test_anything_else_is_no_pin(text: str) -> None:
    found = read_pin(text)
    assert found == "" or (len(found) == 6 and found.isascii() and found.isdigit())


@given(DIGITS, st.integers(1900, 2026) | st.none())
def test_most_pins_are_left(pin: str, year: int | None) -> None:
    assert isinstance(is_simple(pin, year, 2026), bool)


def test_nine_in_ten_pins_are_free() -> None:
    refused = sum(is_simple(f"{number:06d}", 1951, 2026) for number in range(0, 1_000_000, 7))
    assert refused < 1_000_000 / 7 / 10
