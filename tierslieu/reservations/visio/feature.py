"""What reservations/visio tells the house."""

from tierslieu.http.words import Words, _
from tierslieu.infra.feature import Detail, Feature, Reaction
from tierslieu.infra.personal import UNLINK, Personal
from tierslieu.infra.transaction import Reader
from tierslieu.reservations.events import Answered, Cancelled, Ended, Moved, Reserved
from tierslieu.reservations.schemas import Stored
from tierslieu.reservations.visio import opening, pages, queries, staff_pages
from tierslieu.reservations.visio.tables import VisioRoom


def told(reader: Reader, one: Stored, words: Words, public_url: str) -> str:
    """What letters say of the meeting of a reservation; an address that is only ours needs the house's own."""
    found = queries.link_of(reader, one, public_url)
    return words.text(_("Réunion à distance : {link}"), link=found) if "://" in found else ""


FEATURE = Feature(
    name="reservations.visio",
    controllers=(pages.OwnMeetingPages, pages.MeetingPages, staff_pages.VisioPages),
    permissions={staff_pages.SET: staff_pages.SETTERS},
    reactions=(
        Reaction(Reserved, "plan_new", opening.plan, is_wanted=opening.is_opened_in_time),
        Reaction(Moved, "plan_moved", opening.plan),
        Reaction(Answered, "plan_granted", opening.plan),
        Reaction(Cancelled, "give_back", opening.give_back),
        Reaction(Ended, "give_back_ended", opening.give_back),
    ),
    jobs={opening.OPEN: opening.open_room},
    letter_lines=(told,),
    details=(Detail("visio", 20, "visio/_detail.html", pages.own_part),),
    personal=(Personal(VisioRoom, "changed_by", on_erase=UNLINK),),
)
