"""A day at the Nugue, in a real browser, against the real service, its broker and its simulated machines.

A coworker reserves and cancels; a maker prints; staff watch the wall; the kiosk reads a badge that the product drew.
"""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.journeys.camera import film
from tests.support.clients import FAB_MANAGER, MEMBER, PARIS, RECEPTION, shown_code
from tests.support.service import Service, running
from tests.web.conftest import CHROMIUM, FLAGS
from tierslieu.demo.people import PASSWORD

SAMPLE = Path(__file__).parent.parent.parent / "tierslieu" / "demo" / "samples" / "cube-20mm.gcode"
CAMERA = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
SLOW = 30_000
expect.set_options(timeout=SLOW)


def tuesday_morning_offset() -> int:
    """Seconds from now to 9:50 on the next Tuesday, when everything is open."""
    now = datetime.now(UTC)
    day = now.astimezone(PARIS.info).date()
    day += timedelta(days=(1 - day.weekday()) % 7 or 7)
    return PARIS.instant(day, 9 * 60 + 50) - int(now.timestamp())


@pytest.fixture(scope="module")
def nugue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("nugue")
    with running(folder, ("demo", "--speed", "60"), TIERSLIEU_CLOCK_OFFSET=str(tuesday_morning_offset())) as service:
        yield service


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


def launch(playwright: Playwright, *more: str) -> Browser:
    return playwright.chromium.launch(
        executable_path=CHROMIUM, args=[*FLAGS, *more], env={**os.environ, "LANGUAGE": "fr"}
    )


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = launch(playwright)
    yield found
    found.close()


def sign_in(browser: Browser, nugue: Service, email: str) -> Page:
    """A page of somebody who signed in as people do."""
    page = context(browser, nugue).new_page()
    page.goto("/connexion/mot-de-passe")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(lambda url: "/mot-de-passe" not in url)
    if "/second-facteur" in page.url:
        page.get_by_label("Code").fill(shown_code(page.inner_text("main")))
        page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("button", name="Déconnexion")).to_be_visible()
    return page


def context(browser: Browser, nugue: Service) -> BrowserContext:
    return browser.new_context(base_url=nugue.url, locale="fr-FR", reduced_motion="reduce")


def reserve(page: Page, resource: str, start: str) -> None:
    """Two taps: a free run of the board, then confirm."""
    page.goto(f"/reserver?resource={resource}&from={start}")
    page.get_by_role("button", name="Confirmer la réservation").click()
    expect(page.get_by_role("region", name="Ce qui est réservé").get_by_text("Confirmée")).to_be_visible()


def test_a_coworker_reserves_a_desk_and_a_room_and_cancels_one(browser: Browser, nugue: Service) -> None:
    page = sign_in(browser, nugue, MEMBER)
    page.goto("/reserver")
    expect(page.get_by_role("link", name=re.compile("Coworking.*postes libres"))).to_be_visible()
    page.get_by_role("list", name="Salle de visio Marne").get_by_role("link").first.click()
    page.get_by_label("De", exact=True).select_option("14:00")
    page.get_by_label("À", exact=True).select_option("15:00")
    page.get_by_role("button", name="Changer").click()
    page.get_by_role("button", name="Confirmer la réservation").click()
    reserved = page.get_by_role("region", name="Ce qui est réservé")
    expect(reserved.get_by_text("Salle de visio Marne")).to_be_visible()
    with page.expect_download() as started:
        page.get_by_role("link", name="Ajouter à mon agenda").click()
    assert b"BEGIN:VEVENT" in started.value.path().read_bytes()
    reserve(page, "D01", "10:00")
    page.goto("/semaine")
    expect(page.get_by_role("table")).to_contain_text("Salle de visio Marne")
    page.goto("/mes-reservations")
    expect(page.locator("ul.mine > li")).to_have_count(2)
    room = page.locator("ul.mine > li").filter(has_text="Salle de visio Marne")
    room.get_by_role("button", name="Annuler").click()
    expect(page.locator("ul.mine > li").filter(has_text="Annulée")).to_have_count(1)


