"""Names and likeness: pure rules, over every script."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.people.persons import names
from tierslieu.people.persons.likeness import LIKELY, Written, likeness

NAMES = st.one_of(
    st.sampled_from(
        [
            "Monique",
            "Lefèvre",
            "Marie-Claire",
            "O’Neill",
            "d’Alembert",
            "Łukasz",
            "Œuvrard",
            "王小明",
            "김철수",
            "Ålesund",
            "Νίκος",
            "Сергей",
            "محمد",
            "अमित",
            "X",
            "Le",
        ]
    ),
    st.text(st.characters(categories=("Lu", "Ll", "Lo", "Lm")), min_size=1, max_size=12),
)
YEARS = st.none() | st.integers(1920, 2026)
PEOPLE = st.builds(Written, NAMES, NAMES, YEARS)


@given(PEOPLE, PEOPLE)
def test_likeness_is_the_same_both_ways_and_bounded(one: Written, other: Written) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 100


@given(PEOPLE, PEOPLE)
def test_the_order_of_names_counts_for_nothing(one: Written, other: Written) -> None:
    turned = Written(one.last_name, one.first_name, one.birth_year)
    assert likeness(one, other) == likeness(turned, other)


@given(PEOPLE, PEOPLE)
def test_accents_and_case_count_for_nothing(one: Written, other: Written) -> None:
    plain = Written(names.fold(one.first_name), names.fold(one.last_name).upper(), one.birth_year)
    if names.words(f"{plain.first_name} {plain.last_name}") == names.words(f"{one.first_name} {one.last_name}"):
        assert likeness(plain, other) == likeness(one, other)


@given(PEOPLE)
def test_everybody_is_like_themselves(one: Written) -> None:
    if names.words(f"{one.first_name} {one.last_name}"):
        assert likeness(one, one) >= LIKELY


@given(st.sampled_from([("Monique", "Lefevre"), ("Jean-Pierre", "Garnier")]), st.data())
def test_one_slip_of_the_finger_is_forgiven(name: tuple[str, str], data: st.DataObject) -> None:
    first, last = name
    at = data.draw(st.integers(0, len(last) - 2))
    slips = [
        last[:at] + last[at + 1 :],
        last[:at] + last[at + 1] + last[at] + last[at + 2 :],
        last[:at] + "z" + last[at:],
    ]
    wrong = data.draw(st.sampled_from(slips))
    assert likeness(Written(first, last), Written(first, wrong)) >= LIKELY


@pytest.mark.parametrize(
    ("one", "other", "is_likely"),
    [
        (("Monique", "Lefèvre", 1948), ("monique", "LEFEVRE", 1948), True),
        (("Monique", "Lefèvre", 1948), ("Lefevre", "Monique", None), True),
        (("Marie-Claire", "Dupont", None), ("Marie", "Dupont", 1951), True),
        (("Jean Pierre", "Martin", None), ("Jeanpierre", "Martin", None), True),
        (("Hugo", "Martin", 2012), ("Léa", "Martin", 2015), False),
        (("Luc", "Perrin", None), ("Lucas", "Perrin", None), False),
        (("Pierre", "Lambert", 1976), ("Pierre", "Lambert", 2004), False),
        (("Pierre", "Lambert", 1976), ("Pierre", "Lambert", 1967), True),
    ],
)
def test_the_desk_is_asked_when_a_person_would_ask(
    one: tuple[str, str, int | None], other: tuple[str, str, int | None], is_likely: bool
) -> None:
    assert (likeness(Written(*one), Written(*other)) >= LIKELY) is is_likely


def test_the_same_year_raises_and_another_one_lowers() -> None:
    plain = likeness(Written("Ana", "Costa"), Written("Ana", "Costa"))
    assert likeness(Written("Ana", "Costa", 1980), Written("Ana", "Costa", 1980)) > plain
    assert likeness(Written("Ana", "Costa", 1980), Written("Ana", "Costa", 1999)) < plain


@given(st.text(max_size=60))
def test_what_is_kept_is_kept_as_it_is(text: str) -> None:
    try:
        kept = names.written(text)
    except ValueError:
        return
    assert names.written(kept) == kept
    assert kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize("text", ["O", "d’Ormesson", "Nguyễn", "José-María", "王", "عائشة", "Zoe\u0308", "J P"])
def test_every_real_name_is_accepted(text: str) -> None:
    assert names.written(f"  {text} ") == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["", " ", "-", "’", "\u202eeneD", "a\u200fb", "a\x00b", "a\nb", "\ud800", "\u2066x"])
def test_no_sign_hides_in_a_name(text: str) -> None:
    with pytest.raises(ValueError, match="bad_"):
        names.written(text)


@given(NAMES, NAMES)
def test_each_word_and_each_two_of_them_are_noted(first: str, last: str) -> None:
    rows = names.rows(first, last)
    found = names.indexed(first, last)
    assert len(rows) == len(set(rows))
    assert set(found) <= set(rows)
    for one in found:
        low, high = names.bounds(one)
        assert low <= one < high
        for other in found:
            assert one == other or names.pair(one, other) in rows


@given(NAMES, st.integers(1, 8))
def test_a_beginning_stands_for_the_words_that_begin_so(name: str, length: int) -> None:
    for word in names.words(name):
        typed = word[:length]
        low, high = names.bounds(typed)
        is_found = low <= word < high
        assert is_found == (len(typed) >= names.enough(typed) or typed == word)


def test_letters_of_neighbours_are_written_plainly() -> None:
    assert names.words("Łukasz Ørsted Œuvrard Weiß Đorđe") == ["lukasz", "orsted", "oeuvrard", "weiss", "dorde"]
