"""Ids: ordered, short to show, safe to read."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics import ids
from tierslieu.basics.errors import Invalid


@given(st.integers(0, (1 << 63) - 1))
def test_what_is_shown_can_be_read(number: int) -> None:
    assert ids.read(ids.show(number)) == number
    assert ids.read(ids.show(number).lower()) == number


@given(st.text(max_size=20))
def test_anything_else_is_refused_politely(text: str) -> None:
    try:
        number = ids.read(text)
    except Invalid:
        return
    assert ids.show(number) == text.upper()


def test_ids_grow_even_when_the_clock_steps_back() -> None:
    times = iter([2_000_000_000_000, 1_999_999_000_000, 2_000_000_000_000])
    source = ids.Ids(lambda: next(times), random.Random(1))
    first, second, third = source.new(), source.new(), source.new()
    assert first < second < third


@pytest.mark.parametrize("text", ["", "0", "IIIIIIIIIIIII", "ZZZZZZZZZZZZZ"])
def test_wrong_lengths_letters_and_sizes(text: str) -> None:
    with pytest.raises(Invalid):
        ids.read(text)
