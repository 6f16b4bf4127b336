"""What the kiosk does when the service does not answer, and what becomes of it: decided here, kept, sent once."""

import json
import re

from playwright.sync_api import Browser, Response, Route, expect

from tests.support.clients import OTHER_MEMBER
from tests.web.kiosk.entrances import Entrance, answered, kept, list_kept, network, scan, shows, with_shell

LINES = "[data-part=lines]"
OFFLINE = re.compile("Enregistré hors ligne")


def tells_stopped(answer: Response) -> bool:
    """True for a list of badges that names some that were stopped."""
    return "/snapshot" in answer.url and answer.status == 200 and '"x":[' in answer.text()


def test_passages_outlive_reload_closed_tab_and_a_dead_service(entrance: Entrance, chromium: Browser) -> None:
    cards = [entrance.card(), entrance.card(OTHER_MEMBER)]
    kiosk = with_shell(entrance.kiosk(chromium, "Panne", "site"))
    entrance.stop()
    scan(kiosk, cards[0])
    shows(kiosk, "granted", "onjour Sofia")
    expect(kiosk.locator(LINES)).to_have_text(OFFLINE)
    network(kiosk, "1 passage gardé ici")
    kiosk.reload()
    network(kiosk, "1 passage gardé ici")
    scan(kiosk, cards[1])
    shows(kiosk, "granted", "onjour Thomas")
    other = kiosk.context.new_page()
    kiosk.close()
    other.goto("/kiosk")
    network(other, "2 passages gardés ici")
    other.locator("[data-do=direction]").click()
    shows(other, "waiting", "Vous partez")
    scan(other, cards[0])
    shows(other, "granted", "Au revoir Sofia")
    assert [one["decided"] for one in kept(other)] == ["granted"] * 3
    assert kept(other)[-1]["reason"] == "left"
    entrance.clock.instant += 60
    entrance.start()
    other.evaluate("dispatchEvent(new Event('online'))")
    network(other, "Connectée")
    assert kept(other) == []
    assert [row[:3] for row in entrance.passages("Panne")] == [
        ("granted", "in", "kiosk"),
        ("granted", "in", "kiosk"),
        ("granted", "out", "kiosk"),
    ]


def test_an_answer_lost_after_the_fact_is_one_passage_however_often_it_is_sent(
    entrance: Entrance, chromium: Browser
) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Réponse", "site")
    ids: list[str] = []

    def lose(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["scan_id"])
        route.fetch()
        route.abort()

    kiosk.route("**/api/v1/scans", lose)
    with kiosk.expect_response("**/batch") as batch:
        for _read in range(10):
            scan(kiosk, card)
        shows(kiosk, "granted", "onjour Sofia")
    (receipt,) = batch.value.json()["answers"]
    assert (receipt["scan_id"], receipt["duplicate"], receipt["outcome"]) == (ids[0], True, "granted")
    network(kiosk, "Connectée")
    assert [row[0] for row in entrance.passages("Réponse")] == ["granted"]


def test_a_card_that_only_the_service_knows_is_put_right_and_nobody_is_kept_out(
    entrance: Entrance, chromium: Browser
) -> None:
    kiosk = entrance.kiosk(chromium, "Nouvelle", "site")
    kiosk.context.set_offline(True)
    card = entrance.card(OTHER_MEMBER)
    scan(kiosk, card)
    shows(kiosk, "denied", "pas connu ici")
    assert [(one["decided"], one["reason"]) for one in kept(kiosk)] == [("denied", "badge_unknown")]
    kiosk.context.set_offline(False)
    network(kiosk, "Connectée")
    kiosk.locator("[data-do=done]").click()
    kiosk.evaluate("new Promise(done => setTimeout(done, 3000))")
    scan(kiosk, card)
    shows(kiosk, "granted", "Thomas")
    assert len(entrance.passages("Nouvelle")) == 2


