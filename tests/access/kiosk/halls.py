"""A hall with places that are counted, for tests of kiosks."""

from devices.badges.decide import Rule
from tests.support.clients import HouseUnderTest
from tierslieu.access.zones import queries
from tierslieu.access.zones.actions import ZoneFacts, add_zone, change_zone
from tierslieu.infra.transaction import Tx


def zoned(house: HouseUnderTest, capacity: int) -> int:
    """A whole site with so many places, where everybody may come in; its id."""
    found: int = house.write(_zoned, capacity)
    return found


def _zoned(tx: Tx, capacity: int) -> int:
    facts = ZoneFacts("Le Nugue", is_site=1, capacity=capacity)
    rules = (Rule("anyone", when="always"),)
    site = queries.site(tx)
    return (change_zone(tx, site.id, facts, rules) if site else add_zone(tx, "nugue", facts, rules)).id
