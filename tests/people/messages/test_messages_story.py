"""Messages: each person is told by the channel they accept; what cannot leave reaches people's hands."""

import re

from tests.people.messages.telling import NEWS, facts_of, letters, stored_of, tell, texts, with_phone
from tests.support.browsers import Browser
from tests.support.clients import MEMBER, RECEPTION, HouseUnderTest
from tests.support.inside import read, run_jobs, write
from tierslieu.basics.ids import show
from tierslieu.people.audit.queries import about_person
from tierslieu.people.messages.actions import post_to_many
from tierslieu.people.messages.schemas import File, Notice
from tierslieu.people.messages.views import section


def desk_of(house: HouseUnderTest) -> Browser:
    found = Browser(house)
    assert found.sign_in(RECEPTION).status_code == 303
    return found


def test_each_gets_it_by_the_channel_they_accept(nugue: HouseUnderTest) -> None:
    by_mail = with_phone(nugue, "+33612345678", email="odile@example.org")
    by_sms = with_phone(nugue, "+33612345678", sms=True)
    by_voice = with_phone(nugue, "+33164000000", sms=True)
    on_paper = with_phone(nugue)
    not_at_all = with_phone(nugue, "+33612345678", call=False, print=False, sms=False)
    assert write(nugue, post_to_many, [by_mail, by_sms, by_voice, on_paper, not_at_all, by_mail], NEWS) == 5
    run_jobs(nugue)
    names = ("channel", "state", "reason")
    assert facts_of(nugue, by_mail, *names) == [("email", "sent", "")]
    assert facts_of(nugue, by_sms, *names) == [("sms", "sent", "")]
    assert facts_of(nugue, by_voice, *names) == [("call", "waiting", "not_a_mobile")]
    assert facts_of(nugue, on_paper, *names) == [("print", "waiting", "no_channel")]
    assert facts_of(nugue, not_at_all, *names) == [("", "not_wanted", "refused_by_person")]
    assert [(one.to, one.subject) for one in letters(nugue)] == [("odile@example.org", "Un essai")]
    assert [(one.to, one.text) for one in texts(nugue)] == [("+33612345678", "Essai Le Nugue 01 99 00 00 00")]


def test_the_desk_calls_and_hands_over_slips(nugue: HouseUnderTest) -> None:
    by_voice, on_paper = with_phone(nugue, "+33164000000"), with_phone(nugue)
    tell(nugue, by_voice)
    tell(nugue, on_paper)
    run_jobs(nugue)
    desk = desk_of(nugue)
    page = desk.get("/messages/a-faire").text
    assert "À appeler\u00a0: 2 messages" in page, "one is of the demonstration"
    assert "01\u00a064\u00a000\u00a000\u00a000" in page
    slips = desk.get("/messages/a-imprimer")
    assert "<h2>Odile</h2>" in slips.text
    assert "<h2>Monique</h2>" in slips.text
    assert all(word not in slips.text for word in ("Essai", "01\u00a064")), "a first name and the text, nothing else"
    called, printed = stored_of(nugue, by_voice)[0], stored_of(nugue, on_paper)[0]
    assert desk.submit(f"/messages/{show(called.id)}/dit", {}).headers["location"] == "/messages/a-faire?fait=told"
    desk.get("/messages/a-imprimer")
    assert desk.submit("/messages/imprimes", {"ids": f"{show(printed.id)} {show(called.id)}"}).status_code == 303
    assert [one.state for one in (*stored_of(nugue, by_voice), *stored_of(nugue, on_paper))] == ["called", "printed"]
    assert [one.act for one in read(nugue, about_person, by_voice)] == ["messages.tell"]
    assert "C’est noté" in desk.get("/messages/a-faire?fait=printed").text
    again = desk.submit(f"/messages/{show(called.id)}/dit", {})
    assert again.status_code == 422
    assert "déjà parti" in again.text


def test_nobody_answers_three_times(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, "+33164000000")
    tell(nugue, person_id)
    run_jobs(nugue)
    desk = desk_of(nugue)
    path = f"/messages/{show(stored_of(nugue, person_id)[0].id)}/sans-reponse"
    for day, count in ((25, 1), (26, 2)):
        desk.get("/messages/a-faire")
        assert desk.submit(path, {}).status_code == 303
        assert "01\u00a064" not in desk.get("/messages/a-faire").text, "not again today"
        nugue.is_at(f"2026-11-{day}T08:00")
        desk = desk_of(nugue)
        assert f"Appels sans réponse\u00a0: {count} sur 3" in desk.get("/messages/a-faire").text
    desk.submit(path, {})
    assert facts_of(nugue, person_id, "state", "reason") == [("given_up", "no_answer")]


