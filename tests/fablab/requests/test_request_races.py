"""Two people at once, and time that goes by: one answer, one receiver, one reminder each."""

from concurrent.futures import ThreadPoolExecutor

from tests.fablab.benches import Fablab, codes
from tests.fablab.requests.wishes import accept, kept, letters, make, request
from tests.fablab.test_pages import Browser
from tests.support.clients import ADMINISTRATOR, MEMBER
from tests.support.inside import run_jobs

DAY = 86_400


def test_two_staff_answer_at_once_and_one_of_them_is_told(fablab: Fablab) -> None:
    job = request(fablab)
    other = fablab.house.sign_in(ADMINISTRATOR)
    path = f"/api/v1/fablab/requests/{job['id']}"
    acts = [
        lambda: fablab.manager.post(f"{path}/acceptance", {}),
        lambda: other.post(f"{path}/refusal", {"text": "Pas ici"}),
        lambda: other.post(f"{path}/acceptance", {}),
    ]
    with ThreadPoolExecutor(3) as pool:
        answers = [one.result() for one in [pool.submit(act) for act in acts]]
    good = [one for one in answers if one.status_code < 300]
    assert len(good) == 1, [one.text for one in answers]
    assert {one.status_code for one in answers if one not in good} <= {409, 422}
    expected = "refused" if answers[1].status_code == 204 else "queued"
    assert fablab.job(job)["state"] == expected


def test_a_piece_is_handed_over_once(fablab: Fablab) -> None:
    job = request(fablab)
    accept(fablab, job)
    make(fablab, job)
    path = f"/api/v1/fablab/shelf/{job['id']}/handover"
    with ThreadPoolExecutor(2) as pool:
        answers = [one.result() for one in [pool.submit(fablab.manager.post, path, {"to": "person"}) for _ in "ab"]]
    assert sorted(one.status_code for one in answers) == [204, 422]


def test_who_does_not_come_is_reminded_then_warned_then_it_may_go(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    accept(quick_fablab, job)
    make(quick_fablab, job)
    quick_fablab.pass_time(16 * 60)
    run_jobs(quick_fablab.house)
    assert letters(quick_fablab)[-1] == (MEMBER, "J000001 : votre pièce est prête")
    told = len(letters(quick_fablab))

    quick_fablab.house.clock.instant += 8 * DAY
    run_jobs(quick_fablab.house)
    run_jobs(quick_fablab.house)
    assert letters(quick_fablab)[told:] == [(MEMBER, "J000001 : votre pièce vous attend toujours")]
    quick_fablab.house.clock.instant += 16 * DAY
    run_jobs(quick_fablab.house)
    assert letters(quick_fablab)[-1] == (MEMBER, "J000001 : dernière semaine pour retirer votre pièce")
    item = kept(quick_fablab, job)
    assert item is not None
    assert item.warned_at


def test_nobody_told_of_a_piece_that_was_taken_at_once(quick_fablab: Fablab) -> None:
    job = request(quick_fablab)
    accept(quick_fablab, job)
    make(quick_fablab, job)
    path = f"/api/v1/fablab/shelf/{job['id']}/handover"
    assert quick_fablab.manager.post(path, {"to": "person"}).status_code == 204
    quick_fablab.house.clock.instant += 20 * DAY
    run_jobs(quick_fablab.house)
    assert all("prête" not in subject and "attend" not in subject for _to, subject in letters(quick_fablab))


def test_a_piece_made_by_oneself_is_not_on_the_shelf(quick_fablab: Fablab) -> None:
    job = quick_fablab.running()
    quick_fablab.box.ended(job["number"])
    Browser(quick_fablab, MEMBER).submit("/m/p3d-1", "/m/p3d-1", {"outcome": "good"})
    run_jobs(quick_fablab.house)
    assert quick_fablab.job(job)["state"] == "done"
    assert kept(quick_fablab, job) is None
    refused = quick_fablab.manager.post(f"/api/v1/fablab/shelf/{job['id']}/handover", {"to": "person"})
    assert codes(refused) == {"not_on_shelf"}
    assert quick_fablab.manager.put(f"/api/v1/fablab/shelf/{job['id']}", {}).status_code == 204
    assert kept(quick_fablab, job) is not None
