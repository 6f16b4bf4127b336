"""What access/presence tells the house."""

from tierslieu.access.presence import (
    correction_pages,
    counting_pages,
    crowd,
    evacuation_pages,
    figure_pages,
    help_part,
    letters,
    pages,
    personal,
    running,
)
from tierslieu.access.presence.folding import drift
from tierslieu.access.presence.set_back import move_back
from tierslieu.http.words import _
from tierslieu.infra.beating import ClockSetBack
from tierslieu.infra.feature import Check, Every, Feature, Reaction, Section
from tierslieu.people.roles.rules import ADMINISTRATOR, EVERY_PERSON, STAFF

LEADS = frozenset({ADMINISTRATOR, "fab_manager", "receptionist"})
"""Who answers for more people than places, and for the end of an alarm."""

FEATURE = Feature(
    name="access.presence",
    controllers=(
        pages.PresencePages,
        correction_pages.PersonPresencePages,
        correction_pages.GuestPresencePages,
        counting_pages.CountingPages,
        counting_pages.GroupPages,
        counting_pages.CountsApi,
        evacuation_pages.EvacuationPages,
        evacuation_pages.OwnHelpPages,
        evacuation_pages.PersonHelpPages,
        figure_pages.FigurePages,
        crowd.CrowdPages,
    ),
    checks=(
        Check(
            _("La présence est bien ce que disent les passages."),
            _("Présence qui ne suit pas les passages : {count}. Le prochain passage ou la fermeture la corrige."),
            drift,
        ),
    ),
    permissions={
        pages.SEE: STAFF,
        pages.CORRECT: STAFF,
        pages.OVERRIDE_CAPACITY: LEADS,
        pages.END_ALARM: LEADS,
        counting_pages.COUNT: STAFF,
        evacuation_pages.OWN: EVERY_PERSON,
        evacuation_pages.NOTE: STAFF,
        figure_pages.SEE_FIGURES: STAFF | {"accountant", "elected_referent"},
    },
    reactions=(*personal.REACTIONS, Reaction(ClockSetBack, "move_back", move_back)),
    jobs={running.CLOSE: running.close, running.WRITE: running.write_list, letters.NEAR: letters.tell_near},
    schedules=(Every(running.MINUTE, running.CLOSE), Every(running.MINUTE, running.WRITE)),
    personal=personal.PERSONAL,
    retentions=personal.RETENTIONS,
    sections=(Section("here", 36, "access/_presence.html", help_part.presence_part, pages.SEE),),
)
