"""The pages of what people ask the FabLab to make, with something on each, in a real browser at both widths."""

from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser

from tests.fablab.benches import CUBE
from tests.support.clients import FAB_MANAGER, MEMBER
from tests.web.looking import look_as
from tests.web.signing import secret

STEP = "/api/v1/fablab"


class Made(NamedTuple):
    """A file with its choices, a request with a question, and a piece on the shelf."""

    file: str
    asked: str
    kept: str


class Caller:
    """One person's calls."""

    def __init__(self, address: str, email: str) -> None:
        self._address = address
        self._headers = {"authorization": f"Bearer {secret(address, email)}"}

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        answer = httpx.post(f"{self._address}{STEP}{path}", json=body, headers=self._headers, **more)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="module")
def made(address: str, browser: Browser) -> Made:
    """What the pages speak of. The browser comes first: its thread takes no other loop after it."""
    del browser
    sofia, lucie = Caller(address, MEMBER), Caller(address, FAB_MANAGER)
    files = {"file": ("cube.gcode", CUBE.read_bytes(), "application/octet-stream")}
    file = sofia.post("/files", files=files)["id"]
    wish = {"file": file, "material": "PLA", "service": "staff", "quantity": 2, "note": "Pour la médiathèque"}
    asked = sofia.post("/jobs", wish)
    lucie.post(f"/requests/{asked['id']}/question", {"text": "Quelle face doit être lisse ?"})
    piece = sofia.post("/jobs", {**wish, "quantity": 1})
    lucie.post(f"/requests/{piece['id']}/acceptance", {})
    lucie.post(f"/jobs/{piece['id']}/started", {"machine": "p3d-1", "exception": "other"})
    lucie.post(f"/jobs/{piece['id']}/ended", {"outcome": "good"})
    lucie.post("/machines/p3d-1/clear", {"outcome": "good"})
    return Made(file, asked["number"], piece["number"])


PAGES = (
    (MEMBER, "/fablab/deposer/{0.file}"),
    (MEMBER, "/mes-fabrications"),
    (MEMBER, "/mes-fabrications/{0.asked}"),
    (MEMBER, "/mes-fabrications/{0.asked}/corriger"),
    (MEMBER, "/mes-fabrications/{0.kept}"),
    (FAB_MANAGER, "/fablab/demandes"),
    (FAB_MANAGER, "/fablab/demandes/{0.asked}"),
    (FAB_MANAGER, "/fablab/retraits"),
    (FAB_MANAGER, "/fablab/retraits/{0.kept}"),
    (FAB_MANAGER, "/fablab/a-regler"),
    (FAB_MANAGER, "/fablab/demandes-regles"),
)
"""Who looks, and at what."""


@pytest.mark.parametrize(("email", "path"), PAGES)
def test_nobody_is_kept_out(browser: Browser, address: str, made: Made, email: str, path: str) -> None:
    look_as(browser, email, address, path.format(made))
