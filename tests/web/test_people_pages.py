"""The pages of people, for members and staff, in a real browser at both widths."""

import pytest
from playwright.sync_api import Browser

from tests.support.clients import ADMINISTRATOR, FAB_MANAGER, MEMBER, RECEPTION
from tests.web.looking import look_as

PAGES: list[tuple[str, str]] = [
    (MEMBER, "/mes-reservations"),
    (MEMBER, "/preferences"),
    (RECEPTION, "/roles"),
    (RECEPTION, "/roles?role=machine_superuser"),
    (RECEPTION, "/demandes"),
    (ADMINISTRATOR, "/roles/personnes"),
    (MEMBER, "/mon-espace/connexion"),
    (MEMBER, "/connexion/confirmer"),
    (MEMBER, "/connexion"),
    (MEMBER, "/connexion/mot-de-passe"),
    (MEMBER, "/connexion/lien/forged"),
    (RECEPTION, "/mon-espace/connexion"),
    (MEMBER, "/habilitations/seances"),
    (MEMBER, "/fablab/machines/laser-1"),
    (FAB_MANAGER, "/habilitations"),
    (FAB_MANAGER, "/habilitations/catalogue"),
    (FAB_MANAGER, "/habilitations/catalogue/nouvelle"),
    (MEMBER, "/formules"),
    (RECEPTION, "/adhesions"),
    (ADMINISTRATOR, "/formules"),
    (ADMINISTRATOR, "/formules/nouvelle"),
    (ADMINISTRATOR, "/formules/categories"),
    (ADMINISTRATOR, "/formules/categories/nouvelle"),
    (MEMBER, "/mon-espace/contact"),
    (RECEPTION, "/messages"),
    (RECEPTION, "/messages?etat=tous"),
    (RECEPTION, "/messages/a-faire"),
    (RECEPTION, "/messages/a-imprimer"),
    (MEMBER, "/mon-espace"),
    (MEMBER, "/mon-espace/mes-informations"),
    (RECEPTION, "/personnes"),
    (RECEPTION, "/personnes?q=martin"),
    (RECEPTION, "/personnes/nouvelle"),
    (RECEPTION, "/accueil?q=martin"),
]
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, email: str, path: str) -> None:
    look_as(browser, email, address, path)
