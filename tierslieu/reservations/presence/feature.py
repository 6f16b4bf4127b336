"""What reservations/presence tells the house."""

from typing import Final

from tierslieu.http.labels import FORMATS
from tierslieu.http.words import _
from tierslieu.infra.feature import Detail, Every, Feature, Printable, Reaction, Section
from tierslieu.infra.personal import UNLINK, Personal
from tierslieu.reservations import actions as core
from tierslieu.reservations.events import Answered, CheckedIn, Ended, Moved, Reserved
from tierslieu.reservations.presence import (
    actions,
    api,
    desk_pages,
    here_pages,
    own_pages,
    reactions,
    setup_pages,
    views,
)
from tierslieu.reservations.presence.tables import Attendance, DoorCode

TIDY_EVERY: Final = 60

FEATURE = Feature(
    name="reservations.presence",
    controllers=(
        api.PresenceApi,
        own_pages.OwnPresencePages,
        here_pages.HerePages,
        desk_pages.PresencePages,
        setup_pages.PolicyPages,
        setup_pages.CodePages,
    ),
    permissions={setup_pages.SET: setup_pages.SETTERS},
    reactions=(
        Reaction(Reserved, "watch_new", reactions.watch, is_wanted=reactions.may_be_released),
        Reaction(Moved, "watch_moved", reactions.watch),
        Reaction(Answered, "watch_granted", reactions.watch),
        Reaction(CheckedIn, "note_arrival", actions.note_arrival, is_wanted=actions.is_to_note),
        Reaction(Ended, "tell", reactions.tell),
    ),
    jobs={actions.RELEASE: reactions.release, reactions.TIDY: reactions.tidy},
    schedules=(Every(TIDY_EVERY, reactions.TIDY),),
    personal=(
        Personal(Attendance, "noted_by", on_erase=UNLINK),
        Personal(DoorCode, "created_by", on_erase=UNLINK),
    ),
    details=(Detail("presence", 10, "presence/_detail.html", views.own_part),),
    printables=(
        Printable(
            "doors",
            10,
            _("Portes, salles et postes"),
            "/accueil/codes/etiquettes.pdf",
            "espace",
            core.FOR_OTHERS,
            tuple(FORMATS),
            setup_pages.printable,
        ),
    ),
    sections=(Section("presence", 31, "presence/_person.html", views.person_part, core.FOR_OTHERS),),
)
