"""What tests of federation share: a house with both providers, and a browser's journey to one and back."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.browsers import Browser
from tests.support.clients import HouseUnderTest, open_house
from tests.support.oidc_provider import OidcProvider, serving
from tierslieu.infra.oidc_settings import FranceConnectSettings, OidcSettings, ProConnectSettings

ADDRESS = "http://testserver.local"
HREF = re.compile(r'<a class="button[^"]*" href="(http[^"]+)"')
ANNE = {
    "id": "anne",
    "given_name": "Anne",
    "usual_name": "Lambert",
    "email": "anne.lambert@example.org",
    "siret": "11000001700018",
}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows redirects instead of following them."""

    def redirect_request(self, *_args: Any) -> None:
        """Follow nothing."""


OPENER = urllib.request.build_opener(NoRedirect)


@dataclass
class Federated:
    """A house and its two providers."""

    house: HouseUnderTest
    franceconnect: OidcProvider
    proconnect: OidcProvider

    def provider(self, key: str) -> OidcProvider:
        """One of them."""
        return self.franceconnect if key == "franceconnect" else self.proconnect


@contextmanager
def federated(url: str, folder: Path, **changes: dict[str, Any]) -> Iterator[Federated]:
    """A house with both providers in service; `changes` are settings by provider."""
    france = OidcProvider(person={**ANNE, "email_verified": True})
    pro = OidcProvider(
        client_id="the-town", algorithm="ES256", shortest=32, takes_pkce=False, person=dict(ANNE), token_claims={}
    )
    for key, one in (("franceconnect", france), ("proconnect", pro)):
        one.redirect_uris = frozenset({f"{ADDRESS}/connexion/{key}/retour"})
        one.back_uris = frozenset({f"{ADDRESS}/deconnexion/{key}/retour"})
        one.algorithm = changes.get(key, {}).get("algorithm", one.algorithm)
        one.rotate()
    with ExitStack() as stack:
        for one in (france, pro):
            stack.enter_context(serving(one))
        oidc = OidcSettings(
            franceconnect=FranceConnectSettings(**{**france.settings(), **changes.get("franceconnect", {})}),
            proconnect=ProConnectSettings(**{**pro.settings(), **changes.get("proconnect", {})}),
        )
        house = stack.enter_context(open_house(url, folder, public_url=ADDRESS, oidc=oidc))
        france.clock = pro.clock = house.clock.now
        yield Federated(house, france, pro)


def set_out(browser: Browser, key: str, target: str = "/mes-reservations") -> str:
    """Press the button; the address at the provider."""
    browser.get("/connexion")
    answer = browser.submit(f"/connexion/{key}", {"next": target})
    assert answer.status_code == 200, answer.text
    found = HREF.search(answer.text)
    assert found is not None, answer.text
    return unescape(found[1])


def at_provider(address: str) -> str:
    """What the provider does with the browser: the path and query of ours where it sends it back."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        OPENER.open(address, timeout=10)
    assert answer.value.code == 303, answer.value.read()
    place = str(answer.value.headers["location"])
    answer.value.close()
    return place.removeprefix(ADDRESS)


def journey(browser: Browser, key: str, target: str = "/mes-reservations") -> httpx.Response:
    """There and back; the answer of the house."""
    return browser.get(at_provider(set_out(browser, key, target)))


def join(browser: Browser, key: str = "franceconnect") -> httpx.Response:
    """A first journey, and the account made afterwards."""
    answer = journey(browser, key)
    assert answer.headers.get("location") == f"/connexion/{key}/suite", answer.text
    asked = browser.get(f"/connexion/{key}/suite")
    assert "Créer mon compte" in asked.text, asked.text
    return browser.submit(f"/connexion/{key}/compte", {"first_name": "Anne", "last_name": "Lambert"})
