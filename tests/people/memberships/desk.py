"""What tests of memberships share: finding plans and people, selling, counting past all of the product's code."""

from datetime import date

from tests.reservations.checks import ask
from tests.support.clients import PARIS, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.basics.ids import show
from tierslieu.infra.transaction import Tx
from tierslieu.people.memberships import actions
from tierslieu.people.memberships.plans.actions import NewTerms, create_plan
from tierslieu.people.memberships.plans.queries import plan_by_key
from tierslieu.people.memberships.queries import held
from tierslieu.people.memberships.quoting import Wish
from tierslieu.people.persons.actions import create_person
from tierslieu.people.persons.queries import by_key

YEAR, MONTH, BOOK, CARD = "adh-annuelle", "cow-mois", "cow-carnet", "carte-usager"
BALANCE = (
    "SELECT l.person_id, l.kind, sum(e.amount) FROM credit_lot l JOIN credit_entry e ON e.lot_id = l.id GROUP BY 1, 2"
)
LOT_BELOW = "SELECT count(*) FROM (SELECT lot_id FROM credit_entry GROUP BY lot_id HAVING sum(amount) < 0) x"


def plan(house: HouseUnderTest, key: str) -> int:
    """The id of a plan of the demonstration."""
    found = read(house, plan_by_key, key)
    assert found is not None, key
    return found


def person(house: HouseUnderTest, key: str) -> int:
    """The id of a person of the demonstration."""
    found = read(house, by_key, key)
    assert found is not None, key
    return found.id


def shown(house: HouseUnderTest, key: str) -> str:
    """The same as addresses have it."""
    return show(person(house, key))


def newcomer(house: HouseUnderTest, name: str = "Rose") -> int:
    """Somebody without memberships."""
    return write(house, create_person, name, "Petit")


def sell(house: HouseUnderTest, person_id: int, key: str, first: str, free: str = "") -> int:
    """A plan for somebody from a day on."""
    return write(house, actions.sell, PARIS, Wish(person_id, plan(house, key), date.fromisoformat(first), free))


def days_of(house: HouseUnderTest, membership_id: int) -> tuple[str, str]:
    """The first day of a membership and the day after its last."""
    one = read(house, held, membership_id)
    return PARIS.date(one.starts_at).isoformat(), PARIS.date(one.ends_at).isoformat()


def season_plan(tx: Tx) -> int:
    """A plan whose year begins on 1 September for everybody."""
    terms = NewTerms("Saison", "", "year", "essai", 0, {"exterieur": 3000}, anchor="09-01", is_prolonged=False)
    return create_plan(tx, "saison", terms)


def balances(url: str) -> dict[tuple[int, str], int]:
    """What is in everybody's lots."""
    return {(int(owner), str(kind)): int(total) for owner, kind, total in ask(url, BALANCE)}


def lots_below_zero(url: str) -> int:
    """What must always be 0."""
    return int(ask(url, LOT_BELOW)[0][0])
