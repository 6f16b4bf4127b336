"""Scans for kiosks and badge readers. Only enrolled devices may call."""

from typing import Any

from litestar import Controller, get, post
from litestar.params import JSONBody
from pydantic import ValidationError

from tierslieu.access.kiosk.wording import result
from tierslieu.access.scanning import actions
from tierslieu.access.schemas import KeptScans, KioskState, NewScan, Receipt, Receipts, RefusedScan, ScanView
from tierslieu.basics.errors import Conflict
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, words

RECORD = "access.record_scan"


class ScansApi(Controller):
    """What a device at the door needs."""

    path = "/api/v1"
    tags = ("access",)

    @get("/kiosk", opt=allow(RECORD))
    async def state(self, request: AnyRequest) -> KioskState:
        """Whether this device is enrolled and the service answers."""
        return KioskState(actor(request).device or "", house(request).clock.now())

    @post("/scans", opt=allow(RECORD), status_code=200)
    async def scan(self, request: AnyRequest, data: JSONBody[NewScan]) -> ScanView:
        """Answer one presentation of a badge. The same `scan_id` sent again gets the same answer."""
        recorded = await house(request).db.write(actions.record_scan, data, by=actor(request))
        return result(words(request), recorded)

    @post("/scans/batch", opt=allow(RECORD), status_code=200)
    async def kept(self, request: AnyRequest, data: JSONBody[KeptScans]) -> Receipts:
        """Take in scans that the device kept, in their order, each in its own transaction."""
        answers: list[Receipt] = []
        refused: list[RefusedScan] = []
        for item in data.scans:
            outcome = await _take(request, item)
            (answers if isinstance(outcome, Receipt) else refused).append(outcome)  # type: ignore[arg-type]
        return Receipts(answers, refused)


async def _take(request: AnyRequest, item: dict[str, Any]) -> Receipt | RefusedScan:
    try:
        scan = NewScan.model_validate(item)
        found = await house(request).db.write(actions.record_scan, scan, is_kept=True, by=actor(request))
    except ValidationError:
        return RefusedScan(str(item.get("scan_id", ""))[:64], "invalid_input")
    except Conflict as error:
        return RefusedScan(scan.scan_id, error.code)
    return Receipt(found.scan_id, found.answer.outcome, found.answer.reason, found.is_duplicate)
