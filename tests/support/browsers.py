"""A browser without screen: keeps cookies, reads the form tokens of pages, submits forms."""

import re
from html import unescape
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient

from tests.support.clients import MEMBER, HouseUnderTest
from tierslieu.demo.people import PASSWORD

TARGET = re.compile(r'name="next" value="([^"]*)"')
TOKEN = re.compile(r'name="_csrf" value="([^"]+)"')


class Browser:
    """One browser. The client under it is shared, so its cookies are kept here and sent by hand."""

    def __init__(self, house: HouseUnderTest, **headers: str) -> None:
        self.house = house
        self._client: TestClient[Litestar] = house.client
        self.cookies: dict[str, str] = {}
        self.headers = headers

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Look at a page; redirects are shown, not followed."""
        return self._send("GET", path, headers)

    def submit(self, path: str, fields: dict[str, str], token: str | None = None, **headers: str) -> httpx.Response:
        """Send a form with the token of the last page seen, or with another one ("" for none)."""
        sent = dict(fields) if token == "" else {**fields, "_csrf": self.token if token is None else token}
        return self._send("POST", path, headers, data=sent)

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Any other request with the cookies of this browser."""
        return self._send(method, path, more.pop("headers", {}), **more)

    def sign_in(self, email: str = MEMBER, password: str = PASSWORD, **fields: str) -> httpx.Response:
        """With a password, through the pages, as a person does; staff give their second factor when asked for it."""
        self.get("/connexion/mot-de-passe")
        answer = self.submit("/connexion", {"email": email, "password": password, **fields})
        place = answer.headers.get("location", "")
        if not place.startswith("/connexion/second-facteur"):
            return answer
        asked = self.get(place)
        target = TARGET.search(asked.text)
        assert target is not None, asked.text
        code = self.house.code_of(email)
        return self.submit("/connexion/second-facteur", {"code": code, "next": unescape(target[1])})

    @property
    def session(self) -> str:
        """The secret of the session cookie, "" without."""
        return self.cookies.get("session", "")

    token = ""
    """The form token of the last page seen."""

    def _send(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
        if self.cookies:
            named["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._client.request(method, path, headers=named, follow_redirects=False, **more)
        self._keep(answer)
        return answer

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.split(";")[0].strip('"')
            if not value or "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        self._client.cookies.clear()
        found = TOKEN.search(answer.text) if "text/html" in answer.headers.get("content-type", "") else None
        if found:
            self.token = found[1]
