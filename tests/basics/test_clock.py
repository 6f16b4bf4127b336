"""The clock of the service, while the computer's own is moved: it goes forward, and tells of a great leap back."""

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.clock import SystemClock


class Computer:
    """A computer whose clock somebody sets; its steady one counts on."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_795_503_600.0, 50.0
        self.clock = SystemClock(wall=lambda: self.wall, steady=lambda: self.steady)

    def pass_time(self, seconds: float) -> int:
        self.wall += seconds
        self.steady += seconds
        return self.clock.now()

    def set(self, by: float) -> None:
        self.wall += by


def test_a_little_back_is_absorbed_at_half_pace() -> None:
    computer = Computer()
    begun = computer.clock.now()
    computer.set(-40)
    assert [computer.pass_time(seconds) - begun for seconds in (0, 20, 20, 40, 20)] == [0, 10, 20, 40, 60]
    assert computer.clock.set_back() == 0


def test_a_great_leap_is_followed_at_once_and_told_once() -> None:
    computer = Computer()
    begun = computer.clock.now()
    computer.set(7200)
    assert computer.pass_time(10) == begun + 7210
    computer.set(-7200)
    assert computer.pass_time(10) == begun + 20
    assert (computer.clock.set_back(), computer.clock.set_back()) == (7200, 0)


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(-299, 100_000)), max_size=20))
def test_it_never_goes_back_by_a_little(moves: list[tuple[float, float]]) -> None:
    computer = Computer()
    last = computer.clock.now()
    for passed, moved in moves:
        computer.set(moved)
        now = computer.pass_time(passed)
        assert now >= last
        last = now
