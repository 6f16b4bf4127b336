"""Repeating a reservation in a real browser, at both widths: the pages that need a series to be looked at."""

import re

import pytest
from playwright.sync_api import Browser

from tests.support.clients import RECEPTION
from tests.web.looking import WIDTHS, keep_nobody_out
from tests.web.signing import secret

HOURS = {320: ("10:00", "11:00"), 1280: ("14:00", "15:00")}


@pytest.mark.parametrize("width", WIDTHS)
def test_nobody_is_kept_out_of_a_series(browser: Browser, address: str, width: int) -> None:
    start, end = HOURS[width]
    context = browser.new_context(locale="fr-FR", viewport={"width": width, "height": 800}, reduced_motion="reduce")
    try:
        context.add_cookies([{"name": "session", "value": secret(address, RECEPTION), "url": address}])
        page = context.new_page()
        page.goto(f"{address}/series/nouvelle?resource=visio-1&date=2026-12-16&from={start}&to={end}&count=3")
        page.get_by_role("button", name="Voir les dates").click()
        assert page.get_by_role("checkbox").count() == 2
        keep_nobody_out(page)
        page.get_by_role("button", name="Réserver les dates choisies").click()
        assert "C’est noté" in page.inner_text("main")
        keep_nobody_out(page)
        page.get_by_role("link", name=re.compile("Modifier ou annuler.*23 décembre")).click()
        keep_nobody_out(page)
        page.get_by_label("Cette date et les suivantes").last.check()
        page.get_by_role("button", name="Annuler ces dates").click()
        assert "Les dates sont annulées" in page.inner_text("main")
        keep_nobody_out(page)
    finally:
        context.close()
