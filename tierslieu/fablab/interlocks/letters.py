"""What people are told about their time at a machine. What is wrong with it is told by upkeep/."""

from tierslieu.basics.zone import Zone
from tierslieu.fablab import queries as machines
from tierslieu.fablab.events import SessionEnded
from tierslieu.fablab.interlocks import queries
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for

TAKEN_SUBJECT = _("{machine} : une autre personne a pris la suite")
TAKEN_TEXT = _(
    "Bonjour,\n\nUne autre personne a pris la suite sur {machine}. Votre temps s’arrête là.\n"
    "Si ce n’est pas ce que vous aviez convenu, parlez-en à l’équipe."
)


def was_taken_over(reader: Reader, event: SessionEnded) -> bool:
    """True when the session ended because somebody else went on."""
    return queries.session(reader, event.session_id).why == "taken_over"


async def tell_former(house: House, event: SessionEnded) -> None:
    """Tell who had the machine that somebody else took over."""
    await house.db.write(_tell_former, event, house.zone)


def _tell_former(tx: Tx, event: SessionEnded, zone: Zone) -> None:
    words = words_for(tx, event.person_id, zone)
    facts = {"machine": machines.machine_by_id(tx, event.machine_id).name}
    notice = Notice("machine_taken_over", words.text(TAKEN_SUBJECT, **facts), words.text(TAKEN_TEXT, **facts))
    post(tx, event.person_id, notice.with_key(f"taken:{event.session_id}"))
