"""Who may connect to the embedded broker, and which topics each account may publish and read. No network in here."""

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

MAX_DECISIONS: Final = 4_096


class DurableSession(msgspec.Struct, frozen=True):
    """A client whose QoS 1 messages wait for it from the broker's first moment, even before it has ever connected."""

    client_id: str
    filters: tuple[str, ...]


class Account(msgspec.Struct, frozen=True):
    """One account. The password is a long random secret, so that a plain SHA-256 of it is enough."""

    username: str
    password_sha256: str
    publish: tuple[str, ...] = ()
    subscribe: tuple[str, ...] = ()
    durable: DurableSession | None = None


def password_sha256(password: str) -> str:
    """The form in which a secret is kept in the accounts file."""
    return hashlib.sha256(password.encode()).hexdigest()


def write_accounts(path: Path, accounts: list[Account]) -> None:
    """Replace the accounts file at once and whole, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(accounts), indent=1))
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def read_accounts(path: Path) -> dict[str, Account]:
    """The accounts by name. Raises OSError or msgspec.MsgspecError: a broker without a readable file must not start."""
    return {account.username: account for account in msgspec.json.decode(path.read_bytes(), type=list[Account])}


class Accounts:
    """The accounts file, read again when it changes; decisions are kept until then.

    A file that has become unreadable keeps the accounts of before; one that has become empty closes every door.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._accounts = read_accounts(path)
        self._decide = lru_cache(MAX_DECISIONS)(self._covers)

    @property
    def durable(self) -> list[tuple[str, DurableSession]]:
        """The sessions that must exist before anybody connects, with the account of each."""
        return [(account.username, account.durable) for account in self._accounts.values() if account.durable]

    def knows(self, username: str | None, password: str | None) -> bool:
        """Whether this is the password of this account. Nobody is anonymous."""
        self._refresh()
        account = self._accounts.get(username or "")
        if account is None or password is None:
            return False
        return hmac.compare_digest(password_sha256(password), account.password_sha256)

    def may_publish(self, username: str | None, topic: str) -> bool:
        """Whether this account may publish on this topic, now."""
        self._refresh()
        return "+" not in topic and "#" not in topic and self._decide(username or "", "publish", topic)

    def may_read(self, username: str | None, wanted: str) -> bool:
        """Whether all that this topic or filter can match lies within what the account may read, now."""
        self._refresh()
        return self._decide(username or "", "subscribe", wanted)

    def _covers(self, username: str, right: str, wanted: str) -> bool:
        account = self._accounts.get(username)
        if account is None:
            return False
        granted = account.publish if right == "publish" else account.subscribe
        return any(covers(one, wanted) for one in granted)

    def _refresh(self) -> None:
        if (stamp := _stamp(self._path)) == self._stamp:
            return
        self._stamp = stamp
        try:
            self._accounts = read_accounts(self._path)
        except (OSError, msgspec.MsgspecError):
            return
        self._decide.cache_clear()


def covers(granted: str, wanted: str) -> bool:
    """Whether a granted filter matches everything that a wanted topic or filter can match ([MQTT-4.7])."""
    if wanted.startswith("$") and not granted.startswith("$"):
        return False
    grants, wants = granted.split("/"), wanted.split("/")
    for at, grant in enumerate(grants):
        if grant == "#":
            return at == len(grants) - 1
        if at >= len(wants) or wants[at] == "#":
            return False
        if grant != "+" and grant != wants[at]:
            return False
    return len(grants) == len(wants)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns
