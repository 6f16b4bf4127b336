"""Scans for kiosks and badge readers. Only enrolled devices may call."""

from litestar import Controller, post
from litestar.params import JSONBody

from tierslieu.access.kiosk.wording import result
from tierslieu.access.scanning.online import answer_scan, take_kept
from tierslieu.access.schemas import KeptScans, NewScan, Receipt, Receipts, RefusedScan, ScanView
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
