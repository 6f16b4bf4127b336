"""What is told to staff of doors that need somebody: once a day for each door and kind of trouble."""

from tierslieu.access import staff
from tierslieu.access.doors import queries, wording
from tierslieu.access.doors.events import DoorTrouble
from tierslieu.basics.zone import Zone
from tierslieu.http.words import Words, _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.roles.rules import ADMINISTRATOR

WATCHERS = ("receptionist", "facilitator", "digital_adviser")
SUBJECT = _("Porte à voir : {door}")
TEXT = _("Bonjour,\n\n{door} : {trouble}\n\nTout est ici : {link}")


async def tell(house: House, event: DoorTrouble) -> None:
    """Tell who receives people. May run twice: each is told once."""
    base = house.settings.public_url
    await house.db.write(_tell, event, house.zone, base)


def _tell(tx: Tx, event: DoorTrouble, zone: Zone, base: str) -> None:
    door = queries.door_by_id(tx, event.door_id)
    day = zone.date(event.at).isoformat()
    letter = staff.Letter("door_trouble", SUBJECT, TEXT, f"door:{door.id}:{event.what}:{day}")
    link = f"{base}/acces/portes/{door.key}"
    people = staff.holding(tx, WATCHERS) or staff.holding(tx, (ADMINISTRATOR,))

    def facts(words: Words) -> dict[str, str]:
        return {"door": door.name, "trouble": words.text(wording.TROUBLES[event.what]), "link": link}

    staff.tell(tx, people, letter, facts)
