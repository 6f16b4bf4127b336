"""Acting for somebody else: at the desk for anyone, for a child or a relative by who answers for them."""

import msgspec

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import Forbidden, NotFound
from tierslieu.basics.ids import read, show
from tierslieu.http.guards import SignInFirst
from tierslieu.infra.transaction import Reader
from tierslieu.people.persons.correcting import SEE
from tierslieu.people.persons.queries import known
from tierslieu.people.relations.queries import may_act_for


class Acting(msgspec.Struct, frozen=True):
    """For whom one acts now; `end_href` is where one stops."""

    person_id: int
    id: str
    name: str
    first_name: str
    end_href: str


def acted_for(reader: Reader, who: Actor, text: str, permission: str) -> Acting | None:
    """The person that an address names under « pour », None for oneself.

    `permission` lets staff act for anyone. Raises SignInFirst, Forbidden for who may not, NotFound, Invalid.
    """
    if not text:
        return None
    person_id = read(text)
    if person_id == who.person_id:
        return None
    if not who.is_known:
        raise SignInFirst
    if not who.may_everywhere(permission) and not may_act_for(reader, who.person_id, person_id, reader.now):
        raise Forbidden("not_allowed")
    person = known(reader, person_id)
    if person is None:
        raise NotFound("no_such_person")
    end = f"/personnes/{show(person_id)}" if who.may(SEE) else "/mon-espace"
    return Acting(person_id, show(person_id), f"{person.first_name} {person.last_name}", person.first_name, end)
