"""What staff are told of calls from kiosks: the desk at once, everybody when nobody answered. No person is named."""

from collections.abc import Collection
from typing import Any, Final

from tierslieu.access.kiosk import calls
from tierslieu.access.kiosk.calls import Call
from tierslieu.access.staff import DESK, Letter, holding, tell
from tierslieu.http.words import Words, _
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.messages.manners import ready_channels
from tierslieu.people.messages.queries import contact, receivers
from tierslieu.people.messages.rules import BY_WIRE, NEEDED, Ask, choose
from tierslieu.people.roles.rules import STAFF

SUBJECT = _("Quelqu’un appelle à la borne {kiosk}")
TEXT: Final = _(
    "Bonjour,\n\nÀ {hour}, quelqu’un a demandé de l’aide à la borne « {kiosk} » et attend à côté.\n\n"
    "Si vous y allez, répondez « J’arrive » : la borne l’affiche. C’est ici : {link}"
)
AGAIN: Final = _(
    "Bonjour,\n\nQuelqu’un attend depuis {hour} à la borne « {kiosk} » et n’a pas encore de réponse. Toute l’équipe "
    "reçoit ce message.\n\nSi vous y allez, répondez « J’arrive » : la borne l’affiche. C’est ici : {link}"
)


def tell_call(tx: Tx, payload: dict[str, Any], house: House) -> None:
    """Tell staff of a call that still waits: those at the desk, the second time everybody."""
    one, is_again = calls.find(tx, int(payload["id"])), bool(payload["is_again"])
    if one is None or one.state != "waiting":
        return
    ready = ready_channels(house)
    people = _reached(tx, STAFF, ready) if is_again else whom_to_call(tx, ready)
    # What would be read too late to help leaves at once, at any hour.
    key, until = calls.key_of(one.id, is_again=is_again), one.asked_at + calls.STAYS
    letter = Letter("kiosk_call", SUBJECT, AGAIN if is_again else TEXT, key, until)
    link = f"{house.settings.public_url}/appels"
    tell(tx, people, letter, lambda words: _facts(words, one, link))


def whom_to_call(reader: Reader, ready: Collection[str]) -> list[int]:
    """Those at the desk whom a message reaches now; when there are none, all staff whom one does."""
    return _reached(reader, (DESK,), ready) or _reached(reader, STAFF, ready)


def can_be_told(reader: Reader, ready: Collection[str]) -> bool:
    """True when a message about a call reaches somebody."""
    return bool(whom_to_call(reader, ready))


def _reached(reader: Reader, roles: Collection[str], ready: Collection[str]) -> list[int]:
    ask = Ask(NEEDED, ready=frozenset(ready))
    known = receivers(reader, holding(reader, roles))
    return [one.id for one in known.values() if one.is_active and choose(contact(reader, one), ask).channel in BY_WIRE]


def _facts(words: Words, one: Call, link: str) -> dict[str, str]:
    return {"kiosk": one.name or one.kiosk, "hour": words.hour(one.asked_at), "link": link}
