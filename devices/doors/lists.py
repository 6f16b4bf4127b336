"""The list of badges of a door: asked of the service from time to time, believed when signed, kept on disk."""

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec

from devices.adapters.calls import Caller, NoAnswer
from devices.badges.decide import Decision
from devices.doors.deciding import Body, Known, Signed, followed, opened, taken_apart, trusted
from devices.doors.readings import Shown
from devices.link import Address
from devices.sealed import CLOCK_IS_SET_AFTER
from devices.wire.doors import Side

PATH: Final = "/api/v1/kiosk/snapshot"
ASK_EVERY_S: Final = 60.0
WITHOUT_LIST_S: Final = 5.0
"""A node that has none asks more often."""
ANSWER_WITHIN_S: Final = 15.0
MOST_PARTS: Final = 50
"""So many news are kept beside the list they follow; then everything is asked for again."""
LARGEST: Final = 8 * 1024 * 1024
"""A list of 5,000 people is below half a megabyte."""

log: Final = logging.getLogger(__name__)


class Asker(Protocol):
    """How the service is asked for what is new since a revision: the status, the entity tag, the body. Raises
    NoAnswer."""

    def ask(self, since: int, etag: str) -> tuple[int, str, bytes]: ...

    def close(self) -> None: ...


class HttpsAsker:
    """Over HTTPS with the door's own secret."""

    def __init__(self, service_url: str, secret: str, ca_file: str | None = None) -> None:
        self._url = service_url.rstrip("/") + PATH
        self._caller = Caller({"authorization": f"Bearer {secret}"}, ANSWER_WITHIN_S, ca_file)

    def ask(self, since: int, etag: str) -> tuple[int, str, bytes]:
        headers = {"if-none-match": etag} if etag else {}
        status, found, body = self._caller.call("GET", f"{self._url}?since={since}", headers=headers, most=LARGEST)
        return status, found.get("etag", ""), body

    def close(self) -> None:
        self._caller.close()


class Kept(msgspec.Struct, frozen=True):
    """What is on disk: the list and its news as they came, the keys that vouch for them, when it was last current,
    and the enrolment that they belong to ("": any)."""

    parts: tuple[Signed, ...]
    pinned: dict[int, str]
    checked_at: int
    etag: str = ""
    enrolment: str = ""


def list_of(address: Address, folder: Path, asker: Asker, clock: Callable[[], float]) -> "BadgeList":
    """The list of a door, kept in a folder. Another secret is another enrolment: its first list vouches for itself."""
    enrolment = hashlib.sha256(f"tierslieu.enrolment.{address.password}".encode()).hexdigest()[:16]
    return BadgeList(folder / f"{address.site}-{address.device}-list.json", asker, clock, enrolment)


class BadgeList:
    """The list as it is now; `known` may be read from any thread. What is not believed changes nothing."""

    def __init__(self, file: Path, asker: Asker, clock: Callable[[], float], enrolment: str = "") -> None:
        self._file, self._asker, self._clock, self._enrolment = file, asker, clock, enrolment
        self._kept = Kept((), {}, 0)
        self.known: Known | None = None
        self._is_over, self._asking = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._live, name="badge list", daemon=True)
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            self._read_again(msgspec.json.decode(file.read_bytes(), type=Kept))

    def decide(self, shown: Shown, side: Side, uptime_s: int) -> Decision:
        """Whether who holds this badge passes, while the service is silent. Where the clock was never set, it is as
        late as the list was current, and since then `uptime_s`."""
        known, now = self.known, int(self._clock())
        if known is None:
            return Decision("granted" if side == "out" else "denied", "facts_too_old", side)
        is_set = now > CLOCK_IS_SET_AFTER
        return known.decide(shown, side, now if is_set else known.checked_at + uptime_s, is_clock_set=is_set)

    def _read_again(self, kept: Kept) -> None:
        """What was kept was believed when it came: its own keys vouch for it. Another enrolment begins anew."""
        if kept.enrolment not in ("", self._enrolment):
            return
        body: Body | None = None
        for part in kept.parts:
            news = opened(part, kept.pinned)
            body = followed(body, news) if news else None
            if body is None:
                return
        if body is not None:
            self._kept, self.known = kept, Known(body, kept.checked_at)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._asker.close()

    def _live(self) -> None:
        self.refresh()
        while not self._is_over.wait(ASK_EVERY_S if self.known else WITHOUT_LIST_S):
            self.refresh()

    def refresh(self) -> None:
        """Ask for what is new, and for everything when that does not follow what is held."""
        with self._asking:
            self._refresh()

    def _refresh(self) -> None:
        try:
            since = self.known.body.rev if self.known and len(self._kept.parts) <= MOST_PARTS else 0
            if not self._ask(since) and since:
                self._ask(0)
        except (NoAnswer, msgspec.MsgspecError, OSError) as wrong:
            log.warning("no list of badges: %s", wrong)

    def _ask(self, since: int) -> bool:
        """False when the answer is of no use, and everything must be asked for."""
        status, etag, body = self._asker.ask(since, self._kept.etag if since else "")
        now = int(self._clock())
        if status == 304 and self.known is not None:
            self.known.checked_at = now
            self._write(msgspec.structs.replace(self._kept, checked_at=now))
            return True
        if status != 200:
            log.warning("no list of badges: the service answered %s", status)
            return True
        return self._take(taken_apart(body), etag, now)

    def _take(self, signed: Signed, etag: str, now: int) -> bool:
        """Hold a list that a key of the one before signed, and that follows it. False for any other."""
        held = self.known.body if self.known else None
        news = opened(signed, trusted(held, max(now, self._kept.checked_at)) if held else None)
        if news is None:
            log.warning(
                "a list of badges was not believed: no key that this door knows signed it; "
                "if this stays, give the door new secrets"
            )
            return False
        whole = followed(held, news)
        if whole is None:
            log.warning("a list of badges does not follow the one that is held")
            return False
        parts = (signed,) if news.is_full else (*self._kept.parts, signed)
        # the keys of the first whole list go on vouching for its later parts, until everything came anew
        pinned = ({} if news.is_full else self._kept.pinned) | {kid: public for kid, public, _until in news.keys}
        self.known = Known(whole, now)
        self._write(Kept(parts, pinned, now, etag, self._enrolment))
        return True

    def _write(self, kept: Kept) -> None:
        self._kept = kept
        draft = self._file.with_name(self._file.name + ".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(msgspec.json.encode(kept))
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._file)
