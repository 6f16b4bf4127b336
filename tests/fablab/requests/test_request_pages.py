"""The pages of requests: plain forms, what was typed stays, papers hold the number and no name."""

import io
import re

import pypdfium2
import pytest
from PIL import Image

from tests.fablab.benches import Fablab
from tests.fablab.requests.wishes import accept, make, price, request
from tests.fablab.test_pages import Browser, upload
from tests.support.clients import FAB_MANAGER, MEMBER, OTHER_MEMBER, RECEPTION

CHOICES = {"where": "printer_3d:", "material": "PLA", "quantity": "1", "service": "staff"}


@pytest.fixture
def sofia(quick_fablab: Fablab) -> Browser:
    return Browser(quick_fablab, MEMBER)


@pytest.fixture
def lucie(quick_fablab: Fablab) -> Browser:
    return Browser(quick_fablab, FAB_MANAGER)


def photo() -> tuple[str, bytes, str]:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return ("piece.jpg", out.getvalue(), "image/jpeg")


def test_price_and_time_are_seen_before_anything_is_sent(quick_fablab: Fablab, sofia: Browser) -> None:
    price(quick_fablab)
    quick_fablab.box.wake()
    path = upload(sofia)
    shown = sofia.submit(path, path, {**CHOICES, "quantity": "3", "act": "estimate", "note": "En bleu"})
    assert shown.status_code == 200
    assert "au moins 3,10" in shown.text
    assert "Place 1 dans la file" in shown.text
    assert "Début prévu" in shown.text
    assert "En bleu" in shown.text
    assert "L’équipe regarde la demande" in shown.text
    assert "Rien n’a encore été fabriqué" in sofia.get("/mes-fabrications").text

    late = sofia.submit(path, path, {**CHOICES, "deadline": "2026-11-23"})
    assert late.status_code == 422
    assert 'id="reason-deadline_past"' in late.text
    wrong = sofia.submit(path, path, {**CHOICES, "quantity": "0", "note": "En bleu"})
    assert wrong.status_code == 422
    assert 'id="quantity-error"' in wrong.text
    assert "En bleu" in wrong.text


def test_a_request_goes_through_its_pages(quick_fablab: Fablab, sofia: Browser, lucie: Browser) -> None:
    price(quick_fablab)
    path = upload(sofia)
    sent = sofia.submit(path, path, CHOICES)
    assert sent.headers["location"] == "/mes-fabrications/J000001?fait=asked"
    assert "J000001, cube.gcode" in sofia.get("/mes-fabrications").text

    listed = lucie.get("/fablab/demandes").text
    assert "Sofia Moreau" in listed
    assert "À faire par l’équipe" in listed
    page = "/fablab/demandes/J000001"
    assert "Habilitation" in lucie.get(page).text
    empty = lucie.submit(page, f"{page}/question", {"question": ""})
    assert empty.status_code == 422
    assert 'id="question-error"' in empty.text
    asked = lucie.submit(page, f"{page}/question", {"question": "Quelle face doit être lisse ?"})
    assert asked.status_code == 303
    own = "/mes-fabrications/J000001"
    assert "Quelle face doit être lisse ?" in sofia.get(own).text
    assert sofia.submit(own, f"{own}/mot", {"text": "Le dessus <b>"}).status_code == 303
    assert "Le dessus &lt;b&gt;" in lucie.get(page).text

    taken = lucie.submit(page, f"{page}/accord", {"where": "printer_3d:", "material": "PLA", "quantity": "4"})
    assert taken.headers["location"] == f"{page}?fait=proposed"
    assert "Votre accord est attendu" in sofia.get(own).text
    assert sofia.submit(own, f"{own}/accord", {}).status_code == 303
    late = lucie.submit(page, f"{page}/refus", {"reason": "Trop tard"})
    assert late.status_code == 422
    assert 'id="reason-request_answered"' in late.text
    assert "Demande acceptée" in sofia.get(own).text


def test_staff_write_down_a_yes_at_the_desk(quick_fablab: Fablab, sofia: Browser, lucie: Browser) -> None:
    price(quick_fablab)
    request(quick_fablab)
    page = "/fablab/demandes/J000001"
    more = {"where": "printer_3d:p3d-1", "material": "PLA", "quantity": "2"}
    assert lucie.submit(page, f"{page}/accord", more).headers["location"] == f"{page}?fait=proposed"
    said = lucie.submit(page, f"{page}/reponse", {"reply": "Elle est d’accord, par téléphone."})
    assert said.status_code == 303
    assert lucie.submit(page, f"{page}/oui", {}).headers["location"] == "/fablab/demandes?fait=accepted"
    told = sofia.get("/mes-fabrications/J000001").text
    assert "Demande acceptée" in told
    assert "Elle est d’accord, par téléphone." in told


def test_a_correction_keeps_what_was_asked_in_its_form(quick_fablab: Fablab, sofia: Browser) -> None:
    request(quick_fablab, note="Avec un trou", colour="bleu")
    page = "/mes-fabrications/J000001/corriger"
    form = sofia.get(page).text
    assert "Avec un trou" in form
    assert 'value="PLA|bleu" selected' in form
    fields = {"where": "printer_3d:", "material": "PETG", "quantity": "2", "service": "staff"}
    assert sofia.submit(page, page, {**fields, "quantity": "99"}).status_code == 422
    assert sofia.submit(page, page, fields).status_code == 303
    assert "PETG, 2 exemplaires" in sofia.get("/mes-fabrications/J000001").text


