"""Plain words are plain: short sentences, no hard words, no letters that stand for words, the same facts."""

import re
from collections.abc import Iterator

import pytest

from tests.house import words
from tests.house.sentences import Sentence, all_sentences, unique
from tierslieu.basics.zone import Zone
from tierslieu.http.showing import EASY
from tierslieu.http.words import spoken

LONGEST = 12
FACT = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]")
PARTS = re.compile(r"[.!?:;\n]+(?=\s|$)")
WORD = re.compile(r"[\w’'-]+")
CAPITALS = re.compile(r"\b[A-Z]{2,}\b")
HARD = (
    *("créneau", "saisi", "valid", "facultati", "formulaire", "habilitation", "identifiant", "référence"),
    *("navigateur", "en ligne", "borne", "empêchement", "effectu", "notamm", "conform", "juridi", "mention"),
    *("procéd", "ultérieur", "préalable", "disponib", "capacité", "automatique", "session", "cookie", "mail"),
    *("coworking", "maintenance", "autoris", "accord", "connect", "plage", "poste de", "durée", "électronique"),
    *("convient", "signaler", "prévenez", "présente", "fonctionne", "indésirable", "interromp", "terminé"),
)
"""Beginnings of words that many people do not know, or know as something else."""
MAIN = (
    "web/templates/base.html",
    "web/templates/home.html",
    "web/templates/help.html",
    "web/templates/error.html",
    "web/templates/preferences/",
    "web/templates/reservations/day.html",
    "web/templates/reservations/done.html",
    "web/templates/reservations/mine.html",
    "web/templates/reservations/_line.html",
    "web/templates/signin/link.html",
    "web/templates/signin/password.html",
    "web/templates/signin/waiting.html",
    "web/templates/signin/opening.html",
    "web/templates/access/my_badge.html",
    "tierslieu/reservations/letters.py",
    "tierslieu/reservations/wording.py",
)
"""The screens and letters that everybody meets: all they say is plain, said anew or plain already."""


def plain() -> dict[str, tuple[str, str]]:
    """Each sentence that is said anew, with its singular and plural."""
    return {words.forms(message.id)[0]: words.forms(message.string) for message in words.load(EASY) if message.id}


@pytest.fixture(scope="module")
def found() -> dict[str, list[Sentence]]:
    """Every sentence with its uses. Not read while tests are collected, which each worker does."""
    return unique(all_sentences())


def faults(text: str) -> Iterator[str]:
    """What makes a text hard to read."""
    for part in PARTS.split(FACT.sub("X1", text)):
        count = len(WORD.findall(part))
        if count > LONGEST:
            yield f"{count} words: {part.strip()}"
    bare = FACT.sub("", re.sub("<[^>]+>", " ", text))
    yield from (f"hard word {hard}: {text}" for hard in HARD if re.search(rf"\b{hard}", bare, re.IGNORECASE))
    yield from (f"letters for words: {found}" for found in CAPITALS.findall(bare))


def test_enough_is_said_in_plain_words() -> None:
    assert len(plain()) >= 150


def test_what_is_said_anew_is_plain() -> None:
    said = plain().items()
    assert {source: wrong for source, texts in said if (wrong := [one for text in texts for one in faults(text)])} == {}
    assert [source for source, texts in said if re.search(r"\bfalc\b", " ".join(texts), re.IGNORECASE)] == []


def test_facts_are_those_of_the_source(found: dict[str, list[Sentence]]) -> None:
    assert list(words.faults(EASY, found)) == []


def is_on(places: tuple[str, ...], uses: list[Sentence]) -> bool:
    return any(use.place.startswith(places) for use in uses)


def test_the_main_screens_are_plain_as_a_whole(found: dict[str, list[Sentence]]) -> None:
    anew = plain()
    told = {
        fault
        for source, uses in found.items()
        if is_on(MAIN, uses)
        for text in anew.get(source, (source, uses[0].many or source))
        for fault in faults(text)
    }
    assert told == set(), "say it in plain words in tierslieu/words/fr_easy/LC_MESSAGES/tierslieu.po"


def test_what_is_not_said_anew_is_said_in_french() -> None:
    easy, french = spoken(EASY, Zone("Europe/Paris")), spoken("fr", Zone("Europe/Paris"))
    assert (easy.locale, easy.catalogue, easy.is_easy) == ("fr", EASY, True)
    assert easy.text("Langue") == french.text("Langue")
    assert easy.text("Horaires") != french.text("Horaires")
    assert easy.plural("espace libre", "espaces libres", 2) == "places libres"
    assert easy.money(1250) == french.money(1250)


def test_plain_words_are_set_as_french_readers_expect() -> None:
    assert "\u202f?" in spoken(EASY, Zone("Europe/Paris")).text("Pas encore de compte, ou mot de passe oublié ?")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Ouvrez la page.", 0),
        ("un deux trois quatre cinq six sept huit neuf dix onze douze treize", 1),
        ("un deux trois quatre cinq six. sept huit neuf dix onze douze treize", 0),
        ("Choisissez un créneau.", 1),
        ("Le RGAA.", 1),
        ("{name} et %(hours)s", 0),
    ],
)
def test_hard_texts_are_seen(text: str, count: int) -> None:
    assert len(list(faults(text))) == count
