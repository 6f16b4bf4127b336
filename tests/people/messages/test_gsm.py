"""Short messages: always in the alphabet, never longer than two, always with the office's phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.people.messages import gsm
from tierslieu.people.messages.wording import SENSITIVE

ENDING, INSTEAD = "Le Nugue 01 99 00 00 00", "Un message vous attend. Appelez-nous."
TEXTS = st.text(max_size=700)


@given(TEXTS)
def test_what_is_plain_is_in_the_alphabet_and_stays(text: str) -> None:
    found = gsm.plain(text)
    assert set(found) <= gsm.ALPHABET
    assert gsm.plain(found) == found


@given(TEXTS)
def test_a_message_is_short_and_ends_with_the_phone(text: str) -> None:
    found = gsm.compose(text, ENDING, INSTEAD, SENSITIVE)
    assert 1 <= gsm.parts(found) <= gsm.MOST_PARTS
    assert found.endswith(ENDING)
    assert gsm.compose(found, ENDING, INSTEAD, SENSITIVE) == found


@given(st.text(alphabet=sorted(gsm.ALPHABET - {"\r"}), min_size=1, max_size=500))
def test_parts_are_counted_as_phones_count(text: str) -> None:
    weight = sum(2 if sign in gsm.EXTENDED else 1 for sign in text)
    least = 1 if weight <= 160 else -(-weight // 153)
    assert least <= gsm.parts(text) <= least + 1


@given(TEXTS)
def test_titles_are_cut(text: str) -> None:
    assert len(gsm.title(text)) <= gsm.LONGEST_TITLE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Être à l’œuvre, déjà", "Etre à l'oeuvre, déjà"),
        ("« ça » – 10\u202f€…", '" ca " - 10 €...'),
        ("10\u00a0h\u202f30", "10 h 30"),
        ("Ça Öß ñ", "Ca Öß ñ" if "Ç" not in gsm.BASIC else "Ça Öß ñ"),
        ("Олександра Ґанна", "Oleksandra Ganna"),
        ("½ ﬁn №5 😀", "1/2 fin No5 "),
        ("Nguyễn Łukasz", "Nguyen Lukasz"),
        ("ΑΘΗΝΑ αθήνα", "AΘINA athina"),
    ],
)
def test_what_is_not_in_the_alphabet_is_spelt(text: str, expected: str) -> None:
    assert gsm.plain(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("ê", 0), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2)],
)
def test_parts(text: str, count: int) -> None:
    assert gsm.parts(text) == count


def test_a_sign_that_counts_twice_is_not_cut_in_two() -> None:
    assert gsm.parts("a" * 152 + "€" + "a" * 152) == 3


@pytest.mark.parametrize("text", ["محمد يأتي غدا", "明日来てください", "", "   ", "\u200b"])
def test_what_cannot_be_spelt_says_to_call(text: str) -> None:
    assert gsm.compose(text, ENDING, INSTEAD) == f"{INSTEAD} {ENDING}"


@pytest.mark.parametrize(
    "text", ["Rendez-vous RSA demain", "Atelier : surendettement", "Votre aide-sociale", "VIOLENCES", "Le Médecin"]
)
def test_nothing_sensitive_shows_on_a_locked_screen(text: str) -> None:
    assert gsm.compose(text, ENDING, INSTEAD, SENSITIVE) == f"{INSTEAD} {ENDING}"


def test_words_that_only_hold_a_sensitive_one_are_free() -> None:
    assert "cafetière" in gsm.compose("Atelier cafetière", ENDING, INSTEAD, SENSITIVE)
