"""Mail: a port with three ends, SMTP, memory and none. Mail leaves from jobs, never inside a transaction.

A letter keeps its Message-ID however often it is handed over: servers recognise a repetition.
"""

import asyncio
import contextlib
import smtplib
import ssl
import time
from collections import deque
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime
from typing import NamedTuple, Protocol

from tierslieu.basics.errors import DomainError, Unavailable
from tierslieu.infra.settings import MailSettings

KEPT = 200
TIMEOUT = 10
DEADLINE = 40
"""Seconds for one letter in all: less than the lease of the job that hands it over."""


class NotNow(Unavailable):
    """Nobody took the message over; the same may succeed later. `code` says what went wrong."""


class Rejected(DomainError):
    """The message will never be taken as it is. `code` says why; it never holds the address."""


class Attachment(NamedTuple):
    """A file that travels with a letter. `kind` is its media type: "text/calendar; method=CANCEL; charset=utf-8"."""

    name: str
    kind: str
    content: bytes


class Letter(NamedTuple):
    """One letter to one address, plain text. `id` is what makes it the same letter when it is sent again."""

    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    id: str = ""


class Mail(Protocol):
    """Sends letters. Raises NotNow when the server does not take them now, Rejected when it never will."""

    @property
    def is_ready(self) -> bool: ...

    async def send(self, letter: Letter) -> None: ...


class MemoryMail:
    """Keeps the last letters instead of sending them: demonstration and tests."""

    is_ready = True

    def __init__(self) -> None:
        self.letters: deque[Letter] = deque(maxlen=KEPT)

    async def send(self, letter: Letter) -> None:
        """Keep it. Raises Rejected for what is no address, as a server would."""
        _address(letter.to)
        self.letters.append(letter)


class NoMail:
    """An installation without mail server: nothing leaves, people are called or get a slip of paper."""

    is_ready = False

    async def send(self, letter: Letter) -> None:
        """Refuse; nobody asks while `is_ready` is false."""
        raise NotNow("mail_off")


class SmtpMail:
    """Hands letters to an SMTP server, one connection each (a small venue sends a few an hour)."""

    is_ready = True

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings

    async def send(self, letter: Letter) -> None:
        """Send it now; the caller retries later when the server is away."""
        message = compose(letter, self._settings)
        try:
            async with asyncio.timeout(DEADLINE + 2):
                await asyncio.to_thread(self._hand_over, message)
        except smtplib.SMTPException as error:
            raise _told(error) from None
        except ssl.SSLError:
            raise NotNow("mail_no_tls") from None
        except OSError:  # TimeoutError is one
            raise NotNow("mail_away") from None
        except UnicodeError:
            raise Rejected("mail_bad_address") from None

    def _hand_over(self, message: EmailMessage) -> None:
        server = self._connection()
        try:
            self._talk(server, message)
        except BaseException:
            server.close()
            raise
        with contextlib.suppress(smtplib.SMTPException, OSError):  # it was taken: a bad farewell changes nothing
            server.quit()

    def _talk(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        if self._settings.starttls and not self._settings.implicit_tls:
            server.starttls(context=self._trust())
        if self._settings.user:
            server.login(self._settings.user, self._settings.password)
        server.ehlo_or_helo_if_needed()
        if not str(message["To"]).isascii() and not server.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("smtputf8")
        server.send_message(message)

    def _connection(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.implicit_tls:
            return _TimedTls(host, port, timeout=TIMEOUT, context=self._trust())
        return _Timed(host, port, timeout=TIMEOUT)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.ca_file or None)


class _Timed(smtplib.SMTP):
    """A connection that gives up as a whole at its deadline: a slow server cannot stretch it answer by answer."""

    _end = 0.0

    def getreply(self) -> tuple[int, bytes]:
        self._end = self._end or time.monotonic() + DEADLINE
        left = self._end - time.monotonic()
        if left <= 0:
            self.close()
            raise TimeoutError
        if self.sock is not None:
            self.sock.settimeout(min(left, TIMEOUT))
        return super().getreply()


class _TimedTls(_Timed, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def compose(letter: Letter, settings: MailSettings) -> EmailMessage:
    """The letter as it travels. Raises Rejected for an address that cannot be one.

    Subjects and names lose their line ends: no header can be smuggled in.
    """
    message = EmailMessage(policy=SMTP)
    message["To"] = _address(letter.to)
    sender = _own_address(settings.sender, one_line(settings.sender_name))
    message["From"] = sender
    if settings.reply_to:
        message["Reply-To"] = _own_address(settings.reply_to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(localtime())
    if letter.id:
        message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    for item in letter.attachments:
        _attach(message, item)
    return message


def _attach(message: EmailMessage, item: Attachment) -> None:
    """Add a file; the parameters of its kind (a calendar's method) are told in the part's own header."""
    kind, *given = (part.strip() for part in item.kind.split(";"))
    main, _, sub = kind.partition("/")
    named = dict(part.split("=", 1) for part in given if "=" in part)
    message.add_attachment(item.content, maintype=main, subtype=sub, filename=one_line(item.name), params=named)


def one_line(text: str) -> str:
    """The text without line ends and other control signs."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _address(text: str, name: str = "") -> Address:
    user, _, domain = text.rpartition("@")
    if not user or not domain or any(not sign.isprintable() or sign.isspace() for sign in text):
        raise Rejected("mail_bad_address")
    try:
        return Address(display_name=name, username=user, domain=domain.encode("idna").decode())
    except (ValueError, IndexError):  # UnicodeError is one
        raise Rejected("mail_bad_address") from None


def _own_address(text: str, name: str = "") -> Address:
    """An address of the settings: a wrong one is mended there, and the message waits."""
    try:
        return _address(text, name)
    except Rejected:
        raise NotNow("mail_bad_sender") from None


def _told(error: smtplib.SMTPException) -> DomainError:
    """What the server's refusal means: a code of ours, never its words, which quote the address."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Rejected("mail_needs_utf8") if "smtputf8" in str(error).lower() else NotNow("mail_no_tls")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotNow("mail_no_login")
    code = getattr(error, "smtp_code", 0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((int(answer[0]) for answer in error.recipients.values()), default=0)
    if isinstance(error, smtplib.SMTPSenderRefused):
        return NotNow("mail_bad_sender")
    is_final = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    return Rejected("mail_refused") if is_final and code >= 500 else NotNow("mail_away")


def mail_for(settings: MailSettings, *, is_demo: bool) -> Mail:
    """SMTP when a host is set, else memory in a demonstration, else none."""
    if settings.host:
        return SmtpMail(settings)
    return MemoryMail() if is_demo else NoMail()
