"""The pages of the FabLab, for everyone, in a real browser at both widths."""

import pytest
from playwright.sync_api import Browser

from tests.support.clients import FAB_MANAGER, MEMBER
from tests.web.looking import look_as

PAGES: list[tuple[str, str]] = [
    (MEMBER, "/fablab"),
    (FAB_MANAGER, "/fablab"),
    (MEMBER, "/fablab/machines/p3d-1"),
    (MEMBER, "/fablab/machines/laser-1"),
    (MEMBER, "/tableau"),
    (FAB_MANAGER, "/fablab/machines/p3d-1/mesures"),
    (FAB_MANAGER, "/fablab/machines/laser-1/mesures?sur=semaine"),
    (FAB_MANAGER, "/fablab/machines/p3d-1/etalonnage"),
    (FAB_MANAGER, "/fablab/semaine"),
    (FAB_MANAGER, "/fablab/energie"),
    (MEMBER, "/fablab/deposer"),
    (FAB_MANAGER, "/fablab/file"),
    (FAB_MANAGER, "/fablab/regles?kind=printer_3d"),
    (MEMBER, "/m/p3d-1"),
    (FAB_MANAGER, "/m/p3d-1"),
    (FAB_MANAGER, "/m/p3d-1?fait=cleared&piece=J000001"),
    (MEMBER, "/fablab/machines/laser-1/session"),
    (FAB_MANAGER, "/fablab/machines/laser-1/session/pour?q=sofia"),
    (FAB_MANAGER, "/fablab/terminaux"),
    (FAB_MANAGER, "/fablab/terminaux/laser-1"),
    (FAB_MANAGER, "/fablab/terminaux/vinyl-1"),
    (FAB_MANAGER, "/fablab/reglages"),
    (FAB_MANAGER, "/fablab/reglages/nouvelle"),
    (FAB_MANAGER, "/fablab/reglages/p3d-1"),
    (FAB_MANAGER, "/fablab/reglages/p3d-1/liaison?adapter=prusalink&meter=tasmota"),
    (FAB_MANAGER, "/fablab/reglages/p3d-1/diagnostic"),
    (FAB_MANAGER, "/fablab/stock"),
    (FAB_MANAGER, "/fablab/stock/matieres/nouvelle"),
    (FAB_MANAGER, "/fablab/ventes"),
    (FAB_MANAGER, "/bobines/3"),
    (FAB_MANAGER, "/bobines/10"),
    (FAB_MANAGER, "/bobines/13/vendre"),
    (MEMBER, "/bobines/13/prendre?quantite=2500"),
    (MEMBER, "/fablab/mes-achats"),
    (FAB_MANAGER, "/fablab/entretien"),
    (FAB_MANAGER, "/fablab/machines/p3d-1/entretien"),
    (FAB_MANAGER, "/fablab/machines/p3d-3"),
    (MEMBER, "/fablab/machines/laser-1/signaler"),
    (MEMBER, "/fablab/mes-signalements"),
    (MEMBER, "/fablab/machines/brodeuse-1/fiche"),
    (FAB_MANAGER, "/fablab/machines/laser-1/fiche/modifier"),
]
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, email: str, path: str) -> None:
    look_as(browser, email, address, path)
