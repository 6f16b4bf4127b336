"""The daily look at how long things are kept: retention rules, then accounts that nobody uses."""

from functools import partial
from typing import Any

from tierslieu.http.words import Words, _, spoken
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages.actions import post
from tierslieu.people.messages.schemas import Notice
from tierslieu.people.persons.queries import known
from tierslieu.people.rights import actions

BATCH = 200
"""Things treated in one transaction: short enough never to hold up the others."""


async def keep_no_longer(house: House, _payload: dict[str, Any]) -> None:
    """Apply every rule until nothing is left. May run twice or be cut short: the next turn goes on."""
    for rule in house.retentions:
        began = house.clock.now()
        removed = await house.db.write(actions.apply, rule, BATCH)
        while removed >= BATCH:
            removed = await house.db.write(actions.apply, rule, BATCH, began)
    after = 0
    while after := await house.db.write(actions.look_at_unused, house.personal, after, BATCH, partial(_tell, house)):
        pass
    await house.db.write(actions.end_turn)


def _tell(house: House, tx: Tx, person_id: int, due_at: int) -> None:
    person = known(tx, person_id)
    if person is not None:
        post(tx, person_id, _warning(spoken(person.locale, house.zone), house, due_at))


def _warning(words: Words, house: House, due_at: int) -> Notice:
    facts = {
        "venue": house.settings.venue_name,
        "day": words.day(due_at, "year"),
        "phone": house.settings.phone,
    }
    return Notice(
        "account_unused",
        words.text(_("Votre compte n’a pas servi depuis longtemps")),
        words.text(
            _(
                "Bonjour,\n\nVotre compte à {venue} n’a pas servi depuis presque deux ans. Sans nouvelles de vous,"
                " il sera effacé le {day}.\n\nPour le garder, connectez-vous, passez nous voir ou appelez le {phone}."
                "\n\n{venue}"
            ),
            **facts,
        ),
        words.text(_("{venue} : votre compte sera effacé le {day}. Pour le garder, appelez le {phone}."), **facts),
    )
