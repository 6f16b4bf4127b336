"""What pages and messages refuse: nothing that is sent makes the service stumble."""

import pytest

from devices.wire import Channel, Unreadable, build_topic
from tests.fablab.benches import SITE
from tests.fablab.interlocks.terminal_beds import BOX, PAGE, Bed, opened
from tests.support.clients import FAB_MANAGER, OTHER_MEMBER
from tierslieu.basics.ids import show
from tierslieu.fablab.interlocks import inbox
from tierslieu.infra.feature import Message


def test_what_makes_no_sense_is_refused(bed: Bed) -> None:
    sofia = bed.browser()
    sofia.get(PAGE)
    for path, fields in (
        ("ouvrir", {"minutes": "beaucoup"}),
        ("ouvrir", {"minutes": "-5"}),
        ("ouvrir", {"exception": "because"}),
        ("prolonger", {"minutes": "100000"}),
        ("finir", {"clean": "perhaps"}),
        ("probleme", {"note": "x" * 501}),
        ("prolonger", {"minutes": "30"}),
        ("finir", {}),
        ("verifier", {}),
    ):
        assert sofia.submit(f"{PAGE}/{path}", fields).status_code in (400, 422), path
    for key in ("p3d-1", "no-such", "%00", "a" * 50):
        assert sofia.get(f"/fablab/machines/{key}/session").status_code == 404, key
        assert sofia.submit(f"/fablab/machines/{key}/session/ouvrir", {}).status_code == 404, key
    assert sofia.submit(f"{PAGE}/couper", {}).status_code == 403
    lucie = bed.browser(FAB_MANAGER)
    lucie.get(PAGE)
    assert lucie.submit("/fablab/terminaux/no-such", {}).status_code == 404
    assert lucie.submit("/personnes/zzz/cartes", {"number": "04A23B1C"}).status_code in (404, 422)
    assert lucie.submit(f"/personnes/{show(12345)}/cartes", {"number": "04A23B1C"}).status_code == 404


def test_a_stranger_sees_the_lock_and_nobodys_name(bed: Bed) -> None:
    opened(bed)
    stranger = bed.house.stranger
    shown = stranger.get(PAGE)
    assert shown.status_code == 200
    assert "Se connecter pour déverrouiller" in shown.text
    assert "Sofia" not in shown.text
    assert "Jusqu’à" not in shown.text
    assert "Sofia" not in bed.browser(OTHER_MEMBER).get(f"{PAGE}/etat").text


@pytest.mark.parametrize(
    ("key", "channel", "payload"),
    [
        ("laser-2", Channel.LOCK, b"{}"),
        (BOX, Channel.LOCK, b"not json"),
        (BOX, Channel.LOCK, b'{"v": 1, "lock": "unlocked"}'),
        (BOX, Channel.EVENT, b'{"v": 2}'),
        ("p3d-1", Channel.LOCK_ACK, b'{"v": 1, "cmd_id": "aaaaaaaa", "seq": 1, "boot_id": "boot", "result": "done",'),
    ],
)
def test_messages_outside_the_contract_are_unreadable(bed: Bed, key: str, channel: Channel, payload: bytes) -> None:
    with pytest.raises(Unreadable):
        bed.house.write(inbox.handle, Message(build_topic(SITE, key, channel), payload, False))
