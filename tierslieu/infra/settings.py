"""Settings: read once, at start, from a TOML file and the environment; unknown keys are refused.

Environment wins over the file. A key `mail.host` is `TIERSLIEU_MAIL__HOST`. The file is named by
TIERSLIEU_SETTINGS (default: settings.toml in the data folder, when there is one).
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX = "TIERSLIEU_"
FILE_KEY = "TIERSLIEU_SETTINGS"


class Part(BaseModel):
    """A group of settings. Unknown keys are an error, values do not change after start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MailSettings(Part):
    """How mail leaves. Without a host nothing is sent and staff see the messages as waiting."""

    host: str = Field(default="", description="SMTP server; empty: mail is kept in memory (demonstration)")
    port: int = Field(default=587, ge=1, le=65535)
    user: str = ""
    password: str = Field(default="", repr=False)
    starttls: bool = True
    sender: str = Field(default="tiers-lieu@example.org", description="address in the From line")


class MqttSettings(Part):
    """The message broker of machines and doors."""

    url: str = Field(default="embedded", description="`embedded`, or mqtt://user:password@host:port, or `off`")
    bind: str = Field(default="127.0.0.1:0", description="address of the embedded broker; port 0 picks a free one")


class Settings(Part):
    """Everything an installation may choose."""

    data_dir: Path = Field(default=Path("data"), description="folder of the database, files and keys")
    database_url: str = Field(default="", description="empty: SQLite in the data folder; or postgresql://…")
    host: str = Field(default="127.0.0.1", description="address the web server listens on")
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = Field(default="", description="address people use, with https:// outside a demonstration")
    venue_name: str = "Le Nugue"
    venue_town: str = "Trilport"
    phone: str = Field(default="01 99 00 00 00", description="phone of the desk, on every page")
    zone: str = Field(default="Europe/Paris", description="time zone of the venue")
    locale: Literal["fr", "en"] = "fr"
    demo: bool = Field(default=False, description="demonstration data: a banner on each page, test accounts")
    clock_offset: int = Field(default=0, description="seconds added to the computer's clock (demonstration only)")
    trust_proxy: bool = Field(default=False, description="believe X-Forwarded-* (only behind our own reverse proxy)")
    upload_limit: int = Field(default=150_000_000, description="largest job file, in bytes")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: str = Field(default="", repr=False, description="bearer token for /metrics; empty: loopback only")
    mail: MailSettings = MailSettings()
    mqtt: MqttSettings = MqttSettings()

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'tierslieu.sqlite3'}"

    @property
    def is_https(self) -> bool:
        """True when people reach the service through HTTPS: cookies become Secure."""
        return self.public_url.startswith("https://")


class BadSettings(Exception):
    """The settings cannot be used; the message says which key and why, for the person who installs."""


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings in force. `given` (command line) wins over the environment, which wins over the file."""
    environment = os.environ if environment is None else environment
    found = _nested(environment)
    data_dir = Path(given.get("data_dir") or found.get("data_dir") or "data")
    values = _merged(_merged(_file(environment, data_dir), found), {k: v for k, v in given.items() if v is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        raise BadSettings("Settings refused:\n" + "\n".join(lines)) from error


def _nested(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in environment.items():
        if not key.startswith(PREFIX) or key == FILE_KEY:
            continue
        *path, last = key.removeprefix(PREFIX).lower().split("__")
        place = values
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return values


def _file(environment: Mapping[str, str], data_dir: Path) -> dict[str, Any]:
    named = environment.get(FILE_KEY)
    path = Path(named) if named else data_dir / "settings.toml"
    if not path.exists():
        if named:
            raise BadSettings(f"Settings file not found: {named}")
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"Settings file {path} is not valid TOML: {error}") from error


def _merged(low: dict[str, Any], high: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(low)
    for key, value in high.items():
        known = result.get(key)
        result[key] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return result
