"""What was said and what was heard: answers that are lost or late, states that come too late, silence on both sides."""

import msgspec

from devices.terminals.states import Told
from devices.wire import Channel
from devices.wire.interlocks import LockEventType
from tests.fablab.interlocks.terminal_beds import PAGE, Bed, asked, opened


def test_a_terminal_that_does_not_answer_is_never_shown_open(bed: Bed) -> None:
    bed.is_deaf = True
    sofia = asked(bed)
    bed.house.clock.instant += 2
    bed.exchange()
    sent = [payload for topic, payload, _retain in bed.wire.sent if topic.endswith("down/lock")]
    assert len(sent) == 2
    assert sent[0] == sent[1], "the same order once more, with the same number"
    bed.house.clock.instant += 2
    bed.exchange()
    assert bed.session() is None
    shown = sofia.get(PAGE).text
    assert "Le boîtier n’a pas répondu" in shown
    assert "state-running" not in shown


def test_an_answer_that_was_lost_is_asked_for_again_and_not_done_twice(bed: Bed) -> None:
    bed.is_mute = True
    asked(bed)
    bed.is_mute = False
    bed.house.clock.instant += 2
    bed.exchange()
    one = bed.session()
    assert one is not None
    assert one.state == "leased"


def test_a_state_of_before_the_order_that_comes_after_its_answer_ends_nothing(both_beds: Bed) -> None:
    bed = both_beds
    overtaken, bed.is_terse = bed.state(), True
    asked(bed)
    bed.say(Channel.LOCK, overtaken)
    one = bed.session()
    assert one is not None
    assert one.state == "leased"
    assert bed.terminal().lock == "unlocked"
    bed.speak()
    bed.exchange()
    assert bed.pins.is_energised


def test_an_answer_that_comes_after_the_end_of_its_lease_opens_nothing(bed: Bed) -> None:
    bed.is_mute = True
    asked(bed)
    bed.pins.is_estopped = True
    bed.look()
    bed.is_mute = False
    bed.speak()
    bed.say(Channel.LOCK_ACK, bed.acks[-1])
    assert bed.terminal().lock == "estop"
    assert (bed.session(), bed.last().why) == (None, "at_terminal")


def test_a_machine_that_opens_after_all_is_locked_again(bed: Bed) -> None:
    bed.is_mute = True
    asked(bed)
    for _ in range(3):
        bed.house.clock.instant += 2
        bed.exchange()
    assert bed.session() is None
    assert bed.pins.is_energised
    bed.is_mute = False
    bed.speak()
    bed.exchange()
    assert not bed.pins.is_energised


def test_nothing_is_open_without_measure(bed: Bed) -> None:
    bed.pins.stuck = False
    sofia = asked(bed)
    one = bed.session()
    assert one is not None
    assert one.state == "requested"
    bed.house.clock.instant += 1
    bed.look()
    bed.house.clock.instant += 2
    bed.look()
    assert "Boîtier en défaut" in sofia.get(PAGE).text
    bed.pins.stuck = None


def test_a_silent_terminal_is_shown_as_unknown_with_the_end_of_its_lease(bed: Bed) -> None:
    sofia = opened(bed)
    bed.is_deaf = bed.is_mute = True
    bed.house.clock.instant += 60
    shown = sofia.get(PAGE).text
    assert "Boîtier injoignable" in shown
    assert "Dernier état connu" in shown
    assert "Le boîtier verrouille seul à" in shown


def test_without_the_service_the_lock_ends_alone_and_the_house_learns_it(bed: Bed) -> None:
    opened(bed)
    bed.is_deaf = bed.is_mute = True
    told: list[Told] = []
    for _ in range(100):
        bed.house.clock.instant += 4
        told += bed.lock.look(bed.pins.read(), bed._now(), is_linked=False)
        bed.pins.relay(bed.lock.relay)
    assert not bed.pins.is_energised
    bed.is_deaf = bed.is_mute = False
    assert [one.type for one in told] == [LockEventType.LEASE_EXPIRED]
    event_id = bed.tell(told[0])
    bed.tell(told[0], event_id)
    bed.exchange()
    assert (bed.last().state, bed.last().why) == ("closed", "lease_time")


def test_a_retained_state_is_no_sign_of_life(bed: Bed) -> None:
    heard = bed.terminal().heard_at
    bed.house.clock.instant += 60
    state = {"v": 1, "lock": "unlocked", "boot_id": "boot-001", "seq": 999, "uptime_s": 1, "relay": True, "sense": True}
    bed.say(Channel.LOCK, msgspec.json.encode(state), retain=True)
    assert bed.terminal().heard_at == heard
    assert "Boîtier injoignable" in bed.browser().get(PAGE).text
