"""Known, unknown, closed, without password: the same page, the same status, the same work. Counted, never timed."""

import re
from typing import Any

import pytest

from tests.people.signin.closing import close_account
from tests.people.signin.post_box import browser, letters
from tests.support.clients import MEMBER, OTHER_MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs, stop_jobs, write
from tierslieu.infra import jobs
from tierslieu.infra.transaction import Reader, Tx
from tierslieu.people.persons.actions import put_password
from tierslieu.people.signin import passwords
from tierslieu.people.signin.queries import account

UNKNOWN, CLOSED, BARE = "nobody@example.org", OTHER_MEMBER, "aicha.diallo@example.org"
EVERYBODY = (MEMBER, UNKNOWN, CLOSED, BARE, RECEPTION)
OF_JOBS = {id(value) for value in vars(jobs).values()}


class Work:
    """What was done for one request: each statement in turn, each slow hash."""

    def __init__(self) -> None:
        self.done: list[object] = []

    def note(self, what: object) -> None:
        if id(what) not in OF_JOBS:
            self.done.append(what)


@pytest.fixture
def house(nugue: HouseUnderTest) -> HouseUnderTest:
    """A house with every kind of account, and no job running by itself."""
    close_account(nugue, CLOSED)
    bare = read(nugue, account, BARE)
    assert bare is not None
    write(nugue, put_password, bare.id, None)
    run_jobs(nugue)
    stop_jobs(nugue)
    return nugue


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counts statements and slow hashes."""
    found, rows, run, matches = Work(), Reader.rows, Tx.run, passwords._matches

    def counted_rows(self: Reader, query: Any, **params: Any) -> Any:
        found.note(query)
        return rows(self, query, **params)

    def counted_run(self: Tx, query: Any, **params: Any) -> int:
        found.note(query)
        return run(self, query, **params)

    def counted_hash(stored: str, given: str) -> bool:
        found.note("hash")
        return matches(stored, given)

    monkeypatch.setattr(Reader, "rows", counted_rows)
    monkeypatch.setattr(Tx, "run", counted_run)
    monkeypatch.setattr(passwords, "_matches", counted_hash)
    return found


def test_a_link_costs_the_same_for_everybody(house: HouseUnderTest, work: Work) -> None:
    seen = []
    for email in EVERYBODY:
        who = browser(house)
        who.get("/connexion")
        work.done.clear()
        asked = who.submit("/connexion/lien", {"email": email, "next": "/"})
        done = list(work.done)
        page = who.get("/connexion/lien")
        names = sorted(line.partition("=")[0] for line in asked.headers.get_list("set-cookie"))
        location = asked.headers["location"]
        seen.append((asked.status_code, location, names, done, page.status_code, page.text.replace(who.token, "")))
    assert all(one == seen[0] for one in seen)
    assert len(seen[0][3]) > 3
    run_jobs(house)
    assert sorted(letter.to for letter in letters(house)) == sorted([MEMBER, BARE, RECEPTION])


def test_a_wrong_password_costs_the_same_for_everybody(house: HouseUnderTest, work: Work) -> None:
    seen = []
    for email in EVERYBODY:
        who = browser(house)
        who.get("/connexion/mot-de-passe")
        work.done.clear()
        answer = who.submit("/connexion", {"email": email, "password": "wrong"})
        text = answer.text.replace(who.token, "").replace(email, "")
        seen.append((answer.status_code, list(work.done), text))
    assert all(one == seen[0] for one in seen)
    assert seen[0][1].count("hash") == 1


def test_calls_are_answered_alike(house: HouseUnderTest, work: Work) -> None:
    seen = []
    for email in EVERYBODY:
        for code in (None, "000000"):
            work.done.clear()
            wish = {"email": email, "password": "wrong"} | ({"code": code} if code else {})
            answer = house.client.post("/api/v1/sessions", json=wish)
            seen.append((answer.status_code, answer.json(), list(work.done)))
    assert all(one == seen[0] for one in seen)


def test_a_wrong_code_is_told_alike(house: HouseUnderTest, work: Work) -> None:
    seen = []
    for email in EVERYBODY:
        who = browser(house)
        who.get("/connexion")
        who.submit("/connexion/lien", {"email": email})
        run_jobs(house)
        who.get("/connexion/lien")
        work.done.clear()
        answer = who.submit("/connexion/code", {"code": "AAAAAA"})
        seen.append((answer.status_code, list(work.done), answer.text.replace(who.token, "")))
    assert all(one == seen[0] for one in seen)


def test_limits_are_told_alike(house: HouseUnderTest) -> None:
    texts = []
    for email in (MEMBER, UNKNOWN):
        who = browser(house)
        for _number in range(6):
            who.get("/connexion")
            answer = who.submit("/connexion/lien", {"email": email})
        texts.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert "Trop d’essais" in texts[0]
    assert texts[0] == texts[1]
