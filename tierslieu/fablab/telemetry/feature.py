"""What telemetry/ tells the house."""

from devices.wire import EVERY_MEASURE
from tierslieu.fablab.events import Ended
from tierslieu.fablab.telemetry import home_assistant, intake, listening, machine_part, pages, reactions
from tierslieu.fablab.telemetry.actions import CALIBRATE, SEE, SET_PRICE
from tierslieu.infra.feature import Every, Feature, Inbox, Intake, MachinePart, Reaction
from tierslieu.people.roles.rules import ADMINISTRATOR, MACHINE_MENDERS

FEATURE = Feature(
    name="fablab.telemetry",
    controllers=(pages.MeasurePages, pages.UsePages),
    permissions={
        SEE: MACHINE_MENDERS,
        CALIBRATE: MACHINE_MENDERS,
        SET_PRICE: frozenset({"fab_manager", ADMINISTRATOR}),
    },
    inboxes=(Inbox(home_assistant.STATUS, listening.hear_birth),),
    companions=(listening.telling,),
    intakes=(Intake(EVERY_MEASURE, intake.take_in),),
    reactions=(Reaction(Ended, "plan_weighing", reactions.plan_weighing),),
    jobs={
        reactions.WEIGH: reactions.weigh,
        listening.TELL: listening.tell_home_assistant,
        "fablab.telemetry.fold": reactions.fold,
        "fablab.telemetry.tidy": reactions.tidy,
    },
    machine_parts=(MachinePart("telemetry", 60, "telemetry/_machine.html", machine_part.machine_part),),
    schedules=(Every(60, "fablab.telemetry.fold"), Every(3600, "fablab.telemetry.tidy")),
)
