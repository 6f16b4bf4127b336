"""Who is a minor, whom a link lets act and receive, and the links that may not be made."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierslieu.people.relations import rules
from tierslieu.people.relations.rules import Candidate, Link, Standing

YEARS = st.integers(1900, 2100)
NOTES = st.sampled_from(["", "adult", "minor"])
STANDINGS = st.builds(Standing, st.none() | YEARS, NOTES)


def link(kind: str, standing: Standing, guardian_id: int = 9, **flags: int) -> Link:
    return Link(
        1, 2, guardian_id, kind, flags.get("act", 1), flags.get("receive", 1), standing.birth_year, standing.note
    )


@given(YEARS, NOTES, YEARS)
def test_majority_comes_once_and_never_before_18(birth_year: int, note: str, year: int) -> None:
    minor = rules.is_minor(Standing(birth_year, note), year)
    if year - birth_year < 18:
        assert minor
    if year - birth_year > 18:
        assert not minor
    if not minor:
        assert not rules.is_minor(Standing(birth_year, note), year + 1)


@given(st.dates(date(2008, 1, 1), date(2008, 12, 31)))
def test_somebody_born_in_2008_is_a_minor_until_31_december_2026(born: date) -> None:
    one = Standing(born.year)
    assert rules.is_minor(one, 2026)
    assert not rules.is_minor(one, 2027)
    assert not rules.is_minor(Standing(2008, "adult"), 2026)
    assert rules.is_minor(Standing(2008, "adult"), 2025)


def test_an_unknown_birth_year_is_an_adult_unless_noted() -> None:
    assert not rules.is_minor(Standing(), 2026)
    assert rules.is_minor(Standing(None, "minor"), 2026)
    assert not rules.is_minor(Standing(1950, "minor"), 2026)


@given(STANDINGS, st.sampled_from(["adult", "minor"]), YEARS)
def test_a_note_that_is_taken_says_what_is_decided(one: Standing, note: str, year: int) -> None:
    if rules.may_note(one, note, year):
        assert rules.is_minor(Standing(one.birth_year, note), year) == (note == "minor")
    else:
        assert rules.is_minor(Standing(one.birth_year, note), year) != (note == "minor")


@given(STANDINGS, YEARS, st.sampled_from([*rules.GUARDIAN_KINDS, *rules.RELATIVE_KINDS]))
def test_guarding_ends_when_childhood_does_and_helping_is_for_adults(one: Standing, year: int, kind: str) -> None:
    assert rules.may_act(link(kind, one), year) == (rules.is_minor(one, year) == (kind in rules.GUARDIAN_KINDS))
    assert not rules.may_act(link(kind, one, act=0), year)


@given(STANDINGS, YEARS, st.lists(st.tuples(st.sampled_from([*rules.GUARDIAN_KINDS, "relative"]), st.integers(0, 1))))
def test_somebody_always_gets_the_message(one: Standing, year: int, kinds: list[tuple[str, int]]) -> None:
    links = [link(kind, one, 10 + number, receive=receives) for number, (kind, receives) in enumerate(kinds)]
    found = rules.receivers(2, one, links, year)
    assert found
    assert len(set(found)) == len(found)
    assert set(found) <= {2, *(each.guardian_id for each in links if each.receives_messages)}


def test_below_16_the_guardians_get_the_message_then_the_young_person_too() -> None:
    for birth_year, expected in ((2012, (9,)), (2010, (2, 9)), (2007, (2,))):
        one = Standing(birth_year)
        assert rules.receivers(2, one, [link("parent", one)], 2026) == expected
    monique = Standing(1948)
    assert rules.receivers(2, monique, [link("relative", monique)], 2026) == (9,)


CHILD, ADULT = Standing(2012), Standing(1983)


def codes(wish: Candidate, guardians: set[int] | None = None, graph: dict[int, list[int]] | None = None) -> list[str]:
    return [one.code for one in rules.reasons_against(wish, guardians or set(), graph or {}, 2026)]


def test_links_that_may_not_be_made() -> None:
    assert codes(Candidate(1, 2, "parent", CHILD, ADULT)) == []
    assert codes(Candidate(1, 1, "parent", CHILD, CHILD)) == ["link_to_oneself"]
    assert codes(Candidate(1, 2, "parent", CHILD, ADULT), {2}) == ["link_in_force"]
    assert codes(Candidate(1, 2, "parent", CHILD, ADULT), {3, 4, 5, 6}) == ["too_many_guardians"]
    assert codes(Candidate(1, 2, "parent", CHILD, CHILD)) == ["guardian_is_minor"]
    assert codes(Candidate(1, 2, "relative", CHILD, ADULT)) == ["person_is_minor"]
    assert codes(Candidate(1, 2, "parent", ADULT, ADULT)) == ["person_is_adult"]
    assert codes(Candidate(1, 2, "relative", ADULT, ADULT), graph={2: [3], 3: [1]}) == ["guardian_ring"]


def test_all_reasons_are_said_at_once() -> None:
    assert codes(Candidate(1, 2, "relative", CHILD, CHILD), {2}, {2: [1]}) == [
        "link_in_force",
        "guardian_is_minor",
        "person_is_minor",
        "guardian_ring",
    ]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_links_that_are_accepted_never_close_a_ring(pairs: list[tuple[int, int]]) -> None:
    graph: dict[int, list[int]] = {}
    for person, guardian in pairs:
        if person != guardian and not rules.reaches(graph, guardian, person):
            graph.setdefault(person, []).append(guardian)
    for start in graph:
        assert not rules.reaches(graph, start, start)


@pytest.mark.parametrize("year", [2024, 2026, 2100])
def test_the_age_of_15_counts_from_the_year_after(year: int) -> None:
    assert not rules.decides_alone_online(Standing(year - 15), year)
    assert rules.decides_alone_online(Standing(year - 16), year)
    assert not rules.decides_alone_online(Standing(None, "minor"), year)
