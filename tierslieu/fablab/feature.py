"""What fablab/ tells the house."""

from devices.wire import EVERY_UP
from tierslieu.fablab import actions, api, inbox, pages, reactions, staff_pages
from tierslieu.fablab.actions import FETCH, QUEUE, RUN
from tierslieu.fablab.events import Dispatched, Ended, Steered
from tierslieu.infra.feature import Every, Feature, Inbox, Reaction
from tierslieu.people.roles.rules import EVERY_PERSON

STAFF_AT_MACHINES = frozenset({"fab_manager", "receptionist", "administrator", "digital_adviser"})

FEATURE = Feature(
    name="fablab",
    controllers=(api.FablabApi, api.FilesApi, pages.FablabPages, staff_pages.StaffPages, staff_pages.WallPages),
    permissions={
        QUEUE: EVERY_PERSON,
        RUN: STAFF_AT_MACHINES,
        FETCH: STAFF_AT_MACHINES | {"machine"},
    },
    reactions=(
        Reaction(Dispatched, "send_start", reactions.send_start),
        Reaction(Steered, "send_steer", reactions.send_steer),
        Reaction(Ended, "write_letter", reactions.write_letter),
    ),
    jobs={
        actions.AWAIT_ECHO: reactions.await_echo,
        "fablab.watch_links": reactions.watch_links,
        "fablab.tidy": reactions.tidy,
    },
    schedules=(Every(10, "fablab.watch_links"), Every(3600, "fablab.tidy")),
    inboxes=(Inbox(EVERY_UP, inbox.handle),),
)
