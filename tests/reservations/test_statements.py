"""What a page costs does not depend on how many resources the venue has: statements are counted."""

import pytest

from tests.reservations.test_reserving_more import add
from tests.support.clients import ADMINISTRATOR, MEMBER, RECEPTION, HouseUnderTest
from tests.support.counting import counted
from tests.support.inside import write
from tierslieu.venue.actions import NewResource

MORE = 60
PAGES = (
    (MEMBER, "/"),
    (MEMBER, "/reserver"),
    (MEMBER, "/reserver?date=2026-11-26&resource=visio-1&from=14:00&to=16:00"),
    (MEMBER, "/semaine"),
    (MEMBER, "/recherche?date=2026-11-26&from=14:00&to=16:00"),
    (MEMBER, "/plan"),
    (MEMBER, "/espaces"),
    (MEMBER, "/ressources/visio-1"),
    (MEMBER, "/fermetures"),
    (MEMBER, "/mes-reservations"),
    (MEMBER, "/attente"),
    (MEMBER, "/series"),
    (MEMBER, "/api/v1/week"),
    (MEMBER, "/api/v1/resources"),
    (MEMBER, "/api/v1/spaces"),
    (RECEPTION, "/accueil"),
    (RECEPTION, "/accueil/presences"),
    (RECEPTION, "/accueil/attente"),
    (RECEPTION, "/planning"),
    (RECEPTION, "/planning/programme"),
    (RECEPTION, "/demandes"),
    (ADMINISTRATOR, "/gestion/lieu"),
)
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_more_resources_cost_no_more_statements(quick_nugue: HouseUnderTest, email: str, path: str) -> None:
    someone = quick_nugue.sign_in(email)
    before = cost(quick_nugue, someone, path)
    rooms = [NewResource(f"more-{number}", f"Salle {number}", "room", capacity=4) for number in range(MORE)]
    write(quick_nugue, add, "coworking", *rooms)
    assert cost(quick_nugue, someone, path) <= before


def cost(house: HouseUnderTest, someone: object, path: str) -> int:
    """The statements of the second look: the first one may read what the process then remembers."""
    assert someone.get(path).status_code == 200, path  # type: ignore[attr-defined]
    with counted(house) as engine:
        someone.get(path)  # type: ignore[attr-defined]
    return engine.statements
