"""Counting visitors in a real browser: a tap counts at once, without network too, and none counts twice."""

import re

from playwright.sync_api import Browser, expect

from tests.support.clients import RECEPTION
from tests.web.signing import secret


def test_taps_without_network_are_sent_later_once(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="fr-FR")
    context.add_cookies([{"name": "session", "value": secret(address, RECEPTION), "url": address}])
    page = context.new_page()
    page.goto(f"{address}/presence/comptage?zone=accueil")
    inside, waiting = page.locator("[data-inside]"), page.locator("[data-waiting]")
    came = page.get_by_role("form", name="Adulte").locator("[data-came]")
    before, came_before = int(inside.inner_text().split()[0]), int(came.inner_text())
    one_adult = page.get_by_role("button", name="Une entrée : Adulte")
    one_adult.click()
    expect(inside).to_have_text(re.compile(f"^{before + 1} "))
    expect(waiting).to_be_hidden()
    context.set_offline(True)
    for _tap in range(3):
        one_adult.click()
    page.get_by_role("button", name="Une sortie : Adulte").click()
    expect(waiting).to_contain_text("4 à envoyer")
    expect(came).to_have_text(str(came_before + 4))
    expect(inside).to_have_text(re.compile(f"^{before + 3} "))
    context.set_offline(False)
    expect(waiting).to_be_hidden(timeout=15_000)
    page.reload()
    expect(inside).to_have_text(re.compile(f"^{before + 3} "))
    expect(came).to_have_text(str(came_before + 4))
    expect(page.locator("[data-came]").first).to_have_text(str(before + 4))
    context.close()