def test_a_card_stopped_meanwhile_works_until_the_list_comes(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Volée", "site")
    kiosk.context.set_offline(True)
    entrance.stop_card(card)
    scan(kiosk, card)
    shows(kiosk, "granted", "onjour Sofia")
    kiosk.context.set_offline(False)
    network(kiosk, "Connectée")
    entrance.clock.instant += 61
    with kiosk.expect_response(tells_stopped):
        kiosk.evaluate("dispatchEvent(new Event('focus'))")
    kiosk.context.set_offline(True)
    kiosk.locator("[data-do=done]").click()
    kiosk.evaluate("new Promise(done => setTimeout(done, 3000))")
    scan(kiosk, card)
    shows(kiosk, "denied", "ne fonctionne plus")
    (first, *_rest) = entrance.passages("Volée")
    assert first[2] == "kiosk"


def test_a_stopped_kiosk_is_locked_forgets_its_list_and_keeps_its_passages(
    entrance: Entrance, chromium: Browser
) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Arrêt", "site")
    entrance.disable("Arrêt")
    scan(kiosk, card)
    shows(kiosk, "blocked", "pas en service")
    kiosk.locator("[data-do=done]").click()
    shows(kiosk, "blocked", "arrêtée")
    assert len(kept(kiosk)) == 1
    assert list_kept(kiosk) == ""
    assert answered(kiosk) == []
    kiosk.context.set_offline(True)
    scan(kiosk, entrance.card(OTHER_MEMBER))
    shows(kiosk, "blocked")
    kiosk.context.set_offline(False)
    entrance.enrol(kiosk.context, "Arrêt", "site")
    kiosk.goto("/kiosk")
    network(kiosk, "Connectée")
    assert kept(kiosk) == []
    assert [row[0] for row in entrance.passages("Arrêt")] == ["granted", "granted"]


def test_a_kiosk_that_was_off_while_it_was_stopped_keeps_nothing_of_anybody(
    entrance: Entrance, chromium: Browser
) -> None:
    kiosk = entrance.kiosk(chromium, "Éteinte", "site")
    scan(kiosk, entrance.card())
    shows(kiosk, "granted")
    assert len(answered(kiosk)) == 1
    kiosk.goto("about:blank")
    entrance.disable("Éteinte")
    kiosk.goto("/kiosk")
    kiosk.wait_for_url("**/kiosk/enrolment")
    kiosk.wait_for_function("""() => indexedDB.databases()
      .then(found => found.map(one => one.name).join() === 'kiosk')""")


def test_who_is_inside_is_told_without_the_service_with_what_was_seen_since(
    entrance: Entrance, chromium: Browser
) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Feu", "site", is_timed=True)
    expect(kiosk.locator("[data-do=evacuation]")).to_be_hidden()
    with kiosk.expect_response("**/evacuation") as told:
        kiosk.evaluate("dispatchEvent(new Event('focus'))")
    told.value.finished()
    kiosk.context.set_offline(True)
    scan(kiosk, card)
    shows(kiosk, "granted", "Sofia")
    kiosk.clock.fast_forward(12 * 60_000)
    shows(kiosk, "waiting")
    kiosk.evaluate("dispatchEvent(new Event('focus'))")
    kiosk.locator("[data-do=evacuation]").click()
    shows(kiosk, "list", "Qui est à l’intérieur")
    text = kiosk.inner_text("[data-part=list]")
    assert re.search("il y a 1[12] min", text)
    assert "Sofia M" in text
    expect(kiosk.locator("[data-part=age]")).to_contain_text("Liste des badges de")
    kiosk.emulate_media(media="print")
    expect(kiosk.locator(".vault")).to_be_hidden()
    expect(kiosk.locator("[data-part=list]")).to_be_visible()


def test_what_an_older_copy_of_the_database_forgot_comes_back(entrance: Entrance, chromium: Browser) -> None:
    cards = [entrance.card(), entrance.card(OTHER_MEMBER)]
    kiosk = entrance.kiosk(chromium, "Sauvegarde", "site")
    copy = entrance.copy()
    scan(kiosk, cards[0])
    shows(kiosk, "granted", "onjour Sofia")
    scan(kiosk, cards[1])
    shows(kiosk, "granted", "onjour Thomas")
    kiosk.locator("[data-do=done]").click()
    kiosk.locator("[data-do=direction]").click()
    scan(kiosk, cards[0])
    shows(kiosk, "granted", "Au revoir Sofia")
    assert kept(kiosk) == []
    told = [(one.get("direction", "in"), one["decided"], one["badge"]) for one in answered(kiosk)]
    assert told == [("in", "granted", "-"), ("in", "granted", "-"), ("out", "granted", "-")]
    before = [row[:2] for row in entrance.passages("Sauvegarde")]
    entrance.stop()
    entrance.clock.instant += 60
    entrance.restore(copy)
    assert entrance.passages("Sauvegarde") == []
    with kiosk.expect_response("**/scans/batch") as batch:
        kiosk.evaluate("dispatchEvent(new Event('online'))")
    assert [one["duplicate"] for one in batch.value.json()["answers"]] == [False] * 3
    network(kiosk, "Connectée")
    assert [row[:2] for row in entrance.passages("Sauvegarde")] == before
    assert len(answered(kiosk)) == 3
    with kiosk.expect_response("**/scans/known") as asked:
        kiosk.evaluate("dispatchEvent(new Event('online'))")
    assert asked.value.json() == {"unknown": []}


def test_a_newer_page_waits_until_everything_is_sent(entrance: Entrance, chromium: Browser) -> None:
    card = entrance.card()
    kiosk = entrance.kiosk(chromium, "Version", "site")
    kiosk.evaluate("document.querySelector('main').dataset.mark = 'old'")
    kiosk.route("**/api/v1/scans*", lambda route: route.abort())
    kiosk.route("**/api/v1/scans/batch", lambda route: route.abort())
    scan(kiosk, card)
    shows(kiosk, "granted")

    def newer(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "page": "newer"})

    kiosk.route("**/api/v1/kiosk/health", newer)
    with kiosk.expect_response("**/api/v1/kiosk/health"):
        kiosk.evaluate("dispatchEvent(new Event('focus'))")
    kiosk.locator("[data-do=done]").click()
    expect(kiosk.locator("main")).to_have_attribute("data-mark", "old")
    kiosk.unroute("**/api/v1/scans*")
    kiosk.unroute("**/api/v1/scans/batch")
    with kiosk.expect_navigation():
        kiosk.evaluate("dispatchEvent(new Event('online'))")
    assert kept(kiosk) == []
    kiosk.unroute_all(behavior="ignoreErrors")
