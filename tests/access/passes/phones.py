"""What tests of phone passes share: a phone that carries its badge, the code that a page shows."""

import re

import numpy as np
import zxingcpp

from tests.access.doors import fields
from tests.access.test_badge_qr import rasterise
from tests.support.clients import Caller, HouseUnderTest
from tierslieu.access.passes.wallet import Wallet, wallet

SVG = re.compile(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 49 49".*?</svg>', re.S)
COOKIE = re.compile(r"badge=([A-Za-z0-9_-]+);")


def code_of(page: str) -> str:
    """The text of the pass that a page shows."""
    found = SVG.search(page)
    assert found is not None, "no pass on the page"
    (code,) = zxingcpp.read_barcodes(np.ascontiguousarray(rasterise(found.group())))
    return str(code.text)


class Phone:
    """A browser of one person: their session, and the cookie of the badge it carries."""

    def __init__(self, house: HouseUnderTest, who: Caller) -> None:
        self.house, self.who = house, who
        self.secret = ""

    def get(self, path: str = "/mon-badge") -> str:
        """A page, as this phone."""
        answer = self.who.get(path, headers={"cookie": f"badge={self.secret}"})
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str = "/mon-badge", **typed: str) -> int:
        """Send a form, as this phone; what the answer says of the badge is kept."""
        token = fields(self.who.get("/mon-badge"))["_csrf"]
        headers = {**self.who.headers, "cookie": f"badge={self.secret}"}
        answer = self.who._client.post(path, data={"_csrf": token, **typed}, headers=headers, follow_redirects=False)
        found = COOKIE.search(answer.headers.get("set-cookie", ""))
        self.house.client.cookies.clear()
        if found:
            self.secret = found[1]
        return answer.status_code

    def fetch(self) -> tuple[int, dict[str, object]]:
        """Fetch passes for the hours to come."""
        answer = self.who.get("/api/v1/my/passes", headers={"cookie": f"badge={self.secret}"})
        return answer.status_code, answer.json()

    def passes(self, person_id: int) -> Wallet:
        """The same, without counting."""
        found: Wallet = self.house.read(wallet, person_id, self.secret)
        return found


def phone(house: HouseUnderTest, who: Caller) -> Phone:
    """A phone that carries the badge."""
    made = Phone(house, who)
    assert made.post() == 303
    return made
