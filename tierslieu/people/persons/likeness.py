"""Likeness of two files: could it be the same person written twice? Pure.

Compared are folded words, so that accents, case, hyphens and the order of names count for nothing. One wrong
letter, a missing one or two swapped ones in a word are forgiven; a compound name may be shortened. The same birth
year raises the likeness, another one lowers it.
"""

from collections.abc import Sequence
from itertools import permutations
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from tierslieu.people.persons import names

LIKELY: Final = 75
"""From here on staff are asked whether it is the same person."""
SAME, TYPO, SHORTENED = 95, 85, 80
SAME_YEAR, OTHER_YEAR, NEAR_YEAR = 5, -25, -12
SHORTEST_WITH_TYPO: Final = 4
"""In a shorter word another letter makes another name: Luc and Lucas, Ana and Eva."""
TWO_TYPOS_FROM: Final = 9
MOST_COMPARED: Final = 5


class Written(NamedTuple):
    """A person as somebody wrote them down."""

    first_name: str
    last_name: str
    birth_year: int | None = None


def likeness(one: Written, other: Written) -> int:
    """How likely it is that both are the same person: 0 (nothing in common) to 100."""
    mine, theirs = (names.words(f"{who.first_name} {who.last_name}") for who in (one, other))
    alike = max(_of_words(mine, theirs), _of_words(theirs, mine), _joined(mine, theirs))
    if not alike:
        return 0
    return min(max(alike + _of_years(one.birth_year, other.birth_year), 0), 100)


def _of_years(one: int | None, other: int | None) -> int:
    if one is None or other is None:
        return 0
    if one == other:
        return SAME_YEAR
    is_slip = sorted(str(one)) == sorted(str(other)) or abs(one - other) == 1
    return NEAR_YEAR if is_slip else OTHER_YEAR


def _of_words(few: Sequence[str], many: Sequence[str]) -> int:
    """Each word of the shorter name has its like in the longer one, and no word is used twice; 0 otherwise."""
    if not few or len(few) > len(many) or len(many) > MOST_COMPARED:
        return 0
    if len(few) == 1 and len(many) > 1:
        return 0
    return max(_of_pairs(list(zip(few, order, strict=True)), len(many)) for order in permutations(many, len(few)))


def _of_pairs(pairs: Sequence[tuple[str, str]], longest: int) -> int:
    if not all(_is_near(one, other) for one, other in pairs):
        return 0
    typos = sum(one != other for one, other in pairs)
    if typos > 1:
        return 0
    if len(pairs) < longest:
        return SHORTENED if not typos else 0
    return TYPO if typos else SAME


def _is_near(one: str, other: str) -> bool:
    if one == other:
        return True
    shortest = min(len(one), len(other))
    if shortest < SHORTEST_WITH_TYPO:
        return False
    return OSA.distance(one, other) <= (2 if shortest >= TWO_TYPOS_FROM else 1)


def _joined(one: Sequence[str], other: Sequence[str]) -> int:
    """The same letters with other spaces: « Jean Pierre » and « Jeanpierre »."""
    return SAME if one and sorted(one) != sorted(other) and _spaced(one) & _spaced(other) else 0


def _spaced(words: Sequence[str]) -> set[str]:
    """The words in every rotation, written together."""
    return {"".join([*words[at:], *words[:at]]) for at in range(len(words))}
