"""What upkeep tells the house."""

from tierslieu.fablab.actions import RUN
from tierslieu.fablab.events import Cleared, OopsReported, SessionEnded
from tierslieu.fablab.upkeep import api, counting, incident_pages, incidents, letters, looking, pages, sheet_pages
from tierslieu.fablab.upkeep.machine_part import machine_part
from tierslieu.fablab.upkeep.person_part import person_part
from tierslieu.fablab.upkeep.personal import PERSONAL, RETENTIONS
from tierslieu.fablab.upkeep.sheets import ACCEPT
from tierslieu.infra.feature import Every, Feature, MachinePart, Reaction, Section
from tierslieu.people.roles.rules import MACHINE_MENDERS, USERS

TIDY = "fablab.upkeep.tidy"
FEATURE = Feature(
    name="fablab.upkeep",
    controllers=(
        api.UpkeepApi,
        api.IncidentsApi,
        pages.UpkeepPages,
        incident_pages.IncidentPages,
        sheet_pages.SheetPages,
    ),
    permissions={ACCEPT: USERS | MACHINE_MENDERS},
    reactions=(
        Reaction(Cleared, "count_job", counting.count_job, is_wanted=counting.is_ours),
        Reaction(SessionEnded, "count_session", counting.count_session),
        Reaction(OopsReported, "note_oops", incidents.note_oops),
    ),
    jobs={
        counting.LOOK: looking.look,
        TIDY: looking.tidy,
        looking.KEEP_CLOSED: looking.keep_closed,
        letters.TELL_DUE: letters.tell_due,
        letters.TELL_INCIDENT: letters.tell_incident,
        letters.TELL_REPORTER: letters.tell_reporter,
    },
    schedules=(Every(3600, counting.LOOK), Every(86_400, TIDY)),
    personal=PERSONAL,
    retentions=RETENTIONS,
    sections=(Section("sheets", 42, "upkeep/_person.html", person_part, RUN),),
    machine_parts=(MachinePart("upkeep", 20, "upkeep/_machine.html", machine_part),),
)
