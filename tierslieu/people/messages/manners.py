"""How this house sends: its manners and its channels by wire, from the settings; and the link that stops letters."""

import hashlib
import hmac
from functools import lru_cache

from tierslieu.basics.errors import NotFound
from tierslieu.basics.ids import read, show
from tierslieu.basics.zone import Zone
from tierslieu.infra.house import House
from tierslieu.infra.settings import MessageSettings
from tierslieu.people.messages.rules import EMAIL, SMS, Manners, Quiet

SIGNED = 32


def manners_of(house: House) -> Manners:
    """Quiet hours and the most messages a day."""
    return _manners(house.settings.messages, house.zone)


@lru_cache(maxsize=8)
def _manners(settings: MessageSettings, zone: Zone) -> Manners:
    days = frozenset(int(day) - 1 for day in settings.quiet_days)
    return Manners(zone, Quiet(_minutes(settings.quiet_from), _minutes(settings.quiet_until), days), settings.per_day)


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def ready_channels(house: House) -> frozenset[str]:
    """The channels by wire that this installation has."""
    found = {EMAIL: house.mail.is_ready, SMS: house.sms.is_ready}
    return frozenset(channel for channel, is_ready in found.items() if is_ready)


def stop_token(secret: bytes, person_id: int) -> str:
    """What a letter's link carries: whose letters are to stop, signed. It opens nothing else."""
    return f"{show(person_id)}{_signature(secret, person_id)}"


def read_stop_token(secret: bytes, token: str) -> int:
    """The person of a token. Raises NotFound for one we did not make."""
    try:
        person_id = read(token[:13])
    except Exception:
        raise NotFound("bad_stop_link") from None
    if not hmac.compare_digest(_signature(secret, person_id).encode(), token[13:].encode("utf-8", "surrogatepass")):
        raise NotFound("bad_stop_link")
    return person_id


def _signature(secret: bytes, person_id: int) -> str:
    return hmac.new(secret, f"stop:{person_id}".encode(), hashlib.sha256).hexdigest()[:SIGNED]
