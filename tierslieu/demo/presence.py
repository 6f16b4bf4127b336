"""The demonstration's doors: a code for each place, and a video room with its meetings."""

from tierslieu.infra.transaction import Tx
from tierslieu.reservations.presence.actions import make_codes
from tierslieu.reservations.visio.actions import RoomWish, set_room

VIDEO_ROOM = RoomWish(
    "jitsi",
    "https://visio.example.org",
    plug="Le câble noir de la table va dans votre ordinateur. L’écran s’allume seul.",
    camera="Elle est au-dessus de l’écran. Faites glisser le petit volet.",
    microphone="Choisissez « Pieuvre » dans la réunion. Le bouton rouge coupe le son.",
)


def load(tx: Tx) -> None:
    """Codes on all doors and desks; the video room holds its meetings on an invented Jitsi server."""
    make_codes(tx)
    set_room(tx, "visio-1", VIDEO_ROOM)
