"""What staff are told of kiosks by letter: one was stopped, because two machines used its secret."""

from typing import Final

from tierslieu.access import queries
from tierslieu.basics.zone import Zone
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.events import SecretCopied
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.preferences.queries import words_for
from tierslieu.people.roles.queries import holders

TOLD: Final = ("administrator", "receptionist")
SUBJECT = _("Une borne a été arrêtée : {kiosk}")
TEXT = _(
    "Bonjour,\n\nLe secret de la borne « {kiosk} » a servi sur deux appareils. Elle est arrêtée : personne ne peut "
    "savoir lequel est le bon.\n\nVérifiez la borne, puis remettez-la en service avec un nouveau code. Les passages "
    "qu’elle garde partiront alors.\n\nTout est ici : {link}"
)


async def tell_copied(house: House, event: SecretCopied) -> None:
    """Tell who looks after kiosks. May run twice: each is told once."""
    link = f"{house.settings.public_url.rstrip('/')}/bornes"
    await house.db.write(_tell, event, house.zone, link)


def _tell(tx: Tx, event: SecretCopied, zone: Zone, link: str) -> None:
    kiosk = next((one for one in queries.kiosks(tx) if one.key == event.device), None)
    if kiosk is None:
        return
    for person_id in sorted({one.person_id for role in TOLD for one in holders(tx, role)}):
        words = words_for(tx, person_id, zone)
        facts = {"kiosk": kiosk.name, "link": link}
        notice = Notice("kiosk_copied", words.text(SUBJECT, **facts), words.text(TEXT, **facts))
        post(tx, person_id, notice.with_key(f"kiosk_copied:{event.device}:{event.at}:{person_id}"))
