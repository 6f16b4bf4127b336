"""The lock under any sequence of orders, hands and time: what is closed was allowed, and ends."""

from hypothesis import given
from hypothesis import strategies as st

from devices.terminals.states import STALLED_AFTER_S, Inputs, Interlock
from devices.wire import AckResult
from devices.wire.interlocks import Activity, Door, LockOp, LockOrder, LockPolicy, LockWord, When, unsealed

POLICY = LockPolicy(version=1, idle_cap_s=60, confirm_every_s=0, mac=unsealed())
CAP = 60
ORDERS = st.builds(
    LockOrder,
    cmd_id=st.just("command-0001"),
    seq=st.just(1),
    op=st.sampled_from(LockOp),
    issued_at=st.just(1),
    ttl_s=st.just(10),
    boot_id=st.just("boot"),
    lease_id=st.sampled_from(("lease-0001", "lease-0002", None)),
    lease_s=st.integers(0, 120),
    when=st.sampled_from(When),
    mac=st.just(unsealed()),
)
SIGHTS = st.builds(
    Inputs,
    sense=st.none() | st.booleans(),
    is_estopped=st.booleans(),
    activity=st.sampled_from(Activity),
    door=st.sampled_from(Door),
)
STEPS = st.lists(st.tuples(st.floats(0.1, 4.0), st.none() | ORDERS, SIGHTS), max_size=60)


@given(STEPS)
def test_what_is_closed_was_allowed_and_ends(steps: list[tuple[float, LockOrder | None, Inputs]]) -> None:
    lock, now, latest = Interlock(POLICY, 0.0), 0.0, -1.0
    for seconds, order, sight in steps:
        now += seconds
        was = lock.relay
        lock.look(sight, now, is_linked=True)
        assert not (lock.relay and not was), "time alone never closes"
        if order is not None:
            before = lock.relay
            answer = lock.obey(order, now)
            if answer.result is AckResult.DONE and order.op in (LockOp.UNLOCK, LockOp.RENEW):
                latest = now + order.lease_s
            if lock.relay and not before:
                assert order.op is LockOp.UNLOCK
                assert answer.result is AckResult.DONE
        if lock.relay:
            assert lock.lease is not None
            assert not lock.inputs.is_estopped
            assert lock.fault is None
            assert now <= max(latest, lock.lease.over_since or 0) + CAP + 4.0
        else:
            assert lock.lease is None
        if lock.word is LockWord.UNLOCKED:
            assert lock.inputs.sense is True
        if lock.word is LockWord.LOCKED:
            assert not lock.inputs.sense


@given(st.floats(STALLED_AFTER_S + 0.01, 1e6))
def test_a_lock_that_stood_still_opens_whoever_wakes_it(still: float) -> None:
    lock = Interlock(POLICY, 0.0)
    order = LockOrder(
        cmd_id="command-0001",
        seq=1,
        op=LockOp.UNLOCK,
        issued_at=1,
        ttl_s=10,
        boot_id="boot",
        lease_id="lease-0001",
        lease_s=86_400,
        mac=unsealed(),
    )
    assert lock.obey(order, 0.0).result is AckResult.DONE
    assert lock.obey(order, still).reason == "fault"
    assert lock.is_stalled
    assert not lock.relay
