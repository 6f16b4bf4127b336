"""What is told to staff of doors that need somebody: once a day for each door and kind of trouble."""

from tierslieu.access.doors import queries, wording
from tierslieu.access.doors.events import DoorTrouble
from tierslieu.basics.zone import Zone
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import holders
from tierslieu.people.roles.rules import ADMINISTRATOR

WATCHERS = ("receptionist", "facilitator", "digital_adviser")
SUBJECT = _("Porte à voir : {door}")
TEXT = _("Bonjour,\n\n{door} : {trouble}\n\nTout est ici : {link}")


async def tell(house: House, event: DoorTrouble) -> None:
    """Tell who receives people. May run twice: each is told once."""
    base = house.settings.public_url.rstrip("/")
    await house.db.write(_tell, event, house.zone, base)


def _tell(tx: Tx, event: DoorTrouble, zone: Zone, base: str) -> None:
    door = queries.door_by_id(tx, event.door_id)
    found = {one.person_id for role in WATCHERS for one in holders(tx, role)}
    day = zone.date(event.at).isoformat()
    for person_id in sorted(found or {one.person_id for one in holders(tx, ADMINISTRATOR)}):
        words = words_for(tx, person_id, zone)
        trouble = words.text(wording.TROUBLES[event.what])
        facts = {"door": door.name, "trouble": trouble, "link": f"{base}/acces/portes/{door.key}"}
        notice = Notice("door_trouble", words.text(SUBJECT, **facts), words.text(TEXT, **facts))
        post(tx, person_id, notice.with_key(f"door:{door.id}:{event.what}:{day}"))
