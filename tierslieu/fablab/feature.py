"""What fablab/ tells the house."""

from devices.wire import EVERY_UP
from tierslieu.fablab import (
    actions,
    api,
    inbox,
    pages,
    person_part,
    personal,
    places,
    public_board,
    reactions,
    staff_pages,
)
from tierslieu.fablab.actions import FETCH, MEND, QUEUE, REPORT, RUN, WATCH
from tierslieu.fablab.events import Dispatched, Ended, Steered
from tierslieu.fablab.queue import ending
from tierslieu.infra.feature import Every, Feature, Inbox, Reaction, Section
from tierslieu.people.rights.events import Erased
from tierslieu.people.roles.rules import AT_MACHINES, MACHINE_MENDERS, MACHINE_RUNNERS, USERS

FEATURE = Feature(
    name="fablab",
    controllers=(
        api.FablabApi,
        api.FilesApi,
        pages.FablabPages,
        staff_pages.StaffPages,
        staff_pages.WallPages,
        public_board.BoardPages,
    ),
    permissions={
        QUEUE: USERS,
        RUN: MACHINE_RUNNERS,
        WATCH: AT_MACHINES,
        MEND: MACHINE_MENDERS,
        REPORT: USERS | MACHINE_MENDERS,
        FETCH: AT_MACHINES | {"machine"},
    },
    reactions=(
        Reaction(Dispatched, "send_start", reactions.send_start),
        Reaction(Steered, "send_steer", reactions.send_steer, is_urgent=True),
        Reaction(Ended, "write_letter", ending.tell_maker),
        Reaction(Erased, "give_back", personal.give_back),
    ),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
    sections=(Section("fablab", 40, "fablab/_person.html", person_part.person_part, RUN),),
    jobs={
        actions.AWAIT_ECHO: reactions.await_echo,
        actions.AWAIT_END: reactions.await_end,
        "fablab.watch_links": reactions.watch_links,
        "fablab.tidy": reactions.tidy,
    },
    schedules=(Every(10, "fablab.watch_links"), Every(3600, "fablab.tidy")),
    places=(places.machine_places,),
    inboxes=(Inbox(EVERY_UP, inbox.handle),),
)
