"""Every answer carries the strict policies: pages, calls, files, redirects, errors."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.house.permissions import LIVE
from tests.support.clients import ADMINISTRATOR, Caller, HouseUnderTest, open_house
from tests.support.databases import SqliteTemplates
from tests.support.doors import doors

NEEDED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": ("same-origin", "no-referrer"),
    "cross-origin-opener-policy": "same-origin",
}
SOURCES_OF_CODE = ("default-src", "script-src", "style-src", "object-src", "base-uri", "frame-ancestors", "form-action")
NO_BREAK_NEEDED = re.compile(r"[A-Za-zÀ-ÿ0-9)] [!?;»](?=[\s<]|$)|[A-Za-zÀ-ÿ)] :(?=[\s<]|$)|« |\d (?:€|%)")


@pytest.fixture(scope="module")
def house(sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HouseUnderTest]:
    """One house for all pages."""
    with open_house(sqlite_templates.make("demo"), tmp_path_factory.mktemp("headers")) as found:
        yield found


@pytest.fixture(scope="module")
def someone(house: HouseUnderTest) -> Caller:
    """Somebody who may see every page."""
    found = house.sign_in(ADMINISTRATOR)
    assert found.reserve("D01", "2026-11-24T10:00", "2026-11-24T12:00").status_code == 201
    return found


def addresses(house: HouseUnderTest) -> list[str]:
    """Everything that can be looked at, with and without something behind it."""
    found = [door.address for door in doors(house.client.app) if door.method == "GET" and not door.path.endswith(LIVE)]
    asset = house.client.app.state.assets.url("app.css")
    more = ("/nothing", "/api/v1/nothing", asset, "/static/nothing.css", "/reserver?date=2026-11-24&space=coworking")
    return [*found, *more]


@pytest.fixture(scope="module")
def answers(house: HouseUnderTest, someone: Caller) -> dict[str, httpx.Response]:
    """What each address answers to that person, in French: asked once for all tests."""
    french = {"accept-language": "fr"}
    return {address: someone.get(address, headers=french, follow_redirects=False) for address in addresses(house)}


@pytest.fixture(scope="module")
def pages(answers: dict[str, httpx.Response]) -> dict[str, str]:
    """The text of every page, by its address."""
    kinds = {address: answer.headers.get("content-type", "") for address, answer in answers.items()}
    return {address: answers[address].text for address, kind in kinds.items() if kind.startswith("text/html")}


def test_every_answer_carries_the_policies(house: HouseUnderTest, answers: dict[str, httpx.Response]) -> None:
    wrong = []
    strangers = [(address, house.stranger.get(address, follow_redirects=False)) for address in addresses(house)]
    for address, answer in (*strangers, *answers.items()):
        headers = answer.headers
        for name, value in NEEDED.items():
            if headers.get(name, "") not in ((value,) if isinstance(value, str) else value):
                wrong.append((address, name, headers.get(name)))
        wrong += [(address, "content-security-policy", flaw) for flaw in flaws(headers["content-security-policy"])]
        if "camera=(" not in headers.get("permissions-policy", ""):
            wrong.append((address, "permissions-policy", headers.get("permissions-policy")))
    assert wrong == []


def flaws(policy: str) -> list[str]:
    """What is too wide in a content policy."""
    parts = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    found = [f"{name} allows {value}" for name, values in parts.items() for value in values if _is_wide(value)]
    if parts.get("default-src") != ["'none'"]:
        found.append("default-src must be 'none'")
    found += [f"{name} is missing" for name in ("base-uri", "frame-ancestors", "form-action") if name not in parts]
    return found


def _is_wide(value: str) -> bool:
    return value in ("*", "'unsafe-inline'", "'unsafe-eval'", "http:", "https:") or "://" in value


def test_a_wide_policy_is_seen() -> None:
    assert flaws("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'") == []
    assert len(flaws("default-src *; script-src 'unsafe-inline'")) == 6


def test_only_the_kiosk_may_use_the_camera(answers: dict[str, httpx.Response]) -> None:
    with_camera = {
        address for address, answer in answers.items() if "camera=()" not in answer.headers["permissions-policy"]
    }
    assert {address for address in with_camera if not address.startswith("/kiosk")} == set()


def test_answers_for_a_person_are_kept_by_nobody(answers: dict[str, httpx.Response]) -> None:
    kept, for_all = [], ("/static/", "/favicon", "/sw.js", "/mon-badge/gardien.js")
    for address, answer in answers.items():
        cache = answer.headers.get("cache-control", "")
        if "no-store" not in cache and not address.startswith(for_all):
            kept.append((address, cache))
    assert kept == []


def test_error_pages_of_static_files_are_not_kept(house: HouseUnderTest) -> None:
    assert "immutable" not in house.client.get("/static/nothing.css").headers.get("cache-control", "")


def test_nobody_says_which_software_answers(house: HouseUnderTest) -> None:
    headers = house.client.get("/").headers
    assert "server" not in headers
    assert "x-powered-by" not in headers


def test_pages_ask_nothing_of_other_hosts(pages: dict[str, str]) -> None:
    loaded = re.compile(
        r"""<(?:script|img|iframe|source|video|audio|embed|object|use)\b[^>]*(?:src|href|data)=["']([^"']+)"""
    )
    styles = re.compile(r"""<link\b[^>]*href=["']([^"']+)""")
    foreign = {
        (address, target)
        for address, text in pages.items()
        for target in (*loaded.findall(text), *styles.findall(text))
        if not target.startswith(("/", "#", "data:image/")) or target.startswith("//")
    }
    assert foreign == set()


def test_pages_say_their_language_and_title(pages: dict[str, str]) -> None:
    for address, text in pages.items():
        if text.startswith("<!doctype html>"):
            assert '<html lang="fr"' in text, address
            assert len(re.findall(r"<title>[^<]{3,}</title>", text)) == 1, address
            assert len(re.findall(r"<h1\b", text)) == 1, address


def test_french_pages_are_set_as_french_readers_expect(pages: dict[str, str]) -> None:
    """No plain space before ! ? ; : » nor after «: a line would begin with the sign."""
    wrong = {}
    for address, text in pages.items():
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
        spoken = re.sub(r"<[^>]*>", "\0", body) + "\0".join(re.findall(r'(?:aria-label|title|alt)="([^"]*)"', body))
        found = {hit.group() for line in spoken.split("\0") for hit in NO_BREAK_NEEDED.finditer(line)}
        if found:
            wrong[address] = found
    assert wrong == {}