def test_a_refusal_says_every_reason_and_the_way_out(browser: Browser, nugue: Service) -> None:
    reserve(sign_in(browser, nugue, "thomas.girard@example.org"), "D03", "10:00")
    page = sign_in(browser, nugue, "aicha.diallo@example.org")
    page.goto("/reserver?space=coworking&resource=D03&from=10:15&to=10:40&people=3")
    told = page.get_by_role("alert")
    for part in ("déjà pris", "toutes les 30", "Maximum", "La durée la plus courte"):
        expect(told).to_contain_text(part)
    expect(told.get_by_role("link", name=re.compile("Libre à partir de"))).to_have_count(0)  # not for three
    page.goto("/reserver?space=coworking&resource=D03&from=10:15&to=10:40&people=1")
    told.get_by_role("link", name=re.compile("Libre à partir de")).click()
    expect(page.get_by_role("button", name="Confirmer la réservation")).to_be_visible()


def test_a_maker_prints_and_staff_clear_the_bed(browser: Browser, nugue: Service) -> None:
    maker, staff = sign_in(browser, nugue, MEMBER), sign_in(browser, nugue, FAB_MANAGER)
    for _ in range(2):
        maker.goto("/fablab/deposer")
        maker.get_by_label("Fichier", exact=True).set_input_files(SAMPLE)
        maker.get_by_role("button", name="Lire le fichier").click()
        told = maker.locator("main")
        expect(told).to_contain_text(re.compile(r"7\smin"))
        expect(told).to_contain_text("1,5")
        maker.get_by_role("button", name="Envoyer").click()
        expect(maker).to_have_url(re.compile("fait=queued"))
    staff.goto("/fablab/file")
    staff.get_by_role("button", name="Lancer sur Prusa MK4S").first.click()
    maker.goto("/fablab")
    expect(maker.locator("main")).to_contain_text("En marche")
    expect(maker.locator("main")).to_contain_text("À débarrasser", timeout=60_000)
    staff.goto("/fablab/machines/p3d-1")
    staff.get_by_role("button", name="Retirée, et bonne").click()
    expect(staff.get_by_role("heading", name="Travail suivant")).to_be_visible()


def test_the_kiosk_greets_a_badge_that_the_product_drew(
    playwright: Playwright, browser: Browser, nugue: Service, tmp_path: Path
) -> None:
    member, desk = sign_in(browser, nugue, MEMBER), sign_in(browser, nugue, RECEPTION)
    desk.goto("/accueil?q=moreau")
    desk.get_by_role("link", name=re.compile("Sofia Moreau")).first.click()
    desk.get_by_role("link", name="Badge", exact=True).click()
    desk.get_by_role("button", name="Faire une carte").click()
    clip = film(desk.locator(".badge-card svg").screenshot(), tmp_path / "camera.mjpeg")
    desk.goto("/bornes")
    name = desk.get_by_label("Nom de la borne")
    name.fill("Entrée")
    name.press("Enter")
    code = desk.locator(".one-time-code").inner_text()
    eye = launch(playwright, *CAMERA, f"--use-file-for-fake-video-capture={clip}")
    try:
        kiosk = context(eye, nugue).new_page()
        kiosk.goto("/kiosk/enrolment")
        kiosk.get_by_label("Code de la borne").fill(code)
        kiosk.get_by_role("button", name="Mettre en service").click()
        expect(kiosk.get_by_role("heading", name=re.compile("Sofia"))).to_be_visible(timeout=60_000)
        expect(kiosk.locator("main")).to_contain_text("Poste 1")
    finally:
        eye.close()
    member.goto("/mes-reservations")
    expect(member.locator("ul.mine")).to_contain_text("Présence notée")


def test_the_wall_shows_machines_live_and_never_ready_without_news(browser: Browser, nugue: Service) -> None:
    staff = sign_in(browser, nugue, FAB_MANAGER)
    staff.set_viewport_size({"width": 1600, "height": 900})
    staff.goto("/mur")
    expect(staff.get_by_role("heading", name="FabLab en direct")).to_be_visible()
    expect(staff.locator("main")).to_contain_text("Libre")
    kill_simulators(nugue)
    expect(staff.locator("main").get_by_text("Libre", exact=True)).to_have_count(0)
    expect(staff.locator("main")).to_contain_text("Injoignable")


def kill_simulators(nugue: Service) -> None:
    """The machines lose their power, all at once."""
    assert nugue.process is not None
    rows = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [row.split(None, 2) for row in rows if "devices.simulators" in row]
    (pid,) = [int(row[0]) for row in found if int(row[1]) == nugue.process.pid]
    os.kill(pid, signal.SIGKILL)
