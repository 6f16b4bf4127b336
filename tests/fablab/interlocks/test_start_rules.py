"""The conditions of a start, each alone and all together, and until when it may last."""

from hypothesis import given
from hypothesis import strategies as st

from tierslieu.basics.errors import Reason
from tierslieu.fablab.interlocks.rules import (
    PASSABLE,
    Policy,
    SessionNow,
    StartFacts,
    TerminalNow,
    end_of,
    is_news,
    lease_for,
    link_of,
    look_of,
    start_reasons,
)
from tierslieu.infra.statements import to_json

NOW = 1_795_000_000
MISSING = (Reason("qualification_missing"),)
MOMENTS = st.none() | st.integers(NOW - 7200, NOW + 20_000)
POLICIES = st.builds(
    Policy,
    lease_s=st.integers(60, 3600),
    longest_s=st.integers(300, 86_400),
    needs_reservation=st.booleans(),
    within_hours=st.booleans(),
    needs_referent=st.booleans(),
    persons=st.sampled_from((1, 2)),
)
FACTS = st.builds(
    StartFacts,
    now=st.just(NOW),
    key=st.just("laser-1"),
    machine=st.just("Laser"),
    link=st.sampled_from(("online", "offline", "never")),
    lock=st.sampled_from(("locked", "unlocked", "fault", "estop", "unknown")),
    is_blocked=st.booleans(),
    is_in_maintenance=st.booleans(),
    needs_check=st.booleans(),
    is_in_use=st.booleans(),
    needs_clearing=st.booleans(),
    alone=st.sampled_from(((), MISSING)),
    beside=st.sampled_from(((), MISSING)),
    companion=st.sampled_from((None, (), MISSING)),
    others=st.sampled_from(((), (Reason("sheet_not_accepted"),))),
    hours_end=MOMENTS,
    is_referent_here=st.booleans(),
    own_until=st.none() | st.integers(NOW + 1, NOW + 20_000),
    free_until=st.integers(NOW, NOW + 20_000),
)


@given(FACTS, POLICIES)
def test_a_start_without_reasons_meets_every_condition(facts: StartFacts, policy: Policy) -> None:
    codes = {reason.code for reason in start_reasons(facts, policy)}
    if codes:
        return
    assert facts.link == "online"
    assert facts.lock in ("locked", "unlocked")
    flags = (facts.is_blocked, facts.is_in_maintenance, facts.needs_check, facts.is_in_use, facts.needs_clearing)
    assert not any(flags)
    assert facts.others == ()
    assert facts.alone == () or (facts.beside == () and facts.companion == ())
    assert policy.persons == 1 or facts.companion == ()
    assert not policy.needs_reservation or facts.own_until is not None
    assert not policy.needs_referent or facts.is_referent_here
    assert facts.own_until is not None or facts.free_until > NOW
    until = end_of(facts, policy, 3600)
    assert NOW < until <= NOW + policy.longest_s
    assert until <= max(facts.free_until, facts.own_until or 0)
    assert not policy.within_hours or (facts.hours_end is not None and until <= facts.hours_end)
    assert 1 <= lease_for(policy, until, NOW) <= policy.lease_s


@given(FACTS, POLICIES)
def test_nobody_passes_over_a_fault_an_incident_or_other_peoples_time(facts: StartFacts, policy: Policy) -> None:
    codes = {reason.code for reason in start_reasons(facts, policy)}
    unpassable = codes - PASSABLE
    assert ("terminal_blocked" in unpassable) == facts.is_blocked
    assert ("terminal_in_use" in unpassable) == facts.is_in_use
    assert facts.link == "online" or "terminal_offline" in unpassable
    if facts.own_until is None and facts.free_until == NOW:
        assert "terminal_taken" in unpassable


def a_terminal(**more: object) -> TerminalNow:
    given_: dict[str, object] = {
        "id": 1,
        "machine_id": 2,
        "generation": 1,
        "seq": 5,
        "policy": to_json(Policy()),
        "policy_version": 1,
        "created_at": NOW,
        "revoked_at": 0,
        "boot_id": "boot-2",
        "former_boot_id": "boot-1",
        "state_seq": 7,
        "lock": "unlocked",
        "relay": 1,
        "sense": 1,
        "lease_id": "lease",
        "lease_left_s": 60,
        "waits_for_idle": 0,
        "activity": "idle",
        "door": "closed",
        "fault": None,
        "uptime_s": 9,
        "policy_shown": 1,
        "heard_at": NOW,
        "blocked_at": 0,
        "pending_person_id": None,
        "pending_at": 0,
        "device": "laser-1-box",
        "is_online": 1,
    }
    return TerminalNow(**{**given_, **more})  # type: ignore[arg-type]


@given(
    lock=st.sampled_from(("locked", "unlocked", "fault", "estop", "unknown")),
    relay=st.integers(0, 1),
    sense=st.none() | st.integers(0, 1),
    silence=st.integers(0, 200),
    is_online=st.integers(0, 1),
)
def test_open_is_shown_only_as_measured_and_heard(
    lock: str, relay: int, sense: int | None, silence: int, is_online: int
) -> None:
    one = a_terminal(lock=lock, relay=relay, sense=sense, is_online=is_online)
    session: SessionNow | None = None
    look, word = look_of(one, link_of(one, NOW + silence), session)
    if word in ("unlocked", "busy", "finishing"):
        assert (is_online, lock) == (1, "unlocked")
        assert silence <= 50
    if silence > 50 or not is_online:
        assert (look, word) == ("silent", "offline")
    if relay and sense is None and look == "running":
        raise AssertionError("not measured, and shown as open")


def test_order_is_seq_within_a_boot_and_former_boots_are_silent() -> None:
    one = a_terminal()
    assert is_news(one, "boot-2", 8)
    assert not is_news(one, "boot-2", 7)
    assert not is_news(one, "boot-1", 99)
    assert is_news(one, "boot-3", 0)
