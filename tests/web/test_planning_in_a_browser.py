"""Moving on the planning, in a real browser: by keys, by mouse; and looking at the pages of closures and planning."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.clients import MEMBER, RECEPTION, iso
from tests.web.signing import secret

DAY = "2026-11-27"


@pytest.fixture
def desk(browser: Browser, address: str) -> Page:
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": secret(address, RECEPTION), "url": address}])
    return context.new_page()


def reserved(address: str, start: str, end: str) -> str:
    """A room of Sofia on the day of the test."""
    body = {"resources": ["visio-1"], "starts_at": iso(f"{DAY}T{start}"), "ends_at": iso(f"{DAY}T{end}")}
    token = {"authorization": f"Bearer {secret(address, MEMBER)}"}
    answer = httpx.post(f"{address}/api/v1/reservations", json=body, headers=token).raise_for_status()
    return str(answer.json()["reservations"][0]["id"])


def where(address: str, start: str) -> list[str]:
    """Which of Sofia's reservations begin then."""
    token = {"authorization": f"Bearer {secret(address, MEMBER)}"}
    found = httpx.get(f"{address}/api/v1/reservations", headers=token).raise_for_status().json()["items"]
    return [one["resource"] for one in found if one["starts_at"] == start and one["state"] == "confirmed"]


def test_a_reservation_is_moved_by_keys_and_put_back_by_escape(desk: Page, address: str) -> None:
    made = reserved(address, "09:00", "10:00")
    desk.goto(f"{address}/planning?date={DAY}")
    block = desk.locator(f'[data-id="{made}"]')
    block.focus()
    desk.keyboard.press("ArrowRight")
    says = desk.locator("[data-says]")
    expect(says).to_contain_text("Salle de visio")
    desk.keyboard.press("Escape")
    expect(says).to_have_text("Rien n’est changé.")
    expect(block).to_be_focused()
    assert where(address, "2026-11-27T08:00:00Z") == ["visio-1"]

    for _step in range(8):
        desk.keyboard.press("ArrowRight")
    assert "Entrée" in says.inner_text()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**fait=moved**")
    expect(desk.get_by_role("status").first).to_contain_text("C’est déplacé")
    assert where(address, "2026-11-27T08:00:00Z") == []


def test_a_reservation_is_pulled_to_another_row_by_mouse(desk: Page, address: str) -> None:
    made = reserved(address, "16:00", "17:00")
    desk.goto(f"{address}/planning?date={DAY}")
    block = desk.locator(f'[data-id="{made}"]')
    target = desk.locator('[data-row="bureau-1"] .blocks')
    box, to = block.bounding_box(), target.bounding_box()
    assert box is not None
    assert to is not None
    desk.mouse.move(box["x"] + 5, box["y"] + 10)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 20, box["y"] + 12, steps=3)
    desk.mouse.move(box["x"] + 5, to["y"] + 10, steps=5)
    desk.mouse.up()
    desk.wait_for_url("**fait=moved**")
    assert where(address, "2026-11-27T15:00:00Z") == ["bureau-1"]


def test_a_closure_is_seen_before_it_is_made(desk: Page, address: str) -> None:
    reserved(address, "18:00", "19:00")
    desk.goto(f"{address}/fermetures/nouvelle?place=resource:visio-1&first={DAY}&from=18:00&to=19:00&reason=Essai")
    desk.get_by_role("button", name="Voir ce que cela change").click()
    expect(desk.get_by_role("heading", name="Ce que cela change")).to_be_visible()
    expect(desk.get_by_role("table")).to_contain_text("Sofia Moreau")
    desk.get_by_role("button", name="Confirmer la fermeture").click()
    desk.wait_for_url("**fait=closed**")
    expect(desk.get_by_role("table")).to_contain_text("Proposé, pas encore de réponse")
