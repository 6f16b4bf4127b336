"""What staff are told of kiosks by letter: one was stopped, because two machines used its secret."""

from tierslieu.access import queries
from tierslieu.access.staff import KEEPERS, Letter, holding, tell
from tierslieu.http.words import _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.devices.events import SecretCopied

SUBJECT = _("Une borne a été arrêtée : {kiosk}")
TEXT = _(
    "Bonjour,\n\nLe secret de la borne « {kiosk} » a servi sur deux appareils. Elle est arrêtée : personne ne peut "
    "savoir lequel est le bon.\n\nVérifiez la borne, puis remettez-la en service avec un nouveau code. Les passages "
    "qu’elle garde partiront alors.\n\nTout est ici : {link}"
)


async def tell_copied(house: House, event: SecretCopied) -> None:
    """Tell who looks after kiosks. May run twice: each is told once."""
    link = f"{house.settings.public_url}/bornes"
    await house.db.write(_tell, event, link)


def _tell(tx: Tx, event: SecretCopied, link: str) -> None:
    kiosk = next((one for one in queries.kiosks(tx) if one.key == event.device), None)
    if kiosk is None:
        return
    letter = Letter("kiosk_copied", SUBJECT, TEXT, f"kiosk_copied:{event.device}:{event.at}")
    tell(tx, holding(tx, KEEPERS), letter, lambda _words: {"kiosk": kiosk.name, "link": link})
