"""Sending what was posted."""

from typing import Any

import msgspec

from tierslieu.infra.house import House
from tierslieu.infra.mail import Attachment, Letter
from tierslieu.people.messages.actions import Posted
from tierslieu.people.persons.queries import known


async def send(house: House, payload: dict[str, Any]) -> None:
    """Send one notice by mail; a person without an address gets none."""
    posted = msgspec.convert(payload, Posted)
    person = await house.db.read(known, posted.person_id)
    if person is None or not person.email:
        return
    notice = posted.notice
    files = tuple(Attachment(one.name, one.kind, one.content) for one in notice.files)
    await house.mail.send(Letter(person.email, notice.subject, notice.text, files))
