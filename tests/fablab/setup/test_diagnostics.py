"""A machine's fault is looked for on a page; the report names codes and figures, and nothing that is secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from devices.wire.desk import Desk, Told, replace
from tests.support.browsers import Browser
from tests.support.clients import FAB_MANAGER, MEMBER, Caller, HouseUnderTest
from tests.support.inside import read, write
from tierslieu.fablab import queries as machines
from tierslieu.fablab import storing
from tierslieu.fablab.setup import actions, diagnostics, queries, redaction
from tierslieu.fablab.setup.schemas import Board, Found, Way
from tierslieu.infra.transaction import Tx

AT = "/fablab/reglages/p3d-1/diagnostic"
SECRETS = ("very_secret_key", "un-mot-de-passe", "jeanne", "192.168.77.9", "printer.maison", "numero_de_serie_9")
FILE = "CV_Jeanne_Martin.gcode"
OCTOPRINT = Way("octoprint", {"address": "http://jeanne:un-mot-de-passe@127.0.0.1:9", "api_key": "very_secret_key"})
PLUG = Way("tasmota", {"topic": "prise-1", "template": ""})
ECHO = {
    "device": "p3d-1",
    "state": "offline",
    "is_connected": 1,
    "failures": 2,
    "open_job": FILE,
    "machine_last_error": "unreachable",
    "machine_klippy": "very_secret_key",
    "machine_software": "OctoPrint very_secret_key 1",
    "machine_storage": "/usb/jeanne",
    "machine_asked_s_ago": 70,
    "meter_last_message_age_s": 3,
    "meter_software": "mqtt://jeanne:un-mot-de-passe@192.168.77.9",
    "note": FILE,
}
"""What a broken program could say, or a machine that echoes what it was sent."""


@pytest.fixture
def lucie(quick_nugue: HouseUnderTest) -> Browser:
    browser = Browser(quick_nugue)
    browser.sign_in(FAB_MANAGER)
    return browser


def spoil(tx: Tx) -> None:
    """Faults and a log in the machine's own words."""
    machine = machines.machine(tx, "p3d-1")
    storing.note(tx, machine.id, "outside_started", file=FILE)
    storing.note(tx, machine.id, "order_refused", reason="very_secret_key")
    storing.note(tx, machine.id, "order_refused", reason="wrong_state")


def reports(browser: Browser) -> str:
    """The page and the text together: nothing may be in either."""
    text = browser.get(f"{AT}/texte")
    assert text.headers["content-disposition"].startswith('attachment; filename="diagnostic-p3d-1-')
    return browser.get(AT).text + text.text


