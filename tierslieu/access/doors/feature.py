"""What access/doors tells the house."""

from devices.wire import Channel, every
from tierslieu.access.doors import (
    actions,
    enrolment,
    inbox,
    letters,
    pages,
    personal,
    pin_pads,
    screens,
    sending,
    storing,
)
from tierslieu.access.doors.events import DoorOrdered, DoorTrouble, PinTyped
from tierslieu.access.events import Passed
from tierslieu.infra.feature import Detail, Every, Feature, Inbox, Reaction
from tierslieu.people.roles.rules import AT_MACHINES, EVERY_PERSON, STAFF

SPOKEN = (Channel.DOOR, Channel.DOOR_EVENT, Channel.DOOR_ACK)

FEATURE = Feature(
    name="access.doors",
    controllers=(pages.DoorPages, pages.OwnDoorPages),
    permissions={actions.OPEN: STAFF, actions.OPEN_OWN: EVERY_PERSON, enrolment.MANAGE: AT_MACHINES},
    reactions=(
        Reaction(DoorOrdered, "send_to_door", sending.send, is_urgent=True),
        Reaction(PinTyped, "judge_pin", pin_pads.judge, is_urgent=True),
        Reaction(DoorTrouble, "tell_of_door", letters.tell),
        Reaction(Passed, "open_beside", actions.follow_passage, is_wanted=actions.is_beside_a_door, is_urgent=True),
    ),
    jobs={
        storing.AWAIT: sending.await_answer,
        sending.NOT_OPENED: sending.look_whether_opened,
        "access.doors.watch_links": sending.watch_links,
    },
    schedules=(Every(sending.EVERY, "access.doors.watch_links"),),
    inboxes=tuple(Inbox(every(channel), inbox.handle) for channel in SPOKEN),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
    details=(Detail("door", 5, "access/_own_door.html", screens.own_doors),),
)
