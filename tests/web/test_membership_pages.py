"""The desk's pages about one person's plans, credits and category, in a real browser at both widths."""

import httpx
import pytest
from playwright.sync_api import Browser

from tests.support.clients import MEMBER, RECEPTION
from tests.web.looking import look_as
from tests.web.signing import secret

OF_PERSON = ("adhesions", "adhesions/nouvelle", "credits/ajouter", "credits/retirer", "categorie")
OF_MEMBERSHIP = ("renouveler", "suspendre", "arreter")


def addresses(address: str) -> list[str]:
    """The pages about the member of the demonstration, and about their membership."""
    me = httpx.get(f"{address}/api/v1/me", headers={"authorization": f"Bearer {secret(address, MEMBER)}"}).json()["id"]
    staff = {"authorization": f"Bearer {secret(address, RECEPTION)}"}
    found = httpx.get(f"{address}/api/v1/people/{me}/memberships", headers=staff).raise_for_status().json()
    one = found["memberships"][0]["id"]
    return [f"/personnes/{me}/{name}" for name in OF_PERSON] + [f"/adhesions/{one}/{name}" for name in OF_MEMBERSHIP]


@pytest.mark.parametrize("number", range(len(OF_PERSON) + len(OF_MEMBERSHIP)))
def test_nobody_is_kept_out_of_memberships(browser: Browser, address: str, number: int) -> None:
    look_as(browser, RECEPTION, address, addresses(address)[number])
