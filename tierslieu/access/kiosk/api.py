"""Scans for kiosks and badge readers. Only enrolled devices may call."""

from litestar import Controller, post
from litestar.params import JSONBody

from tierslieu.access import queries
from tierslieu.access.kiosk.wording import result
from tierslieu.access.scanning.online import answer_scan, take_kept
from tierslieu.access.schemas import (
    KeptScans,
    NewScan,
    Receipt,
    Receipts,
    RefusedScan,
    ScanIds,
    ScanView,
    UnknownScans,
)
from tierslieu.http.guards import actor, allow, house
from tierslieu.http.pages import AnyRequest, words

RECORD = "access.record_scan"


class ScansApi(Controller):
    """What a device at the door sends."""

    path = "/api/v1/scans"
    tags = ("access",)

    @post("", opt=allow(RECORD), status_code=200)
    async def scan(self, request: AnyRequest, data: JSONBody[NewScan]) -> ScanView:
        """Answer one presentation of a badge. The same `scan_id` sent again gets the same answer."""
        return result(words(request), await answer_scan(house(request), data, actor(request)))

    @post("/batch", opt=allow(RECORD), status_code=200)
    async def kept(self, request: AnyRequest, data: JSONBody[KeptScans]) -> Receipts:
        """Take in scans that the device kept, each in its own transaction."""
        found = await take_kept(house(request), data.scans, actor(request))
        answers = [one for one in found if isinstance(one, Receipt)]
        refused = [one for one in found if isinstance(one, RefusedScan)]
        return Receipts(answers, refused)

    @post("/known", opt=allow(RECORD), status_code=200)
    async def compare(self, request: AnyRequest, data: JSONBody[ScanIds]) -> UnknownScans:
        """Which of the scans that were answered are not there: they are to be sent again, as kept ones."""
        device = actor(request).device or ""
        return UnknownScans(await house(request).db.read(queries.unknown_scans, device, data.scan_ids))
