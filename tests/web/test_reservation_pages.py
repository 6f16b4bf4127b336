"""The pages of reservations and of the venue, for everyone, in a real browser at both widths."""

import pytest
from playwright.sync_api import Browser

from tests.support.clients import ADMINISTRATOR, MEMBER, RECEPTION
from tests.web.looking import look_as

PAGES: list[tuple[str, str]] = [
    (MEMBER, "/reserver"),
    (ADMINISTRATOR, "/regles"),
    (ADMINISTRATOR, "/gestion"),
    (MEMBER, "/mes-reservations"),
    (MEMBER, "/aide"),
    (MEMBER, "/series"),
    (MEMBER, "/series/nouvelle?resource=visio-1&date=2026-11-26&from=10:00&to=12:00"),
    (RECEPTION, "/series/nouvelle?resource=visio-1&date=2026-11-26&from=10:00&to=12:00"),
    (RECEPTION, "/series/a-garder"),
    (ADMINISTRATOR, "/gestion/plans"),
    (MEMBER, "/plan?plan=desks&date=2026-11-26&from=09:00&to=12:00"),
    (MEMBER, "/plan"),
    (MEMBER, "/attente"),
    (MEMBER, "/attente/nouvelle?resource=visio-1&date=2026-11-26&from=10:00&to=12:00&people=2"),
    (RECEPTION, "/accueil/attente"),
    (RECEPTION, "/demandes"),
    (MEMBER, "/recherche?date=2026-11-26&from=14:00&to=16:00&people=6&kind=room&equipment=kitchenette"),
    (MEMBER, "/recherche?date=2026-11-26&from=14:00&to=16:00&people=4&equipment=screen&access=step_free"),
    (MEMBER, "/recherche"),
    (MEMBER, "/espaces"),
    (MEMBER, "/espaces/accueil"),
    (MEMBER, "/ressources/laser-accompagnee"),
    (ADMINISTRATOR, "/gestion/lieu"),
    (ADMINISTRATOR, "/gestion/lieu/sites/oasis"),
    (ADMINISTRATOR, "/gestion/lieu/espaces/visio-1"),
    (ADMINISTRATOR, "/gestion/lieu/espaces/visio-1/horaires"),
    (ADMINISTRATOR, "/gestion/lieu/espaces/visio-1/photos"),
    (ADMINISTRATOR, "/gestion/lieu/ressources/visio-1"),
    (ADMINISTRATOR, "/gestion/lieu/ressources/nouvelle?espace=fablab"),
    (ADMINISTRATOR, "/gestion/lieu/ressources/conseiller-numerique/horaires"),
    (MEMBER, "/fermetures"),
    (RECEPTION, "/fermetures/nouvelle"),
    (RECEPTION, "/planning"),
    (RECEPTION, "/planning/semaine?resource=visio-1"),
    (RECEPTION, "/planning/programme"),
    (RECEPTION, "/accueil/presences"),
    (RECEPTION, "/accueil/presences-regles"),
    (RECEPTION, "/accueil/codes"),
    (ADMINISTRATOR, "/gestion/webhooks"),
    (ADMINISTRATOR, "/gestion/webhooks/nouveau"),
    (RECEPTION, "/accueil/visio"),
    (RECEPTION, "/accueil/visio/visio-1"),
    (MEMBER, "/mes-agendas"),
    (RECEPTION, "/agendas-importes"),
]
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, email: str, path: str) -> None:
    look_as(browser, email, address, path)
