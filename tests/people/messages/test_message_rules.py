"""Rules of messages: the channel and the hour, over everything people may choose and every hour of the year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clients import PARIS, at
from tierslieu.infra.settings import MessageSettings
from tierslieu.people.messages import rules
from tierslieu.people.messages.rules import Ask, Choice, Contact, Leave, Manners, Quiet

CONTACTS = st.builds(
    Contact,
    st.booleans(),
    st.sampled_from(["none", "mobile", "fixed"]),
    st.dictionaries(st.sampled_from(rules.WISHES), st.booleans()),
    st.sampled_from(["", *rules.CHANNELS]),
)
ASKS = st.builds(
    Ask,
    st.sampled_from(rules.WEIGHTS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00")),
    st.sets(st.sampled_from(sorted(rules.BY_WIRE))).map(frozenset),
)
INSTANTS = st.integers(at("2026-01-01T00:00"), at("2027-12-31T00:00"))
QUIETS = st.builds(
    Quiet, st.integers(0, 1439), st.integers(0, 1439), st.sets(st.integers(0, 6), max_size=6).map(frozenset)
)
MANNERS = Manners(PARIS)


@given(CONTACTS, ASKS)
def test_no_channel_is_used_that_cannot_serve_or_is_not_wanted(contact: Contact, ask: Ask) -> None:
    channel, reason = rules.choose(contact, ask)
    if channel == "email":
        assert contact.has_email
    if channel == "sms":
        assert contact.phone == "mobile", "a landline never gets a short message"
    if channel == "call":
        assert contact.phone != "none"
    if channel in rules.BY_WIRE:
        assert channel in ask.ready
        assert reason == ""
    else:
        assert reason, "staff read why nothing was sent"
    if channel and not ask.is_asked:
        assert contact.wants(channel)
    if ask.is_secret or ask.weight == rules.OPTIONAL:
        assert channel in ("", *rules.BY_WIRE)
    if channel and not ask.is_asked and ask.weight != rules.NEEDED:
        assert contact.wants(ask.weight)


@given(CONTACTS, ASKS)
def test_what_was_asked_for_goes_by_mail_when_there_is_an_address(contact: Contact, ask: Ask) -> None:
    if ask.is_asked and contact.has_email and "email" in ask.ready:
        assert rules.choose(contact, ask) == Choice("email")


@given(CONTACTS)
def test_short_messages_and_news_wait_for_a_yes(contact: Contact) -> None:
    if contact.said.get("sms") is not True:
        assert rules.choose(contact, Ask("needed")).channel != "sms"
    if contact.said.get("optional") is not True:
        assert rules.choose(contact, Ask("optional")) == Choice("", "refused_by_person")


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        (Contact(True, "mobile", {}), Choice("email")),
        (Contact(True, "mobile", {"sms": True}, "sms"), Choice("sms")),
        (Contact(False, "mobile", {"sms": True}), Choice("sms")),
        (Contact(False, "mobile", {}), Choice("call", "sms_not_accepted")),
        (Contact(False, "mobile", {"sms": False}), Choice("call", "refused_by_person")),
        (Contact(False, "fixed", {"sms": True}), Choice("call", "not_a_mobile")),
        (Contact(False, "fixed", {"call": False}), Choice("print", "not_a_mobile")),
        (Contact(False, "none", {}), Choice("print", "no_channel")),
        (Contact(True, "fixed", {}, "call"), Choice("call", "prefers_it")),
        (Contact(True, "none", {"email": False}), Choice("print", "refused_by_person")),
        (Contact(False, "none", {"print": False}), Choice("", "no_channel")),
        (Contact(True, "mobile", dict.fromkeys(rules.CHANNELS, False)), Choice("", "refused_by_person")),
    ],
)
def test_choices(contact: Contact, expected: Choice) -> None:
    assert rules.choose(contact, Ask("needed")) == expected


def test_without_a_mail_server_people_are_called() -> None:
    ask = Ask("needed", ready=frozenset())
    assert rules.choose(Contact(True, "mobile", {"sms": True}), ask) == Choice("call", "mail_off")


@pytest.mark.parametrize(
    ("phone", "kind"),
    [
        *(
            ("+33612345678", "mobile"),
            ("+33712345678", "mobile"),
            ("+33639980214", "mobile"),
            ("+33164000000", "fixed"),
        ),
        *(
            ("+33970000000", "fixed"),
            ("+262692123456", "mobile"),
            ("+352621123456", "mobile"),
            ("+442079460000", "fixed"),
        ),
        *((None, "none"), ("", "none"), ("nonsense", "none"), ("0612345678", "none")),
    ],
)
def test_kinds_of_phones(phone: str | None, kind: str) -> None:
    assert rules.phone_kind(phone) == kind


@given(QUIETS, INSTANTS)
def test_quiet_time_ends_at_its_first_loud_minute(quiet: Quiet, now: int) -> None:
    found = quiet.over(PARIS, now)
    assert found >= now
    assert not quiet.holds(PARIS, found) or quiet.start == (quiet.end + 1440) % 1440
    if quiet.holds(PARIS, now):
        assert quiet.holds(PARIS, found - 60)
    else:
        assert found == now


@given(INSTANTS)
def test_reminders_come_before_the_quiet_and_never_after_their_time(now: int) -> None:
    quiet = MANNERS.quiet
    found = quiet.before(PARIS, now)
    assert found <= now
    assert not quiet.holds(PARIS, found)
    assert now - found <= 2 * rules.DAY


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-11-24T08:00", "2026-11-24T08:00"),
        ("2026-11-24T19:59", "2026-11-24T19:59"),
        ("2026-11-24T20:00", "2026-11-25T08:00"),
        ("2026-11-25T03:00", "2026-11-25T08:00"),
        ("2026-11-28T21:00", "2026-11-30T08:00"),
        ("2026-11-29T12:00", "2026-11-30T08:00"),
        ("2026-10-24T22:00", "2026-10-26T08:00"),
        ("2027-03-27T22:00", "2027-03-29T08:00"),
    ],
)
def test_nights_and_sundays_are_quiet_also_when_the_clocks_change(now: str, over: str) -> None:
    assert MANNERS.quiet.over(PARIS, at(now)) == at(over)


def test_without_quiet_hours_nothing_waits() -> None:
    assert Quiet(0, 0, frozenset()).over(PARIS, at("2026-11-24T03:00")) == at("2026-11-24T03:00")


@given(ASKS, INSTANTS, st.integers(0, 9))
def test_messages_leave_when_they_may(ask: Ask, now: int, sent: int) -> None:
    found = rules.leave(ask, MANNERS, now, now, sent)
    if found.at is None:
        assert found.reason in ("moment_passed", "waited_too_long")
        assert ask.until is not None
        return
    assert found.at >= now
    assert ask.until is None or found.at < ask.until
    if ask.is_asked:
        assert found == Leave(now)
    elif found.at == now and sent >= MANNERS.per_day:
        assert ask.weight == rules.NEEDED
        assert ask.until is not None
    elif found.at > now:
        assert not MANNERS.quiet.holds(PARIS, found.at)


def test_the_sixth_message_waits_for_the_next_morning() -> None:
    now = at("2026-11-24T10:00")
    assert rules.leave(Ask("needed"), MANNERS, now, now, 4) == Leave(now)
    assert rules.leave(Ask("needed"), MANNERS, now, now, 5) == Leave(at("2026-11-25T08:00"), "too_many_today")
    assert MANNERS.today(now) == at("2026-11-24T00:00")
    assert rules.leave(Ask("needed", until=at("2026-11-24T18:00")), MANNERS, now, now, 5) == Leave(now)
    assert rules.leave(Ask("useful", until=at("2026-11-24T18:00")), MANNERS, now, now, 5).reason == "moment_passed"


def test_an_answer_to_ones_own_act_leaves_at_night() -> None:
    now = at("2026-11-24T22:30")
    assert rules.leave(Ask("needed", is_reply=True), MANNERS, now, now, 0) == Leave(now)
    assert rules.leave(Ask("needed"), MANNERS, now, now, 0) == Leave(at("2026-11-25T08:00"), "quiet_hours")


def test_what_waited_a_week_says_nothing_new() -> None:
    now = at("2026-11-24T10:00")
    assert rules.leave(Ask("needed"), MANNERS, now, now - 8 * rules.DAY, 0) == Leave(None, "waited_too_long")


def test_new_tries_come_later_and_later_and_end() -> None:
    pauses = [rules.next_try(tries, 0) for tries in range(1, 7)]
    assert pauses == [60, 300, 1800, 7200, 21_600, None]


def test_settings_of_quiet_days() -> None:
    assert MessageSettings(quiet_days="67").quiet_days == "67"
    for wrong in ({"quiet_days": "1234567"}, {"quiet_from": "25:00"}, {"per_day": 0}):
        with pytest.raises(ValueError, match="1 validation error"):
            MessageSettings.model_validate(wrong)
    assert date(2026, 11, 29).weekday() == 6
