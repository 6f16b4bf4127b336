"""What a job would take and cost, from what its file says. Unknown stays unknown."""

import msgspec

from tierslieu.fablab import queries as fablab
from tierslieu.fablab.costs import Cost, Prices, cost
from tierslieu.fablab.files.facts import Facts
from tierslieu.fablab.requests.rules import Amount
from tierslieu.fablab.stock.queries import price_per_kg
from tierslieu.fablab.telemetry.queries import kwh_cents
from tierslieu.infra.transaction import Reader


class Wanted(msgspec.Struct, frozen=True):
    """Of a wish, what its cost depends on."""

    kind: str
    machine_id: int | None
    material: str
    colour: str
    quantity: int


class Estimate(msgspec.Struct, frozen=True):
    """All copies together."""

    grams: float | None
    seconds: int | None
    cost: Cost

    @property
    def amount(self) -> Amount:
        """The same for the limits of the week."""
        return Amount(1, self.grams, self.seconds, self.cost.total_cents)


def estimate(reader: Reader, facts: Facts, wanted: Wanted) -> Estimate:
    """What it would take and cost. Where the machine is not chosen yet, its time costs what the dearest would.

    Nobody knows beforehand how much energy a file takes.
    """
    grams = facts.total_g * wanted.quantity if facts.total_g else None
    seconds = facts.seconds * wanted.quantity if facts.seconds else None
    return Estimate(grams, seconds, cost(grams, seconds, None, prices(reader, wanted)))


def prices(reader: Reader, wanted: Wanted) -> Prices:
    """What material, time and energy cost here."""
    able = [
        one
        for one in fablab.machines(reader)
        if one.kind == wanted.kind and wanted.machine_id in (None, one.id) and one.status == "in_service"
    ]
    hourly = max((one.hourly_cents for one in able), default=0)
    per_kg = price_per_kg(reader, wanted.material, wanted.colour) if wanted.material else None
    return Prices(per_kg, hourly, kwh_cents(reader, reader.now))