def test_the_shelf_takes_a_scanned_number_and_a_label_has_no_name(
    quick_fablab: Fablab, sofia: Browser, lucie: Browser
) -> None:
    job = request(quick_fablab)
    accept(quick_fablab, job)
    make(quick_fablab, job)
    assert lucie.submit("/fablab/retraits", "/fablab/retraits/etageres", {"code": "b2"}).status_code == 303
    again = lucie.submit("/fablab/retraits", "/fablab/retraits/etageres", {"code": "B2"})
    assert 'id="reason-shelf_exists"' in again.text
    scanned = lucie.get("/fablab/retraits?numero=https%3A%2F%2Fexample.org%2Fmes-fabrications%2FJ000001")
    assert scanned.headers["location"] == "/fablab/retraits/J000001"
    assert lucie.get("/fablab/retraits?numero=bidule").status_code == 422
    assert lucie.get("/mes-fabrications/J000001").headers["location"] == "/fablab/retraits/J000001"
    page = "/fablab/retraits/J000001"
    early = lucie.submit(page, f"{page}/jeter", {})
    assert 'id="reason-not_warned_yet"' in early.text
    assert lucie.submit(page, f"{page}/ranger", {"shelf": "B2"}).status_code == 303
    assert "étagère B2" in sofia.get("/mes-fabrications/J000001").text
    label = lucie.get(f"{page}/etiquette.pdf")
    assert label.headers["content-type"] == "application/pdf"
    assert text_of(label.content).count("J000001") >= 1
    assert "Sofia" not in text_of(label.content)

    claire = Browser(quick_fablab, RECEPTION)
    given = claire.submit(page, f"{page}/remis", {"to": "other", "note": "Son frère"})
    assert given.status_code == 303, given.text
    assert "à quelqu’un d’autre" in sofia.get("/mes-fabrications/J000001").text
    assert "J000001" not in claire.get("/fablab/retraits").text


def text_of(pdf: bytes) -> str:
    """The words of a paper."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_a_person_collects_their_own_and_adds_a_photo(quick_fablab: Fablab, sofia: Browser) -> None:
    job = request(quick_fablab)
    own = "/mes-fabrications/J000001"
    soon = sofia.submit(own, f"{own}/photo", {}, files={"photo": photo()})
    assert 'id="reason-nothing_to_see"' in soon.text
    accept(quick_fablab, job)
    make(quick_fablab, job)
    assert sofia.submit(own, f"{own}/recuperee", {}).status_code == 303
    bad = sofia.submit(own, f"{own}/photo", {"alt": "Un cube"}, files={"photo": ("x.jpg", b"no", "image/jpeg")})
    assert bad.status_code == 422
    assert "Un cube" in bad.text
    assert sofia.submit(own, f"{own}/photo", {"alt": "Un cube"}, files={"photo": photo()}).status_code == 303
    shown = sofia.get(own).text
    assert 'alt="Un cube"' in shown
    assert sofia.get(f"{own}/photo.webp").content[8:12] == b"WEBP"
    assert Browser(quick_fablab, OTHER_MEMBER).get(f"{own}/photo.webp").status_code == 404
    slip = text_of(sofia.get(f"{own}/bon.pdf").content)
    assert "J000001" in slip
    assert "cube.gcode" in slip


def test_dues_are_settled_or_waived_with_a_reason(quick_fablab: Fablab, lucie: Browser) -> None:
    price(quick_fablab)
    for _each in range(2):
        job = request(quick_fablab)
        accept(quick_fablab, job)
        make(quick_fablab, job)
    page = "/fablab/a-regler"
    found = re.findall(r'action="(/fablab/a-regler/\w+)/regle"', lucie.get(page).text)
    assert len(found) == 2
    assert lucie.submit(page, f"{found[0]}/regle", {}).status_code == 303
    assert lucie.submit(page, f"{found[1]}/offert", {"reason": ""}).status_code == 422
    assert lucie.submit(page, f"{found[1]}/offert", {"reason": "Pour l’école"}).status_code == 303
    assert "Tout est réglé" in lucie.get(page).text
    assert 'id="reason-due_over"' in lucie.submit("/fablab/retraits", f"{found[0]}/regle", {}).text


def test_the_rules_are_set_on_their_page(quick_fablab: Fablab, lucie: Browser, sofia: Browser) -> None:
    page = "/fablab/demandes-regles"
    assert sofia.get(page).status_code == 403
    wrong = lucie.submit(page, f"{page}/machines/printer_3d", {"over_grams": "beaucoup"})
    assert wrong.status_code == 422
    assert 'id="printer_3d-over_grams-error"' in wrong.text
    assert lucie.submit(page, f"{page}/machines/printer_3d", {"is_always": "1"}).status_code == 303
    assert lucie.submit(page, f"{page}/personnes/member", {"jobs": "3", "grams": ""}).status_code == 303
    shown = lucie.get(page).text
    assert 'id="printer_3d-is_always" name="is_always" type="checkbox" value="1" checked' in shown
    assert re.search(r'id="member-jobs"[^>]*value="3"', shown)
    assert quick_fablab.queue()["state"] == "requested"
