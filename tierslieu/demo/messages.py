"""Loading the demonstration's messages: what some people chose, a call to make and a slip to print."""

from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post_by_hand
from tierslieu.people.messages.choices import say
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import by_key

ACCEPT_SMS = ("u02", "u03", "u06", "u12")
TEXT = (
    "Bonjour {name},\n\nL’atelier photo du téléphone commence mardi à 14 h 30, dans la grande salle.\n"
    "Apportez votre téléphone et son chargeur.\n\nÀ bientôt,\nLe Nugue"
)


def load(tx: Tx) -> None:
    """Invented wishes and messages; nothing of it leaves by mail."""
    for key in ACCEPT_SMS:
        person = by_key(tx, key)
        if person is not None:
            say(tx, person.id, "sms", True, "paper")
    for key, channel in (("u01", "print"), ("u16", "call")):
        person = by_key(tx, key)
        if person is not None:
            notice = Notice("free_text", "Atelier de mardi", TEXT.format(name=person.first_name), "Atelier de mardi")
            post_by_hand(tx, person.id, notice, channel)
