"""Mail: a port with two ends, SMTP and memory. Mail leaves from jobs, never inside a transaction."""

import asyncio
import smtplib
from collections import deque
from email.message import EmailMessage
from typing import NamedTuple, Protocol

from tierslieu.basics.errors import Unavailable
from tierslieu.infra.settings import MailSettings

KEPT = 200
TIMEOUT = 20


class Attachment(NamedTuple):
    """A file that travels with a letter. `kind` is its media type, for instance text/calendar."""

    name: str
    kind: str
    content: bytes


class Letter(NamedTuple):
    """One letter to one address, plain text."""

    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


class Mail(Protocol):
    """Sends letters. Raises Unavailable when the server does not take them now."""

    async def send(self, letter: Letter) -> None: ...


class MemoryMail:
    """Keeps the last letters instead of sending them: demonstration and tests."""

    def __init__(self) -> None:
        self.letters: deque[Letter] = deque(maxlen=KEPT)

    async def send(self, letter: Letter) -> None:
        """Keep it."""
        self.letters.append(letter)


class SmtpMail:
    """Hands letters to an SMTP server, one connection each (a small venue sends a few an hour)."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, letter: Letter) -> None:
        """Send it now; the caller retries later when the server is away."""
        try:
            await asyncio.to_thread(self._hand_over, self._message(letter))
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable("mail_away") from error

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message.set_content(letter.text)
        for item in letter.attachments:
            main, _, sub = item.kind.partition("/")
            message.add_attachment(item.content, maintype=main, subtype=sub, filename=item.name)
        return message

    def _hand_over(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self._settings.host, self._settings.port, timeout=TIMEOUT) as server:
            if self._settings.starttls:
                server.starttls()
            if self._settings.user:
                server.login(self._settings.user, self._settings.password)
            server.send_message(message)


def mail_for(settings: MailSettings) -> Mail:
    """SMTP when a host is set, else memory."""
    return SmtpMail(settings) if settings.host else MemoryMail()
