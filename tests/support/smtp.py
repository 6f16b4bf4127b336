"""A mail server of the tests' own, on a free loopback port: takes letters, or misbehaves as it is told."""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.support.postgres import free_port


@dataclass
class Received:
    """One letter as it came."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def letter(self) -> EmailMessage:
        """Read as mail programs read it."""
        found = message_from_bytes(self.content, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def id(self) -> str:
        """Its Message-ID."""
        return str(self.letter["Message-ID"])


@dataclass
class MailServer:
    """What it says and took. `answers` replaces the answer to a verb, `silent_at` names a verb it never answers."""

    port: int = field(default_factory=free_port)
    extensions: tuple[str, ...] = ("8BITMIME", "SMTPUTF8")
    answers: dict[str, str] = field(default_factory=dict)
    silent_at: str = ""
    tls: ssl.SSLContext | None = None
    letters: list[Received] = field(default_factory=list)
    verbs: list[str] = field(default_factory=list)
    took_one: threading.Event = field(default_factory=threading.Event)
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    ending: asyncio.Event | None = None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        self.open.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await self._talk(reader, writer)
            writer.close()
            await writer.wait_closed()
        writer.close()
        self.open.discard(writer)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = ""
        to: list[str] = []
        await self._say(writer, "GREETING", "220 here")
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            verb = line.split()[0].upper()
            self.verbs.append(verb)
            if verb == "EHLO":
                lines = ["here", *self.extensions, *(["STARTTLS"] if self.tls else [])]
                signs = ["-"] * (len(lines) - 1) + [" "]
                await self._say(writer, verb, "\r\n".join(f"250{s}{t}" for s, t in zip(signs, lines, strict=True)))
            elif verb == "STARTTLS" and self.tls:
                await self._say(writer, verb, "220 go")
                await writer.start_tls(self.tls)
            elif verb == "MAIL":
                sender, to = line, []
                await self._say(writer, verb, "250 ok")
            elif verb == "RCPT":
                to.append(line[8:].split()[0].strip("<>"))
                await self._say(writer, verb, "250 ok")
            elif verb == "DATA":
                await self._say(writer, verb, "354 go")
                content = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(Received(sender, to, content[:-5].replace(b"\r\n..", b"\r\n.")))
                self.took_one.set()
                await self._say(writer, "END", "250 taken")
            elif verb == "QUIT":
                await self._say(writer, verb, "221 bye")
                return
            else:
                await self._say(writer, verb, "250 ok")

    async def _say(self, writer: asyncio.StreamWriter, verb: str, usual: str) -> None:
        if verb == self.silent_at and self.ending is not None:
            await self.ending.wait()
            raise ConnectionAbortedError
        writer.write(f"{self.answers.get(verb, usual)}\r\n".encode())
        await writer.drain()


@contextlib.contextmanager
def mail_server(server: MailServer) -> Iterator[MailServer]:
    """The server at work inside the block, on a loop and a thread of its own."""
    is_up, loops = threading.Event(), []

    async def serve() -> None:
        server.ending = asyncio.Event()
        listening = await asyncio.start_server(server.talk, "127.0.0.1", server.port)
        loops.append(asyncio.get_running_loop())
        is_up.set()
        await server.ending.wait()
        listening.close()
        for writer in list(server.open):
            writer.transport.abort()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not asyncio.current_task()))

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert is_up.wait(10)
    try:
        yield server
    finally:
        assert server.ending is not None
        loops[0].call_soon_threadsafe(server.ending.set)
        thread.join(10)
