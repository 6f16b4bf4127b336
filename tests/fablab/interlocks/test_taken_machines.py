"""A machine that says nothing itself is known by its terminal: heard, taken while it has power, out of order."""

from tests.fablab.interlocks.terminal_beds import KEY, Bed, opened


def shown(bed: Bed) -> str:
    """How everybody sees the machine."""
    machines = bed.house.client.get("/api/v1/fablab/machines").json()
    return str(next(one["state"] for one in machines if one["key"] == KEY))


def after(bed: Bed, seconds: int) -> str:
    """How the machine is seen when that much time has passed and its terminal has spoken."""
    bed.house.clock.instant += seconds
    bed.look()
    bed.exchange()
    return shown(bed)


def test_it_is_heard_as_long_as_its_terminal_speaks_and_taken_while_unlocked(bed: Bed) -> None:
    bed.speak()
    assert after(bed, 50) == "free"
    assert after(bed, 50) == "free", "its terminal speaks"
    sofia = opened(bed)
    assert shown(bed) == "running"
    assert "Occupée" in bed.house.client.get("/tableau").text
    sofia.submit(f"/fablab/machines/{KEY}/session/couper", {})
    bed.exchange()
    assert after(bed, 5) == "free"
    bed.pins.is_estopped = True
    assert after(bed, 5) == "fault"
    bed.house.clock.instant += 120
    assert shown(bed) == "stale", "nothing is known of it any more"
