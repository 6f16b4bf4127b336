"""Short messages (SMS): a port with three ends, an HTTP provider, memory and none. They leave from jobs only.

Every provider takes one JSON object; how its fields are called is a matter of settings.
"""

import asyncio
from collections import deque
from typing import Any, NamedTuple, Protocol

import msgspec
import urllib3

from tierslieu.infra.mail import NotNow, Rejected
from tierslieu.infra.settings import SmsSettings

KEPT = 200
TIMEOUT = urllib3.Timeout(connect=10, read=20, total=30)
DEADLINE = 40
"""Seconds for one message in all: less than the lease of the job that hands it over."""
LONGEST_ANSWER = 20_000
TRY_LATER = frozenset({408, 409, 425, 429})
SETTINGS_WRONG = frozenset({401, 402, 403, 404, 405})
"""The account or the address of the provider is at fault, not the message: it waits for somebody to mend it."""


class ShortMessage(NamedTuple):
    """One text to one phone (+33612345678). `reference` is what makes it the same when it is sent again."""

    to: str
    text: str
    reference: str


class Sms(Protocol):
    """Sends short messages, answers the provider's id ("" for none). Raises NotNow or Rejected, as mail does."""

    @property
    def is_ready(self) -> bool: ...

    async def send(self, message: ShortMessage) -> str: ...


class MemorySms:
    """Keeps the last messages instead of sending them: demonstration and tests."""

    is_ready = True

    def __init__(self) -> None:
        self.messages: deque[ShortMessage] = deque(maxlen=KEPT)

    async def send(self, message: ShortMessage) -> str:
        """Keep it."""
        self.messages.append(message)
        return message.reference


class NoSms:
    """An installation without provider: nothing leaves."""

    is_ready = False

    async def send(self, message: ShortMessage) -> str:
        """Refuse; nobody asks while `is_ready` is false."""
        raise NotNow("sms_off")


class HttpSms:
    """Posts each message to a provider as JSON."""

    is_ready = True

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings
        self._pool = urllib3.PoolManager(maxsize=2, retries=False, timeout=TIMEOUT)

    async def send(self, message: ShortMessage) -> str:
        """Send it now; the caller retries later when the provider is away."""
        try:
            async with asyncio.timeout(DEADLINE):
                status, body = await asyncio.to_thread(self._post, message)
        except (urllib3.exceptions.HTTPError, OSError):  # TimeoutError is one
            raise NotNow("sms_away") from None
        if status in SETTINGS_WRONG:
            raise NotNow("sms_no_login")
        if 400 <= status < 500 and status not in TRY_LATER:
            raise Rejected("sms_refused")
        if not 200 <= status < 300:
            raise NotNow("sms_away")
        return found_id(body, self._settings.id_field)

    def _post(self, message: ShortMessage) -> tuple[int, bytes]:
        settings = self._settings
        given = {
            settings.to_field: message.to,
            settings.text_field: message.text,
            settings.sender_field: settings.sender,
            settings.reference_field: message.reference,
        }
        fields = {**settings.constants, **{name: value for name, value in given.items() if name and value}}
        headers = {"content-type": "application/json", "accept": "application/json"}
        if settings.token:
            headers[settings.token_header] = f"{settings.token_word} {settings.token}".strip()
        answer = self._pool.request(
            "POST",
            settings.url,
            body=msgspec.json.encode(fields),
            headers=headers,
            redirect=False,
            preload_content=False,
        )
        try:
            return answer.status, answer.read(LONGEST_ANSWER)
        finally:
            answer.close()


def found_id(body: bytes, path: str) -> str:
    """The provider's id in its answer, at a path like `messages.0.id`; "" when there is none."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return ""
    return str(found)[:100] if isinstance(found, str | int) else ""


def sms_for(settings: SmsSettings, *, is_demo: bool) -> Sms:
    """The provider when an address is set, else memory in a demonstration, else none."""
    if settings.url:
        return HttpSms(settings)
    return MemorySms() if is_demo else NoSms()
