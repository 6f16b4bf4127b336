"""What no-shows lead to: after how many, until when."""

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.spans import DAY, HOUR
from tierslieu.reservations.standing import rules
from tierslieu.reservations.standing.rules import Policy

NINE = 1_795_507_200
INSTANTS = st.lists(st.integers(0, 120).map(lambda days: NINE - days * DAY), max_size=12)


@given(INSTANTS, st.integers(0, 5), st.integers(1, 60), st.integers(1, 60))
def test_consequences_come_after_so_many_no_shows_and_end(missed: list[int], count: int, days: int, lasts: int) -> None:
    policy = Policy(missed_count=count, missed_days=days, lasting_days=lasts)
    found = rules.standing(missed, policy, NINE)
    if count == 0 or len(missed) < count:
        assert found is None
    if found is not None:
        assert NINE < found.until <= NINE + lasts * DAY
        assert rules.standing(missed, policy, found.until) is None
        looked_at = [one for one in missed if one > NINE - rules.look_back(policy)]
        assert rules.standing(looked_at, policy, NINE) == found


def test_three_in_a_month() -> None:
    policy = Policy(missed_count=3, missed_days=30, lasting_days=10)
    missed = [NINE - 31 * DAY, NINE - 20 * DAY, NINE - DAY]
    assert rules.standing(missed, policy, NINE) is None
    found = rules.standing([*missed, NINE - HOUR], policy, NINE)
    assert found is not None
    assert (found.missed, found.until) == (3, NINE - HOUR + 10 * DAY)
