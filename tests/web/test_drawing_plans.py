"""Drawing a plan in a real browser: by mouse, by arrow keys, corner by corner; the form alone is sent."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.clients import ADMINISTRATOR
from tests.web.signing import secret

CONTAINER = "Bureau-container"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The editor of the container's plan, which holds one place."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "session", "value": secret(address, ADMINISTRATOR), "url": address}])
    found = context.new_page()
    faults: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.goto(f"{address}/gestion/plans")
    found.locator("li", has_text=CONTAINER).get_by_role("link", name="Dessiner").click()
    yield found
    context.close()
    assert faults == []


def numbers(page: Page) -> list[int]:
    """The numbers of the form."""
    return [int(page.locator(f"[name={name}]").input_value()) for name in ("x", "y", "width", "height")]


def point(page: Page, x: int, y: int) -> tuple[float, float]:
    """Where a point of the plan is on the screen."""
    box = page.locator("svg[data-drawing]").bounding_box()
    assert box is not None
    return box["x"] + x * box["width"] / 800, box["y"] + y * box["height"] / 320


def drag(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move, let go."""
    page.mouse.move(*point(page, *start))
    page.mouse.down()
    page.mouse.move(*point(page, *end), steps=4)
    page.mouse.up()


def test_a_rectangle_is_pulled_moved_and_sent(page: Page) -> None:
    page.locator("svg[data-drawing]").scroll_into_view_if_needed()
    drag(page, (80, 60), (200, 160))
    assert numbers(page) == [80, 60, 120, 100]
    drag(page, (140, 100), (160, 130))
    assert numbers(page) == [100, 90, 120, 100]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert numbers(page) == [95, 90, 120, 105]
    drag(page, (150, 120), (2, 2))
    assert numbers(page)[:2] == [0, 0], "a place does not leave the plan"
    page.get_by_label("Ce qui est là").select_option("visio-1")
    page.get_by_role("button", name="Placer").click()
    assert page.get_by_role("link", name="Salle de visio Marne").count() >= 1
    page.get_by_role("link", name="Salle de visio Marne").last.click()
    assert numbers(page) == [0, 0, 120, 105]
    page.get_by_role("button", name="Retirer du plan").click()
    assert page.get_by_label("Ce qui est là").is_visible()


def test_corner_by_corner(page: Page) -> None:
    page.get_by_label("Forme").select_option("corners")
    page.locator("svg[data-drawing]").scroll_into_view_if_needed()
    for corner in ((80, 60), (200, 60), (200, 160)):
        page.mouse.click(*point(page, *corner))
    assert page.get_by_label("Coins").input_value() == "80,60 200,60 200,160"
    assert numbers(page) == [80, 60, 120, 100]
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Coins").input_value() == "85,60 205,60 205,160"
