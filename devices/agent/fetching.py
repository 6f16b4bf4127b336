"""A board beside the machines asks the service which machines it speaks for, and remembers the answer on disk.

Without network it goes on with what it was told last. A question of the service comes with the answer: what the board's
program counted is sent back.
"""

import contextlib
import logging
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Final

import msgspec

from devices.adapters.base import Bus
from devices.adapters.calls import Caller, NoAnswer
from devices.agent.config import AgentConfig
from devices.wire.desk import Desk

PATH: Final = "/api/v1/agents/me/configuration"
DIAGNOSTICS: Final = "/api/v1/agents/me/diagnostics"
ASK_EVERY_S: Final = 30.0
ANSWER_WITHIN_S: Final = 15.0
COUNT_WITHIN_S: Final = 10.0
"""How long the program may take to answer a question; it looks for one every two seconds."""

log: Final = logging.getLogger(__name__)


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """Where the service and its broker are, and the board's own secret."""

    service_url: str
    broker_url: str
    secret: str
    ca_file: str | None = None


class Told(msgspec.Struct, frozen=True):
    """What the service answers: what the file needs, the name of the board's own account, and what it wants to know:
    empty for nothing, else a word that names the question."""

    agent: str
    site: str
    machines: list[msgspec.Raw]
    question: str = ""


class Fetcher:
    """Keeps the configuration file as the service wants it; whoever watches the file notices."""

    def __init__(self, home: Home, file: Path, desk: Desk) -> None:
        self._home, self._file, self._desk = home, file, desk
        self._question = self._answered = ""
        self._caller = Caller({"authorization": f"Bearer {home.secret}"}, ANSWER_WITHIN_S, home.ca_file)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="fetcher", daemon=True)

    def start(self) -> None:
        """Ask once, then from time to time."""
        self.ask()
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._is_over.set()
        self._thread.join()
        self._caller.close()

    def ask(self) -> bool:
        """True when the service answered; the file is written anew if the answer is another one."""
        url = self._home.service_url.rstrip("/") + PATH
        try:
            status, _, body = self._caller.call("GET", url, within_s=ANSWER_WITHIN_S)
        except NoAnswer as wrong:
            log.info("the service does not answer: %s", wrong.code)
            return False
        if status != 200:
            log.warning("the service refuses this board: %s", status)
            return False
        try:
            told = msgspec.json.decode(body, type=Told)
        except msgspec.MsgspecError:
            log.warning("the service answers something else")
            return False
        self._keep(told)
        self._question = told.question
        return True

    def answer(self) -> bool:
        """Send the service what it wants to know, once the program beside has told it. False when there is nothing to
        send, or it did not arrive: the next turn tries again."""
        question = self._question
        if not question or question == self._answered:
            return False
        asked = secrets.token_hex(8)  # counted anew each time: what did not arrive is old by now
        self._desk.lay(asked)
        end = time.monotonic() + COUNT_WITHIN_S
        while (found := self._desk.told(asked)) is None:
            if time.monotonic() >= end or self._is_over.wait(0.2):
                return False
        if self._post(msgspec.json.encode(msgspec.structs.replace(found, question=question))):
            self._answered = question
            return True
        return False

    def _post(self, body: bytes) -> bool:
        url = self._home.service_url.rstrip("/") + DIAGNOSTICS
        headers = {"content-type": "application/json"}
        try:
            status, _, _ = self._caller.call("POST", url, headers=headers, body=body, within_s=ANSWER_WITHIN_S)
        except NoAnswer:
            return False
        return status < 300

    def _live(self) -> None:
        while not self._is_over.wait(ASK_EVERY_S):
            try:
                if self.ask():
                    self.answer()
            except OSError as wrong:  # a full disk: the machines go on with what was told last
                log.warning("nothing can be written: %s", wrong.strerror)

    def _keep(self, told: Told) -> None:
        home = self._home
        bus = Bus(url=home.broker_url, username=told.agent, password=home.secret, ca_file=home.ca_file)
        frame = AgentConfig(
            broker_url=home.broker_url, site=told.site, service_url=home.service_url, ca_file=home.ca_file, bus=bus
        )
        wanted = msgspec.json.encode({**msgspec.to_builtins(frame), "machines": told.machines})
        with contextlib.suppress(OSError):
            if self._file.read_bytes() == wanted:
                return
        draft = self._file.with_name(self._file.name + ".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(wanted)
        draft.replace(self._file)
