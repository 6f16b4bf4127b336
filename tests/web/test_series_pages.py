"""Repeating a reservation in a real browser, at both widths: the pages that need a series to be looked at."""

import re

from playwright.sync_api import Browser

from tests.support.clients import RECEPTION
from tests.web.looking import keep_nobody_out_at_any_width
from tests.web.signing import secret


def test_nobody_is_kept_out_of_a_series(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="fr-FR", reduced_motion="reduce")
    try:
        context.add_cookies([{"name": "session", "value": secret(address, RECEPTION), "url": address}])
        page = context.new_page()
        page.goto(f"{address}/series/nouvelle?resource=visio-1&date=2026-12-16&from=10:00&to=11:00&count=3")
        page.get_by_role("button", name="Voir les dates").click()
        assert page.get_by_role("checkbox").count() == 2
        keep_nobody_out_at_any_width(page)
        page.get_by_role("button", name="Réserver les dates choisies").click()
        assert "C’est noté" in page.inner_text("main")
        keep_nobody_out_at_any_width(page)
        page.get_by_role("link", name=re.compile("Modifier ou annuler.*23 décembre")).click()
        keep_nobody_out_at_any_width(page)
        page.get_by_label("Cette date et les suivantes").last.check()
        page.get_by_role("button", name="Annuler ces dates").click()
        assert "Les dates sont annulées" in page.inner_text("main")
        keep_nobody_out_at_any_width(page)
    finally:
        context.close()
