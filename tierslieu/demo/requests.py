"""The demonstration's requests: places on the shelf, and files that people ask the team to make."""

import contextlib
from pathlib import Path
from typing import NamedTuple

from litestar.datastructures import UploadFile

from tierslieu.basics.actor import Actor
from tierslieu.basics.errors import DomainError
from tierslieu.basics.ids import show
from tierslieu.fablab.depositing import deposit
from tierslieu.fablab.requests import answering, shelving
from tierslieu.fablab.requests.asking import ask
from tierslieu.fablab.requests.rights import ANSWER
from tierslieu.fablab.requests.schemas import Ask
from tierslieu.infra.house import House
from tierslieu.infra.transaction import Tx
from tierslieu.people.persons.queries import by_key

SAMPLES = Path(__file__).parent / "samples"
SHELVES = (("A1", "Derrière l’accueil, en haut"), ("A2", "Derrière l’accueil, en bas"), ("B1", "À l’entrée du FabLab"))


class Wish(NamedTuple):
    """Who asks for what."""

    person: str
    file: str
    material: str
    quantity: int
    note: str
    question: str = ""


WISHES = (
    Wish("u11", "cale.stl", "PLA", 2, "C’est pour caler une étagère : solide, la couleur m’est égale."),
    Wish("u18", "petit-cube.gcode", "PLA", 4, "Pour le jeu de la médiathèque.", "Toutes de la même couleur ?"),
)


def load(tx: Tx) -> None:
    """The places of the shelf."""
    for code, name in SHELVES:
        shelving.add_shelf(tx, code, name)


async def begin(house: House) -> None:
    """A few wishes that wait for the team, one of them with a question."""
    staff = Actor(None, "demo", frozenset({ANSWER}), house.settings.venue_name)
    for wish in WISHES:
        with contextlib.suppress(DomainError):
            await _ask(house, wish, staff)


async def _ask(house: House, wish: Wish, staff: Actor) -> None:
    found = await house.db.read(by_key, wish.person)
    if found is None:
        return
    who = Actor(found.id, None, frozenset(), found.first_name)
    upload = UploadFile("application/octet-stream", wish.file, (SAMPLES / wish.file).read_bytes())
    file_id = await deposit(house, who, upload)
    chosen = Ask(file=show(file_id), material=wish.material, quantity=wish.quantity, note=wish.note, service="staff")
    asked = await house.db.write(ask, chosen, file_id, by=who)
    if wish.question:
        await house.db.write(answering.ask_back, asked.job_id, wish.question, by=staff)
