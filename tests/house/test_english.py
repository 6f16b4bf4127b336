"""English pages are English: no French sentence is left in them, save names of places and people."""

import ast
import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest

from tests.house import words
from tests.house.permissions import LIVE
from tests.support.clients import ADMINISTRATOR, MEMBER, HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.doors import doors
from tierslieu.demo import venue_file
from web.frontend import compile_words

SHORT = 4
SHORT_NAME = "Accueil"
"""How the plan calls the space of the desk."""

FACTS = re.compile(r"%\(\w+\)s|\{\w*\}|<[^>]+>")


@pytest.fixture(scope="module")
def house(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """One house for all pages, with the catalogues of now."""
    compile_words()
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("english")) as found:
        yield found


def french_only() -> list[str]:
    """Pieces of French sentences (between their facts) that no English sentence holds."""
    catalogue = [message for message in words.load("en") if message.id]
    english = " ".join(form for message in catalogue for form in words.forms(message.string))
    pieces = {
        piece.strip()
        for message in catalogue
        for form in words.forms(message.id)
        for piece in FACTS.split(form)
        if len(piece.strip()) > SHORT
    }
    return sorted(piece for piece in pieces if piece not in english)


@lru_cache(maxsize=1)
def whole_words() -> dict[str, re.Pattern[str]]:
    """Each of these pieces, to be found between other letters only."""
    return {piece: re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)") for piece in french_only()}


@pytest.mark.parametrize("email", ["", MEMBER, ADMINISTRATOR])
def test_no_french_is_left_in_english_pages(house: HouseUnderTest, email: str) -> None:
    caller = house.sign_in(email) if email else house.stranger
    if email:
        assert caller.reserve("coworking", "2026-11-24T10:00", "2026-11-24T12:00").status_code == 201
    wrong = {}
    for address in {door.address for door in doors(house.client.app) if door.method == "GET"}:
        if not address.endswith(LIVE):
            answer = caller.get(address, headers={"accept-language": "en"}, follow_redirects=False)
            if answer.headers.get("content-type", "").startswith("text/html"):
                said = spoken(answer.text)
                found = [piece for piece, whole in whole_words().items() if piece in said and whole.search(said)]
                if found:
                    wrong[address] = found
    assert wrong == {}


def spoken(text: str) -> str:
    """What a page says: its text and what is read aloud; the kiosk carries both languages in its data, left out."""
    body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", text, flags=re.DOTALL)
    body = re.sub(r'<(\w+)(?: [^>]*)? lang="fr".*?</\1>', " ", body, flags=re.DOTALL)  # said to be French
    aloud = " | ".join(re.findall(r'(?:aria-label|title|alt|placeholder|content)="([^"]*)"', body))
    plain = html.unescape(re.sub(r"<[^>]*>", " | ", body) + " | " + aloud)
    plain = re.sub(r"[\u00a0\u202f]", " ", plain)
    for name in data():
        plain = plain.replace(name, "…")
    return plain


@lru_cache(maxsize=1)
def data() -> list[str]:
    """Names and notes of the demonstration: people wrote them in French, and nobody translates them."""
    found: set[str] = set()
    waiting: list[Any] = [venue_file.read()]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found.add(item)
        elif isinstance(item, dict | list):
            waiting.extend(item.values() if isinstance(item, dict) else item)
    found.update(re.findall(r'"([^"]{5,})"', venue_file.PLAN.read_text(encoding="utf-8")))
    for path in venue_file.FILE.parent.glob("*.py"):
        texts = (
            node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
        )
        found.update(str(node.value) for node in texts if isinstance(node.value, str) and _is_prose(node.value))
    found.add(SHORT_NAME)
    plain = {re.sub(r"[\u00a0\u202f]", " ", text) for text in found if len(text) > SHORT}
    return sorted(plain, key=len, reverse=True)


def _is_prose(text: str) -> bool:
    return " " in text or text[:1].isupper()
