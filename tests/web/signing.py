"""Sessions for browsers in front of a running house whose time stands still."""

import httpx
from pyotp import TOTP

from tests.support.clients import TUESDAY_MORNING, at
from tierslieu.demo.people import PASSWORD
from tierslieu.demo.signin import TOTP_SECRET

OPENED: dict[tuple[str, str], str] = {}


def secret(address: str, email: str) -> str:
    """The secret of a session, staff with their second factor. One each: a code works once, and time stands still."""
    known = OPENED.get((address, email), "")
    if not known or not _is_open(address, known):
        OPENED[address, email] = known = _sign_in(address, email)
    return known


def _is_open(address: str, token: str) -> bool:
    return httpx.get(f"{address}/api/v1/me", headers={"authorization": f"Bearer {token}"}).status_code == 200


def _sign_in(address: str, email: str) -> str:
    wish = {"email": email, "password": PASSWORD}
    answer = httpx.post(f"{address}/api/v1/sessions", json=wish).raise_for_status().json()
    if answer["needs_second_factor"]:
        code = TOTP(TOTP_SECRET).at(at(TUESDAY_MORNING))
        answer = httpx.post(f"{address}/api/v1/sessions", json={**wish, "code": code}).raise_for_status().json()
    return str(answer["token"])
