"""The pages of access, for everyone, in a real browser at both widths."""

import pytest
from playwright.sync_api import Browser

from tests.support.clients import FAB_MANAGER, MEMBER, RECEPTION
from tests.web.looking import look_as

PAGES: list[tuple[str, str]] = [
    (RECEPTION, "/bornes"),
    (RECEPTION, "/cartes"),
    (RECEPTION, "/laissez-passer"),
    (RECEPTION, "/appels"),
    (RECEPTION, "/gestion/etat"),
    (MEMBER, "/kiosk/lecteur"),
    (MEMBER, "/kiosk/enrolment"),
    (MEMBER, "/affluence"),
    (RECEPTION, "/presence"),
    (RECEPTION, "/presence/comptage?zone=accueil"),
    (RECEPTION, "/presence/groupes"),
    (RECEPTION, "/presence/evacuation"),
    (RECEPTION, "/presence/chiffres?date=2026-11-18"),
    (MEMBER, "/mon-espace/evacuation"),
    (RECEPTION, "/acces/portes"),
    (RECEPTION, "/acces/portes/porte-fablab"),
    (RECEPTION, "/impression"),
    (FAB_MANAGER, "/acces/zones"),
    (FAB_MANAGER, "/acces/zones/fablab"),
    (RECEPTION, "/acces/essai"),
    (RECEPTION, "/acces/signalements"),
]
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, email: str, path: str) -> None:
    look_as(browser, email, address, path)
