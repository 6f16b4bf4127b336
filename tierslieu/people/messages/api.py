"""Calls about messages: what the operator of short messages reports."""

import hashlib
import hmac
from typing import Any

import msgspec
from litestar import Controller, post

from tierslieu.basics.errors import DomainError, Forbidden, Invalid
from tierslieu.basics.ids import read
from tierslieu.http.guards import PUBLIC, house
from tierslieu.http.pages import AnyRequest
from tierslieu.infra.settings import SmsSettings
from tierslieu.people.messages import outbox

SIGNATURE = "x-signature"
LONGEST_REPORT = 20_000
NOBODY_KNOWS = -1


class SmsReports(Controller):
    """/api/v1/sms/reports: the operator says whether a phone got a message."""

    path = "/api/v1/sms"
    tags = ("people",)

    @post("/reports", opt=PUBLIC, status_code=204)
    async def take(self, request: AnyRequest) -> None:
        """Note one delivery report.

        The call proves itself by `Authorization: Bearer SECRET`, or by `X-Signature`: the HMAC-SHA256 of the body
        with the secret, in hexadecimal. Ids that nobody knows and states on the way are taken without a word.
        """
        settings = house(request).settings.sms
        body = await request.body()
        if not _proves_itself(settings.report_secret, body, dict(request.headers)):
            raise Forbidden("bad_report_secret")
        found = _read(body)
        state = str(found.get(settings.report_state_field, ""))[:40]
        if state in settings.report_delivered or state in settings.report_failed:
            await house(request).db.write(
                outbox.note_report,
                str(found.get(settings.report_id_field, ""))[:100],
                _message_id(settings, found),
                is_delivered=state in settings.report_delivered,
            )


def _proves_itself(secret: str, body: bytes, headers: dict[str, str]) -> bool:
    """True for who holds the secret; without one in the settings nobody does."""
    if not secret or len(body) > LONGEST_REPORT:
        return False
    bearer = headers.get("authorization", "")
    if bearer[:7].lower() == "bearer ":
        return hmac.compare_digest(bearer[7:].strip().encode("utf-8", "surrogatepass"), secret.encode())
    given = headers.get(SIGNATURE, "").strip().lower().removeprefix("sha256=")
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Invalid("invalid_input") from None
    if not isinstance(found, dict):
        raise Invalid("invalid_input")
    return found


def _message_id(settings: SmsSettings, found: dict[str, Any]) -> int:
    """Our own id, when the operator gives our reference back."""
    try:
        return read(str(found.get(settings.report_reference_field, "")).partition("-")[0])
    except DomainError:
        return NOBODY_KNOWS
