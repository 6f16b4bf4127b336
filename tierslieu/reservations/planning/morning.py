"""Each morning the programme of the day leaves by mail to the desk, so that it is on paper when the network is not."""

import asyncio
from datetime import date
from typing import Any

from tierslieu.http.assets import Assets, web_folder
from tierslieu.http.words import _, spoken
from tierslieu.infra.house import House
from tierslieu.infra.mail import Attachment, Letter
from tierslieu.infra.statements import upsert
from tierslieu.infra.tables import HouseValue
from tierslieu.infra.transaction import Tx
from tierslieu.reservations.pages import minutes_of
from tierslieu.reservations.planning.programme import DOOR, paper, programme
from tierslieu.venue.queries import VALUE

LOOK = "reservations.planning.morning"
SEND = "reservations.planning.send_programme"
MARK = "programme_sent"
"""Which day's programme left last."""
PUT = upsert(HouseValue, ("name",))
SUBJECT = _("Programme du {day}")
TEXT = _(
    "Bonjour,\n\nVoici le programme du {day} : un papier pour l’accueil, un autre sans noms pour les portes.\n\n{venue}"
)


async def look(house: House, _payload: object) -> None:
    """Send today's programme once its hour has come."""
    wanted = house.settings.programme
    now = house.clock.now()
    if wanted.mail_to and house.mail.is_ready and house.zone.minutes(now) >= minutes_of(wanted.mail_at):
        await house.db.write(mark, house.zone.date(now).isoformat())


def mark(tx: Tx, day: str) -> bool:
    """Queue the mail of a day, once. False when it left already."""
    last = tx.row(VALUE, name=MARK)
    if last is not None and last[0] >= day:
        return False
    tx.run(PUT, name=MARK, value=day)
    tx.later(SEND, {"day": day}, dedup=f"{SEND}:{day}")
    return True


async def send(house: House, payload: dict[str, Any]) -> None:
    """Hand the letter over. May run again: its id tells that it is the same letter."""
    day = date.fromisoformat(payload["day"])
    settings, words = house.settings, spoken(house.settings.locale, house.zone)
    assets = Assets(web_folder() / "dist")
    files = []
    for name, names in (("accueil", settings.programme.names), ("portes", DOOR)):
        view = await house.db.read(programme, day, names, words)
        content = await asyncio.to_thread(paper, view, assets, settings.venue_name, words)
        files.append(Attachment(f"programme-{day}-{name}.pdf", "application/pdf", content))
    told = {"day": words.day(day, "year"), "venue": settings.venue_name}
    subject, text = words.text(SUBJECT, **told), words.text(TEXT, **told)
    await house.mail.send(Letter(settings.programme.mail_to, subject, text, tuple(files), f"programme-{day}"))
