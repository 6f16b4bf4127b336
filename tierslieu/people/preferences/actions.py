"""All changes to preferences."""

from tierslieu.http.showing import Showing
from tierslieu.infra.statements import upsert
from tierslieu.infra.transaction import Tx
from tierslieu.people.audit.actions import record_for
from tierslieu.people.preferences.tables import PersonPreference

PUT = upsert(PersonPreference, ("person_id",))


def choose(tx: Tx, person_id: int, wish: Showing) -> None:
    """Note how somebody wants to be spoken to; it counts from their next request and the next message on."""
    tx.run(
        PUT,
        person_id=person_id,
        locale=wish.language,
        text_size=wish.text_size,
        is_easy=int(wish.is_easy),
        changed_at=tx.now,
    )
    record_for(tx, "preferences.choose", person_id)
