"""A house in which making things costs something, and the words by which people ask for them."""

from typing import Any

from sqlalchemy import bindparam, update

from tests.fablab.benches import Fablab
from tests.support.inside import mailbox
from tierslieu.basics.ids import read
from tierslieu.fablab.requests import queries
from tierslieu.fablab.stock.actions import add_material
from tierslieu.fablab.stock.schemas import NewMaterial
from tierslieu.fablab.tables import Machine
from tierslieu.infra.statements import Query, columns, table_of
from tierslieu.infra.transaction import Tx

HOURLY = 6_000
CUBE_CENTS = 103
"""62 seconds of a machine at 60 € an hour, and a tenth of a gram at 20 € a kilo: rounded, nothing."""
SET_HOURLY: Query[Any] = Query(
    update(table_of(Machine)).where(columns(Machine).kind == "printer_3d").values(hourly_cents=bindparam("cents"))
)


def price(fablab: Fablab) -> None:
    """Machine time and material have a price."""
    fablab.house.write(put_prices)


def put_prices(tx: Tx) -> None:
    """The same, inside a transaction."""
    tx.run(SET_HOURLY, cents=HOURLY)
    names = (("PLA", "PLA de prix", 20), ("PETG", "PETG de prix", 25))
    for type_, name, euros in names:
        add_material(tx, NewMaterial(kind="filament", type=type_, name=name, colour="bleu", price=euros))


def request(fablab: Fablab, **more: Any) -> dict[str, Any]:
    """A cube that the team is asked to make."""
    job = fablab.queue(material="PLA", service="staff", **more)
    assert job["state"] == "requested", job
    return job


def accept(fablab: Fablab, job: dict[str, Any], **change: Any) -> dict[str, Any]:
    """Staff take it."""
    answer = fablab.manager.post(f"/api/v1/fablab/requests/{job['id']}/acceptance", change)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def make(fablab: Fablab, job: dict[str, Any], outcome: str = "good") -> None:
    """A machine makes it, and somebody looks at what came out."""
    fablab.box.wake()
    assert fablab.dispatch(job).status_code == 202
    ref = fablab.spy.sent[-1][1]["job"]["job_ref"]
    fablab.box.started(ref)
    fablab.box.ended(ref)
    assert fablab.clear(outcome).status_code == 200
    fablab.house.run_jobs()


def letters(fablab: Fablab) -> list[tuple[str, str]]:
    """To whom was written, about what."""
    return [(one.to, one.subject.replace("\u00a0", " ")) for one in mailbox(fablab.house)]


def kept(fablab: Fablab, job: dict[str, Any]) -> queries.Kept | None:
    """What waits for its person."""
    found: queries.Kept | None = fablab.house.read(queries.kept, read(job["id"]))
    return found
