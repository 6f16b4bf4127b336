"""The outbox: no trouble of a server stops a save, no message is lost, none is sent three times."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TextClause, text

from tests.people.messages.telling import NEWS, facts_of, hold_jobs, letters, stored_of, tell, with_phone
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest, at, open_house
from tests.support.doors import caller_with
from tests.support.inside import read, run_jobs, write
from tests.support.smtp import MailServer, mail_server
from tierslieu.basics.errors import Conflict
from tierslieu.basics.ids import show
from tierslieu.infra.mail import NoMail
from tierslieu.infra.settings import MailSettings
from tierslieu.infra.sms import NoSms
from tierslieu.infra.statements import Query
from tierslieu.infra.transaction import Tx
from tierslieu.people.messages import outbox, queries, sending
from tierslieu.people.messages.actions import send_again, withdraw
from tierslieu.people.messages.manners import read_stop_token, stop_token
from tierslieu.people.messages.rules import KEPT_FOR
from tierslieu.people.messages.schemas import Notice

NAMES = ("channel", "state", "reason")


@pytest.fixture
def server() -> MailServer:
    """A mail server that is not started yet."""
    return MailServer()


@pytest.fixture
def wired(demo_url: str, tmp_path: Path, server: MailServer) -> Iterator[HouseUnderTest]:
    """A house that sends its mail to the server."""
    chosen = MailSettings(host="127.0.0.1", port=server.port, starttls=False)
    with open_house(demo_url, tmp_path, mail=chosen) as house:
        yield house


def test_a_dead_mail_server_blocks_nobody_and_loses_nothing(wired: HouseUnderTest, server: MailServer) -> None:
    made = wired.sign_in(MEMBER).reserve("visio-1", "2026-11-24T10:00", "2026-11-24T11:00")
    assert made.status_code == 201
    run_jobs(wired)
    person_id = read(wired, queries.newest, ("waiting",))[0].person_id
    assert facts_of(wired, person_id, *NAMES, "last_error") == [("email", "waiting", "try_again", "mail_away")]
    assert stored_of(wired, person_id)[0].due_at == at("2026-11-24T08:01")
    with mail_server(server):
        run_jobs(wired)
        assert server.letters == [], "not before its time"
        wired.is_at("2026-11-24T08:01")
        run_jobs(wired)
    assert [one.letter["Subject"] for one in server.letters] == ["Votre réservation du mardi 24 novembre 2026"]
    assert facts_of(wired, person_id, *NAMES, "tries", "last_error") == [("email", "sent", "", 2, "")]


def test_after_the_last_try_it_is_for_staff(wired: HouseUnderTest) -> None:
    person_id = with_phone(wired, "+33164000000", email="odile@example.org")
    tell(wired, person_id)
    for moment in ("24T08:00", "24T08:01", "24T08:06", "24T08:36", "24T10:36", "24T16:36"):
        wired.is_at(f"2026-11-{moment}")
        run_jobs(wired)
    assert facts_of(wired, person_id, *NAMES, "tries") == [("email", "failed", "mail_away", 6)]
    page = caller_with(wired, "receptionist").get("/messages/a-faire").text
    assert "le serveur de courriel ne répond pas" in page
    assert "Appeler à la place" in page


def test_a_final_refusal_is_not_tried_again(wired: HouseUnderTest, server: MailServer) -> None:
    server.answers["RCPT"] = "550 no such user"
    person_id = with_phone(wired, email="odile@example.org")
    with mail_server(server):
        tell(wired, person_id)
        run_jobs(wired)
        wired.is_at("2026-11-24T18:00")
        run_jobs(wired)
    assert facts_of(wired, person_id, *NAMES, "tries") == [("email", "failed", "mail_refused", 1)]
    assert server.verbs.count("RCPT") == 1


def test_a_death_between_sending_and_noting_repeats_once(
    nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_jobs(nugue)
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    message_id = stored_of(nugue, person_id)[0].id

    def die(*_args: Any) -> None:
        raise RuntimeError("killed here")

    monkeypatch.setattr(outbox, "note_sent", die)
    for _ in range(3):
        try_to_send(nugue, message_id)
        nugue.clock.instant += outbox.IN_HAND
    assert [one.id for one in letters(nugue)] == [f"{show(message_id)}-0"] * 2
    assert facts_of(nugue, person_id, *NAMES) == [("email", "failed", "unknown_outcome")]


def test_the_second_time_the_end_is_noted(nugue: HouseUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_jobs(nugue)
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    message_id = stored_of(nugue, person_id)[0].id
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "note_sent", lambda *_args: 1 / 0)
        try_to_send(nugue, message_id)
    assert stored_of(nugue, person_id)[0].state == "sending"
    try_to_send(nugue, message_id)
    assert len(letters(nugue)) == 1, "somebody may still be handing it over"
    nugue.clock.instant += outbox.IN_HAND
    for _ in range(3):
        try_to_send(nugue, message_id)
    assert len(letters(nugue)) == 2
    assert facts_of(nugue, person_id, *NAMES) == [("email", "sent", "")]


def try_to_send(house: HouseUnderTest, message_id: int) -> None:
    """One run of the job by hand; what it raises is left to the job loop."""

    async def run() -> None:
        try:
            await sending.send(house.house, {"id": message_id})
        except (RuntimeError, ZeroDivisionError):
            return

    house.client.blocking_portal.call(run)


def test_quiet_hours_wait_until_morning(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-28T20:30")
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    tell(nugue, person_id, Notice("link", "Lien", "https://x", is_asked=True))
    run_jobs(nugue)
    assert [one.subject for one in letters(nugue)] == ["Lien"]
    assert facts_of(nugue, person_id, "state", "reason", "due_at") == [
        ("sent", "", at("2026-11-28T20:30")),
        ("waiting", "quiet_hours", at("2026-11-30T08:00")),
    ]
    nugue.is_at("2026-11-29T15:00")
    run_jobs(nugue)
    assert len(letters(nugue)) == 1, "Sunday is quiet"
    nugue.is_at("2026-11-30T08:00")
    run_jobs(nugue)
    assert len(letters(nugue)) == 2


def test_five_messages_a_day_and_the_rest_tomorrow(nugue: HouseUnderTest) -> None:
    person_id, other = with_phone(nugue, email="odile@example.org"), with_phone(nugue, email="o@example.org")
    for _ in range(7):
        tell(nugue, person_id)
    tell(nugue, other)
    run_jobs(nugue)
    assert [one.to for one in letters(nugue)].count("odile@example.org") == 5
    assert len(letters(nugue)) == 6
    assert facts_of(nugue, person_id, "state", "reason").count(("waiting", "too_many_today")) == 2
    nugue.is_at("2026-11-25T08:00")
    run_jobs(nugue)
    assert len(letters(nugue)) == 8


def test_a_moment_that_passed_is_not_told(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T21:00")
    useful, on_paper = with_phone(nugue, email="odile@example.org"), with_phone(nugue)
    ends = at("2026-11-25T07:00")
    tell(nugue, useful, Notice("rappel", "Rappel", "Texte", weight="useful", until=ends))
    tell(nugue, on_paper, Notice("rappel", "Rappel", "Texte", weight="useful", until=ends))
    run_jobs(nugue)
    assert facts_of(nugue, useful, *NAMES) == [("email", "given_up", "moment_passed")]
    assert facts_of(nugue, on_paper, *NAMES) == [("print", "waiting", "no_channel")]
    nugue.is_at("2026-11-25T07:00")
    run_jobs(nugue)
    assert facts_of(nugue, on_paper, *NAMES) == [("print", "given_up", "moment_passed")]
    assert len(letters(nugue)) == 0


def test_what_is_overtaken_is_taken_back(nugue: HouseUnderTest) -> None:
    nugue.is_at("2026-11-24T21:00")
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id, NEWS.with_key("cause"))
    run_jobs(nugue)
    assert write(nugue, withdraw, "cause", "another") == 1
    nugue.is_at("2026-11-25T08:00")
    run_jobs(nugue)
    assert facts_of(nugue, person_id, "state", "reason") == [("cancelled", "overtaken")]
    assert len(letters(nugue)) == 0


def test_an_installation_without_mail_and_sms_calls_people(nugue: HouseUnderTest) -> None:
    nugue.house.mail, nugue.house.sms = NoMail(), NoSms()
    person_id = with_phone(nugue, "+33612345678", email="odile@example.org", sms=True)
    tell(nugue, person_id)
    tell(nugue, person_id, Notice("link", "Lien", "https://x", is_asked=True, is_secret=True))
    run_jobs(nugue)
    assert facts_of(nugue, person_id, *NAMES) == [("", "given_up", "mail_off"), ("call", "waiting", "mail_off")]
    assert stored_of(nugue, person_id)[0].text == ""


def test_texts_are_forgotten_after_half_a_year_and_rows_stay(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    run_jobs(nugue)
    nugue.clock.instant += KEPT_FOR + 60
    tell(nugue, person_id)
    assert write(nugue, outbox.forget, nugue.clock.now() - KEPT_FOR, 10) >= 1
    assert write(nugue, outbox.forget, nugue.clock.now() - KEPT_FOR, 10) == 0
    assert facts_of(nugue, person_id, "subject", "text", "short") == [
        ("Un essai", NEWS.text, "Essai"),
        ("", "", ""),
    ]
    assert stored_of(nugue, person_id)[1].state == "sent"


def test_a_double_click_sends_once(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    run_jobs(nugue)
    message_id = stored_of(nugue, person_id)[0].id
    hold_jobs(nugue)
    for _ in range(3):
        write(nugue, send_again, message_id)
    run_jobs(nugue)
    assert len(letters(nugue)) == 2


def test_the_link_under_optional_letters_stops_them(demo_url: str, tmp_path: Path) -> None:
    with open_house(demo_url, tmp_path, public_url="https://lieu.example") as house:
        person_id = with_phone(house, email="odile@example.org", optional=True)
        tell(house, person_id, Notice("nouvelles", "Nouvelles", "Texte", weight="optional"))
        tell(house, person_id)
        run_jobs(house)
        optional = next(one for one in letters(house) if one.subject == "Nouvelles")
        needed = next(one for one in letters(house) if one.subject == "Un essai")
        assert needed.text == NEWS.text
        token = stop_token(house.house.secret, person_id)
        assert f"https://lieu.example/messages/stop/{token}" in optional.text
        assert read_stop_token(house.house.secret, token) == person_id


def test_looking_at_the_link_changes_nothing_and_the_button_acts(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org", optional=True)
    path = f"/messages/stop/{stop_token(nugue.house.secret, person_id)}"
    me = Browser(nugue)
    assert me.get(path).status_code == 200
    assert read(nugue, queries.contact_of, person_id).wants("optional")
    assert me.submit(path, {"what": "optional"}, token="").status_code == 403
    me.get(path)
    assert "plus de nouvelles" in me.submit(path, {"what": "optional"}).text
    assert not read(nugue, queries.contact_of, person_id).wants("optional")
    assert read(nugue, queries.contact_of, person_id).wants("useful")
    assert "indispensable" in me.submit(path, {"what": "useful"}).text
    assert not read(nugue, queries.contact_of, person_id).wants("useful")
    assert me.submit(path, {"what": "email"}).status_code == 422
    for wrong in (path[:-1], path[:-1] + "é", path[:16] + "0" * 45, "/messages/stop/x"):
        assert me.get(wrong).status_code == 404, wrong


def run_statement(tx: Tx, statement: TextClause) -> int:
    return tx.run(Query(sqlite=statement, postgresql=statement))


def test_the_history_of_choices_cannot_be_written_over(nugue: HouseUnderTest) -> None:
    with_phone(nugue, sms=True)
    for column, value in (("is_wanted", "0"), ("how", "'paper'"), ("said_at", "0"), ("wish", "'email'")):
        change = text(f"UPDATE contact_choice SET {column} = {value}")
        with pytest.raises(Conflict):
            write(nugue, run_statement, change)


def test_only_who_may_sends_and_looks(nugue: HouseUnderTest) -> None:
    member, cashier = nugue.sign_in(MEMBER), caller_with(nugue, "cash_officer")
    assert member.get("/messages").status_code == 403
    assert cashier.get("/messages").status_code == 200
    assert cashier.get(f"/personnes/{show(with_phone(nugue))}/ecrire").status_code == 403
    staff = nugue.sign_in(RECEPTION)
    for path in ("/messages?etat=nonsense", "/messages?avant=0000000000001"):
        assert staff.get(path).status_code == 200
    assert staff.get("/messages?avant=nonsense").status_code == 422
    assert staff.get("/personnes/0000000000001/ecrire").status_code == 404
