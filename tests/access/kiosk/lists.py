"""A reader of the list in tests: applies snapshots as a kiosk does, and checks everything it can."""

import base64
import hashlib
import json
from typing import Any

from devices.badges.signing import is_signed
from tests.support.clients import Caller

SIGNED_AS = "tierslieu.snapshot."


def data(text: str) -> bytes:
    """Bytes from their text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class List:
    """What a kiosk holds."""

    def __init__(self, kiosk: Caller) -> None:
        self.kiosk = kiosk
        self.rows: dict[int, list[Any]] = {}
        self.rev = 0
        self.tag = ""
        self.payload: dict[str, Any] = {}
        self.size = 0

    def fetch(self, *, is_whole: bool = False) -> int:
        """Bring the list up to date. Returns the status of the answer."""
        since = 0 if is_whole else self.rev
        headers = {"if-none-match": self.tag} if self.tag else {}
        answer = self.kiosk.get(f"/api/v1/kiosk/snapshot?since={since}", headers=headers)
        if answer.status_code == 200:
            self.tag = answer.headers["etag"]
            self._take(answer.text, since)
        return answer.status_code

    def _take(self, answer: str, since: int) -> None:
        first, _, text = answer.partition("\n")
        seal, payload = json.loads(first), json.loads(text)
        keys = {kid: data(public) for kid, public, _until in payload["keys"]}
        assert is_signed(keys[seal["kid"]], data(seal["signature"]), (SIGNED_AS + text).encode())
        assert payload["is_full"] or payload["since"] == since
        if payload["is_full"]:
            self.rows = {}
        self.rows |= {row[0]: row for row in payload["holders"]}
        for number in payload["gone"]:
            self.rows.pop(number, None)
        texts = [json.dumps(self.rows[n], ensure_ascii=False, separators=(",", ":")) for n in sorted(self.rows)]
        assert hashlib.sha256("\n".join(texts).encode()).hexdigest() == payload["digest"]
        assert len(texts) == payload["count"]
        self.rev, self.payload, self.size = payload["rev"], payload, len(answer.encode())

    def of(self, code: str) -> list[Any] | None:
        """The holder of a card or phone by its code in the list."""
        return next((row for row in self.rows.values() if code in row[3]), None)
