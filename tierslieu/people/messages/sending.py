"""Handing messages over, by mail or as short messages. The network is never inside a transaction."""

from typing import Any

from tierslieu.basics.ids import show
from tierslieu.http.words import _, spoken
from tierslieu.infra.house import House
from tierslieu.infra.logs import log
from tierslieu.infra.mail import Attachment, Letter, NotNow, Rejected
from tierslieu.infra.sms import ShortMessage
from tierslieu.people.messages import gsm, outbox
from tierslieu.people.messages.manners import manners_of, ready_channels, stop_token
from tierslieu.people.messages.outbox import Outgoing
from tierslieu.people.messages.rules import NEEDED, SMS
from tierslieu.people.messages.wording import SENSITIVE

LOG = log("messages")
INSTEAD = _("Un message vous attend. Appelez-nous.")
STOP = _("Vous recevez ce message parce que vous l’avez voulu ainsi. Pour choisir autrement : {link}")


async def send(house: House, payload: dict[str, Any]) -> None:
    """Send one message, or place it where it belongs. May run again at any moment: what was noted counts."""
    found = await house.db.write(outbox.prepare, int(payload["id"]), manners_of(house), ready_channels(house))
    if found is None:
        return
    try:
        provider_id = await _hand_over(house, found)
    except (NotNow, Rejected) as error:
        LOG.warning("message not taken", message=show(found.message.id), code=error.code)
        is_final = isinstance(error, Rejected)
        await house.db.write(outbox.note_failure, found.message, error.code, is_final=is_final)
    else:
        await house.db.write(outbox.note_sent, found.message.id, provider_id)


async def _hand_over(house: House, found: Outgoing) -> str | None:
    """Give it to the server of its channel. Returns the provider's id, None without."""
    one, reference = found.message, reference_of(found)
    if one.channel == SMS:
        return await house.sms.send(ShortMessage(found.receiver.phone or "", short_text(house, found), reference))
    files = tuple(Attachment(file.name, file.kind, file.content) for file in found.files)
    text = one.text + _ending(house, found)
    await house.mail.send(Letter(found.receiver.email or "", one.subject, text, files, reference))
    return None


def reference_of(found: Outgoing) -> str:
    """What makes it the same message to a server, however often it is handed over; another one when staff resend."""
    return f"{show(found.message.id)}-{found.message.round}"


def short_text(house: House, found: Outgoing) -> str:
    """The short message: what happened, who writes, and the phone of the office."""
    one = found.message
    words = spoken(found.receiver.locale, house.zone)
    ending = f"{gsm.title(house.settings.venue_name)} {house.settings.phone}"
    text = one.short or gsm.title(one.subject)
    return gsm.compose(text, ending, words.text(INSTEAD), SENSITIVE)


def _ending(house: House, found: Outgoing) -> str:
    """Under a letter that can be done without: how to have no more of them."""
    base = house.settings.public_url
    if found.message.weight == NEEDED or found.message.is_asked or not base:
        return ""
    words = spoken(found.receiver.locale, house.zone)
    link = f"{base}/messages/stop/{stop_token(house.secret, found.receiver.id)}"
    return "\n\n-- \n" + words.text(STOP, link=link)
