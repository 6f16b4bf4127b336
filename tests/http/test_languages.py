"""French by default, English for who asks for it: by the browser's languages, or by one's own choice."""

import re

import pytest

from tests.support.clients import HouseUnderTest
from tierslieu.http.words import choose

LANGUAGE = re.compile(r'<html lang="(\w+)"')


def language(house: HouseUnderTest, **headers: str) -> str:
    answer = house.client.get(
        "/connexion/mot-de-passe", headers={name.replace("_", "-"): text for name, text in headers.items()}
    )
    found = LANGUAGE.search(answer.text)
    assert found
    assert ("Mot de passe" in answer.text) == (found[1] == "fr")
    assert ("Password" in answer.text) == (found[1] == "en")
    return found[1]


def test_french_without_a_wish(steady_nugue: HouseUnderTest) -> None:
    assert language(steady_nugue, accept_language="") == "fr"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en;q=0.5", "en"),
        ("de-AT", "fr"),
        ("*", "fr"),
        ("EN-us", "en"),
        (";;;,,,q=", "fr"),
        ("e" * 10_000, "fr"),
    ],
)
def test_the_browser_says_its_languages(steady_nugue: HouseUnderTest, accepted: str, expected: str) -> None:
    assert language(steady_nugue, accept_language=accepted) == expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("en;q=0.5,fr;q=0.9", "fr"), ("en;q=0,fr", "fr"), ("fr;q=0.1, en", "en")],
)
def test_weights_count(accepted: str, expected: str) -> None:
    """RFC 9110, 12.5.4: the greatest weight wins, zero means never."""
    assert choose(accepted, None, "fr") == expected


def test_the_choice_of_the_person_wins(steady_nugue: HouseUnderTest) -> None:
    assert language(steady_nugue, accept_language="en", cookie="language=fr") == "fr"
    assert language(steady_nugue, accept_language="fr", cookie="language=en") == "en"


@pytest.mark.parametrize("choice", ["de", "", "../en", "en-GB", "<script>"])
def test_an_unknown_choice_is_no_choice(steady_nugue: HouseUnderTest, choice: str) -> None:
    assert language(steady_nugue, accept_language="en", cookie=f"language={choice}") == "en"


def test_calls_speak_the_language_too(steady_nugue: HouseUnderTest) -> None:
    french = steady_nugue.client.get("/api/v1/me", headers={"accept-language": "fr"}).json()
    english = steady_nugue.client.get("/api/v1/me", headers={"accept-language": "en"}).json()
    assert french["code"] == english["code"] == "sign_in_first"
    assert french["detail"] != english["detail"]
    assert english["detail"].isascii()


def test_pages_say_what_they_depend_on(steady_nugue: HouseUnderTest) -> None:
    varying = steady_nugue.client.get("/connexion").headers["vary"].lower()
    assert {"accept-language", "cookie", "accept-encoding"} <= {part.strip() for part in varying.split(",")}
