"""What reservations/ tells the house."""

from tierslieu.http.words import _
from tierslieu.infra.feature import Check, Every, Feature, InHouse, Reaction, Section
from tierslieu.people.rights.events import Erased
from tierslieu.people.roles.rules import APPROVERS, STAFF, USERS, WORKERS
from tierslieu.reservations import (
    actions,
    api,
    claims,
    desk,
    desk_acts,
    home,
    management,
    minors,
    moving,
    pages,
    person_part,
    personal,
    places,
    reactions,
    reminders,
)
from tierslieu.reservations.events import Answered, Cancelled, CheckedIn, Moved, Reserved

REMIND = "reservations.remind"

FEATURE = Feature(
    name="reservations",
    controllers=(
        api.VenueApi,
        api.ReservationsApi,
        pages.ReservationPages,
        pages.MyReservationPages,
        home.HousePages,
        management.ManagementPages,
        desk.DeskPages,
        desk_acts.DeskActs,
        moving.MyMovePages,
        moving.DeskMovePages,
        minors.MinorRulesPages,
    ),
    permissions={
        "reservations.make": USERS,
        actions.FOR_OTHERS: STAFF,
        actions.ANSWER: APPROVERS,
        management.SEE_MANAGEMENT: WORKERS,
        actions.CLOSE: STAFF | {"site_administrator"},
    },
    places=(places.venue_places,),
    reactions=(
        Reaction(Reserved, "confirm_by_letter", InHouse(reactions.tell)),
        Reaction(Moved, "move_by_letter", InHouse(reactions.tell)),
        Reaction(Answered, "answer_by_letter", InHouse(reactions.tell)),
        Reaction(Cancelled, "cancel_by_letter", InHouse(reactions.tell)),
        Reaction(CheckedIn, "note_machine_use", reactions.note_machine_use, is_wanted=reactions.is_machine),
        Reaction(Erased, "give_back", personal.give_back),
    ),
    checks=(
        Check(
            _("Rien n’est réservé deux fois."),
            _("Temps réservés deux fois : {count}. Regardez le planning, et appelez qui a installé le service."),
            claims.overlapping,
        ),
    ),
    jobs={REMIND: reminders.remind},
    schedules=(Every(600, REMIND),),
    personal=personal.PERSONAL,
    sections=(Section("reservations", 30, "reservations/_person.html", person_part.person_part, actions.FOR_OTHERS),),
    retentions=personal.RETENTIONS,
)