def test_what_did_not_leave_can_be_told_otherwise(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, "+33164000000", email="pas une adresse")
    tell(nugue, person_id)
    run_jobs(nugue)
    assert facts_of(nugue, person_id, "state", "reason", "tries") == [("failed", "mail_bad_address", 1)]
    desk = desk_of(nugue)
    assert "l’adresse électronique est mal écrite" in desk.get("/messages").text
    path = f"/messages/{show(stored_of(nugue, person_id)[0].id)}"
    desk.get("/messages/a-faire")
    assert desk.submit(f"{path}/renvoyer", {"by": "call"}).status_code == 303
    run_jobs(nugue)
    assert facts_of(nugue, person_id, "channel", "state") == [("call", "waiting")]
    desk.get("/messages/a-faire")
    desk.submit(f"{path}/renvoyer", {"by": "print"})
    assert facts_of(nugue, person_id, "channel", "state") == [("print", "waiting")]
    desk.get("/messages/a-faire")
    desk.submit(f"{path}/annuler", {"from": "list"})
    assert facts_of(nugue, person_id, "state", "reason") == [("cancelled", "by_staff")]
    assert "Annulé" in desk.get("/messages?etat=tous").text


def test_sent_again_is_another_letter(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    run_jobs(nugue)
    desk = desk_of(nugue)
    desk.get("/messages?etat=partis")
    path = f"/messages/{show(stored_of(nugue, person_id)[0].id)}/renvoyer"
    answer = desk.submit(path, {"from": "person"})
    assert answer.headers["location"] == f"/personnes/{show(person_id)}#messages"
    run_jobs(nugue)
    assert len({one.id for one in letters(nugue)}) == 2


def test_the_desk_writes_in_its_own_words(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org")
    desk = desk_of(nugue)
    path = f"/personnes/{show(person_id)}/ecrire"
    assert "Écrire à Odile" in desk.get(path).text
    for wrong in ("", "x" * 501):
        answer = desk.submit(path, {"text": wrong})
        assert answer.status_code == 422
        assert wrong in answer.text, "what was typed is still there"
    assert desk.submit(path, {"text": "Votre écharpe est à l’accueil."}).status_code == 303
    run_jobs(nugue)
    assert [one.text for one in letters(nugue)] == ["Votre écharpe est à l’accueil."]
    entries = read(nugue, about_person, person_id)
    assert [one.act for one in entries] == ["messages.write"]
    assert "écharpe" not in "".join(one.facts for one in entries)


def test_the_person_sees_what_was_told_to_them(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org")
    tell(nugue, person_id)
    tell(nugue, person_id, Notice("signin_link", "Votre lien", "https://secret", is_asked=True, is_secret=True))
    run_jobs(nugue)
    words = nugue.client.app.state.words["fr"]
    lines = read(nugue, section, words, person_id).lines
    assert [(one.subject, one.text, one.state) for one in lines] == [
        ("Votre lien", "", "Envoyé"),
        ("Un essai", NEWS.text, "Envoyé"),
    ]
    assert stored_of(nugue, person_id)[0].text == "", "a secret is forgotten once it left"
    assert not lines[0].can_resend
    assert {one.text for one in letters(nugue)} == {NEWS.text, "https://secret"}


def test_files_travel_and_a_cause_is_told_once(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, email="odile@example.org")
    notice = Notice("essai", "Un essai", "Texte", files=(File("a.ics", "text/calendar", b"\x00ICS"),), key="cause:1")
    for _ in range(3):
        tell(nugue, person_id, notice)
    tell(nugue, person_id, notice.with_key("cause:2"))
    run_jobs(nugue)
    assert [one.attachments[0].content for one in letters(nugue)] == [b"\x00ICS", b"\x00ICS"]


def test_somebody_chooses_how_to_be_reached(nugue: HouseUnderTest) -> None:
    me = Browser(nugue)
    me.sign_in(MEMBER)
    page = me.get("/mon-espace/contact").text
    assert re.search(r'id="email"[^>]*checked', page)
    assert not re.search(r'id="sms"[^>]*checked', page)
    assert me.submit("/mon-espace/contact", {"sms": "1", "print": "1", "first": "sms"}).status_code == 303
    page = me.get("/mon-espace/contact?fait=chosen").text
    assert "Dit le mardi 24 novembre 2026, en ligne" in page
    assert not re.search(r'id="email"[^>]*checked', page)
    assert me.submit("/mon-espace/contact", {"first": "pigeon"}).status_code == 422
    assert me.submit("/mon-espace/contact", {"sms": "1", "print": "1", "first": "sms"}).status_code == 303
    assert me.get("/mon-espace/contact").text.count("<tr><td>mardi") == 4, "what stays as it was adds nothing"


def test_the_desk_notes_what_somebody_said(nugue: HouseUnderTest) -> None:
    person_id = with_phone(nugue, "+33612345678")
    desk = desk_of(nugue)
    path = f"/personnes/{show(person_id)}/contact"
    desk.get(path)
    assert desk.submit(path, {"sms": "1", "email": "1", "call": "1", "print": "1", "how": "paper"}).status_code == 303
    assert "sur papier signé" in desk.get(path).text
    assert [(one.act, one.facts) for one in read(nugue, about_person, person_id)] == [
        ("messages.choose", '{"wishes":"sms,useful","how":"paper"}')
    ]
    tell(nugue, person_id)
    run_jobs(nugue)
    assert facts_of(nugue, person_id, "channel", "state") == [("sms", "sent")]