def test_a_report_is_made_shown_and_sent_and_holds_no_secret(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    assert "Rapport du" not in lucie.get(AT).text
    assert lucie.get(f"{AT}/texte").status_code == 404
    write(quick_nugue, actions.link_machine, "p3d-1", OCTOPRINT, PLUG, "", Found("ok"))
    write(quick_nugue, spoil)
    (link,) = read(quick_nugue, queries.links)
    lucie.get(AT)
    assert lucie.submit(AT, {}).headers["location"] == f"{AT}?fait=diagnosed"
    found = reports(lucie)
    for said in ("(unreachable)", "rempli, non montré", "prise-1", "Le programme n’a pas répondu.", "(wrong_state)"):
        assert said in found, said
    for secret in (*SECRETS, FILE, "Jeanne", "127.0.0.1", link.bus_secret):
        assert secret not in found, secret


def test_a_link_of_a_kind_that_is_gone_is_told_by_its_key(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    """An older version knew another kind of machine; who updated looks for what is wrong here."""
    write(quick_nugue, actions.link_machine, "p3d-1", Way("gone", {"address": "x"}), Way(), "", Found("ok"))
    lucie.get(AT)
    assert lucie.submit(AT, {}).status_code == 303
    assert "gone" in reports(lucie)


def test_a_board_answers_when_it_calls_and_only_for_its_own_machines(
    lucie: Browser, quick_nugue: HouseUnderTest
) -> None:
    boards = [Caller(quick_nugue.client, write(quick_nugue, add_board, key)) for key in ("atelier-pi", "autre-pi")]
    write(quick_nugue, actions.link_machine, "p3d-1", OCTOPRINT, PLUG, "atelier-pi", Found("untried"))
    assert lucie.get("/fablab/reglages").text.count("Jamais entendu</") == 2
    lucie.get(AT)
    assert lucie.submit(AT, {}).status_code == 303
    waiting = lucie.get(AT).text
    assert "--diagnose" in waiting
    question = boards[0].get("/api/v1/agents/me/configuration").json()["question"]
    assert question
    assert boards[1].get("/api/v1/agents/me/configuration").json()["question"] == ""
    told = {"question": question, "at": 1, "software": "tierslieu-devices 1", "python": "3.11.2", "machines": [ECHO]}
    assert boards[1].post("/api/v1/agents/me/diagnostics", told).status_code == 409
    assert boards[0].post("/api/v1/agents/me/diagnostics", {**told, "machines": "x"}).status_code == 400
    assert boards[0].post("/api/v1/agents/me/diagnostics", told).status_code == 204
    assert boards[0].get("/api/v1/agents/me/configuration").json()["question"] == ""
    assert boards[0].post("/api/v1/agents/me/diagnostics", told).status_code == 409
    found = reports(lucie)
    for said in ("tierslieu-devices 1", "Personne ne répond", "Erreurs du programme"):
        assert said in found, said
    for secret in (*SECRETS, FILE, "Jeanne"):
        assert secret not in found, secret
    kept = diagnostics.desk_of(quick_nugue.house, "atelier-pi").told(question)
    assert kept is not None
    assert not any(secret in repr(kept) for secret in (*SECRETS, FILE))


def test_two_machines_of_a_board_are_looked_at_at_once(lucie: Browser, quick_nugue: HouseUnderTest) -> None:
    board = Caller(quick_nugue.client, write(quick_nugue, add_board, "atelier-pi"))

    def waits(key: str) -> bool:
        return "n’a pas encore répondu" in lucie.get(f"/fablab/reglages/{key}/diagnostic").text

    def answer(**also: str) -> None:
        question = board.get("/api/v1/agents/me/configuration").json()["question"]
        told = {"question": question, "at": 1, "machines": [{"device": one, "failures": 2} for one in keys], **also}
        assert board.post("/api/v1/agents/me/diagnostics", told).status_code == 204

    keys = ("p3d-1", "p3d-2")
    for key in keys:
        write(quick_nugue, actions.link_machine, key, OCTOPRINT, Way(), "atelier-pi", Found("untried"))
        lucie.get(AT)
        assert lucie.submit(f"/fablab/reglages/{key}/diagnostic", {}).status_code == 303
    assert waits("p3d-1")
    answer(software="Very_Secret_Key 1")
    assert not any(waits(key) for key in keys), "one answer tells of both"
    assert "ecret_" not in reports(lucie)
    assert lucie.submit("/fablab/reglages/p3d-2/diagnostic", {}).status_code == 303
    answer()
    assert not any(waits(key) for key in keys), "what is known of the first is not forgotten for the second"


def test_many_ask_at_once_and_one_question_waits(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "spool")
    with ThreadPoolExecutor(4) as pool:
        asked = set(pool.map(desk.ask, (f"{number:04}" for number in range(200))))
        list(pool.map(lambda number: replace(tmp_path / "one", b"%04d" % number), range(200)))
    assert asked == {desk.question()}
    assert len((tmp_path / "one").read_bytes()) == 4
    assert [one.name for one in sorted(tmp_path.rglob("*"))] == ["one", "spool", "asked"]


def add_board(tx: Tx, key: str) -> str:
    return actions.add_account(tx, Board(key=key, name=key, kind="agent"))


def test_strangers_are_refused(quick_nugue: HouseUnderTest) -> None:
    member = Browser(quick_nugue)
    member.sign_in(MEMBER)
    for path in (AT, f"{AT}/texte"):
        assert member.get(path).status_code == 403
    assert member.submit(AT, {}).status_code == 403
    told = {"question": "x", "at": 1}
    assert quick_nugue.sign_in(FAB_MANAGER).post("/api/v1/agents/me/diagnostics", told).status_code == 403


def test_only_codes_figures_versions_and_topics_pass() -> None:
    kept = redaction.counted(ECHO, redaction.secrets_of((OCTOPRINT,)))
    assert kept["machine_last_error"] == "unreachable"
    assert (kept["failures"], kept["is_connected"], kept["machine_asked_s_ago"]) == (2, 1, 70)
    assert not set(kept) & {"open_job", "machine_storage", "note", "meter_software", "device"}
    assert not any(secret in repr(kept) for secret in (*SECRETS, FILE))
    assert redaction.counted({"state": ["idle"], "failures": "many", "machine_heard": 1e300}) == {}
    echoes = {"failures": 12345678, "own_queue": 1, "software": "Octo PRINTER.maison Q77word 1"}
    typed = {"address": "http://Printer.Maison/?key=q77word", "api_key": "12345678"}
    kept = redaction.counted(echoes, redaction.secrets_of((Way("octoprint", typed),)))
    assert kept == {"own_queue": 1, "software": "Octo … … 1"}, "whatever is typed in an address, in capitals or not"
    bambu = {"address": "192.168.77.9", "serial": "NUMERO9", "access_code": "12345678", "mode": "control"}
    shown = redaction.settings(Way("bambu", bambu))
    assert shown == {"address": "set", "serial": "set", "access_code": "set", "mode": "control", "fingerprint": ""}
    assert redaction.settings(Way("tasmota", {"topic": "mqtt://u:p@h"}))["topic"] == "set"
    assert redaction.settings(Way("unheard", {"x": "y"})) == {}
    told = diagnostics.cleaned(Told("q", machines=[ECHO, {"device": "las-1"}]), [])
    assert told.machines == []
