"""What interlocks/ tells the house."""

from devices.wire import Channel, every
from tierslieu.fablab.events import ServiceChanged, SessionEnded
from tierslieu.fablab.interlocks import (
    actions,
    api,
    arrivals,
    cards,
    inbox,
    letters,
    pages,
    personal,
    screens,
    sending,
    storing,
    terminal_pages,
)
from tierslieu.fablab.interlocks.actions import UNLOCK
from tierslieu.fablab.interlocks.enrolment import MANAGE
from tierslieu.fablab.interlocks.storing import Ordered, PolicyChanged
from tierslieu.infra.feature import Every, Feature, Inbox, MachinePart, Reaction, Section
from tierslieu.people.roles.rules import AT_MACHINES, USERS
from tierslieu.reservations.events import CheckedIn

SPOKEN = (Channel.LOCK, Channel.EVENT, Channel.LOCK_ACK)

FEATURE = Feature(
    name="fablab.interlocks",
    controllers=(
        api.SessionApi,
        api.TerminalApi,
        pages.SessionPages,
        terminal_pages.TerminalPages,
        cards.CardPages,
    ),
    permissions={UNLOCK: USERS, MANAGE: AT_MACHINES},
    reactions=(
        Reaction(Ordered, "send", sending.send, is_urgent=True),
        Reaction(PolicyChanged, "send_policy", sending.send_policy),
        Reaction(ServiceChanged, "follow_service", actions.follow_service),
        Reaction(CheckedIn, "start_at_check_in", arrivals.start, arrivals.is_wanted),
        Reaction(SessionEnded, "tell_former", letters.tell_former, letters.was_taken_over),
    ),
    jobs={
        storing.AWAIT: sending.await_answer,
        "fablab.interlocks.sweep": sending.sweep,
        "fablab.interlocks.tidy": sending.tidy,
    },
    schedules=(Every(sending.EVERY, "fablab.interlocks.sweep"), Every(3600, "fablab.interlocks.tidy")),
    inboxes=(
        Inbox(every(Channel.AVAILABILITY), inbox.hear_presence),
        *(Inbox(every(channel), inbox.handle) for channel in SPOKEN),
    ),
    on_start=(sending.begin,),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
    sections=(Section("cards", 45, "fablab/_machine_cards.html", cards.person_part, MANAGE),),
    machine_parts=(MachinePart("session", 10, "fablab/_session_part.html", screens.session_part),),
)
