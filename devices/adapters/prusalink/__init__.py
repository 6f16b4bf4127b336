"""PrusaLink v1: the network side of Prusa's printers (MK4, MINI, XL, CORE One) and of PrusaLink on a small board."""

from typing import Final

from devices.adapters.base import Probe, Settings, Tools
from devices.adapters.loose import member, number, words
from devices.adapters.prusalink.adapter import Pace, PrusaLink
from devices.adapters.prusalink.client import ANSWER_S, Client, Reply, Unreached, base_of
from devices.adapters.prusalink.reading import read_status

__all__ = ["Pace", "build", "try_out"]

TRY_ANSWER_S: Final = 1.6
"""Three questions, each for twice as long at most, are to be over within ten seconds."""
_CODES: Final = {401: "wrong_key", 403: "forbidden"}


def build(settings: Settings, tools: Tools, pace: Pace | None = None) -> PrusaLink:
    """The adapter of one printer."""
    return PrusaLink(_client(settings, ANSWER_S), tools.clock, pace)


def try_out(settings: Settings) -> Probe:
    """Ask the printer for its name, and for its state, which needs the password."""
    client = _client(settings, TRY_ANSWER_S)
    if client is None:
        return Probe(code="bad_setting")
    try:
        return _probe(client)
    except Unreached as away:
        return Probe(code="wrong_kind" if away.code == "garbled" else away.code)
    finally:
        client.close()


def _client(settings: Settings, answer_s: float) -> Client | None:
    base_url = base_of(settings.get("address", ""))
    username, password = settings.get("username", "").strip(), settings.get("password", "").strip()
    if base_url is None or not (username + password).isascii() or not (username + password).isprintable():
        return None
    return Client(base_url, username, password, answer_s)


def _probe(client: Client) -> Probe:
    version, status = client.get("/api/version"), client.get("/api/v1/status")
    for reply in (version, status):
        if reply.status != 200:
            return Probe(code=_CODES.get(reply.status, "wrong_kind"))
    if read_status(status.body) is None:
        return Probe(code="wrong_kind")
    return Probe(
        code="ok",
        model=words(member(version.body, "text"), 80),
        software=words(member(version.body, "server"), 80),
        nozzle_mm=_nozzle(client, version),
        can_control=member(version.body, "capabilities", "upload-by-put") is True,
    )


def _nozzle(client: Client, version: Reply) -> float | None:
    told = number(member(version.body, "nozzle_diameter"), 0.1, 5)
    return told if told is not None else number(member(client.get("/api/v1/info").body, "nozzle_diameter"), 0.1, 5)
