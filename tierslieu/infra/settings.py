"""Settings: read once, at start, from a TOML file and the environment; unknown keys are refused.

Environment wins over the file. A key `mail.host` is `TIERSLIEU_MAIL__HOST`. The file is named by
TIERSLIEU_SETTINGS (default: settings.toml in the data folder, when there is one).
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError, field_validator

from tierslieu.infra.oidc_settings import OidcSettings, Part

PREFIX = "TIERSLIEU_"
FILE_KEY = "TIERSLIEU_SETTINGS"
WithoutSlash = Annotated[str, AfterValidator(lambda address: address.rstrip("/"))]
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class MailSettings(Part):
    """How mail leaves. Without a host nothing is sent: staff call, or hand over printed slips."""

    host: str = Field(default="", description="SMTP server; empty: no mail (a demonstration keeps it in memory)")
    port: int = Field(default=587, ge=1, le=65535)
    user: str = ""
    password: str = Field(default="", repr=False)
    starttls: bool = Field(default=True, description="encrypt after the greeting; off only inside one's own network")
    implicit_tls: bool = Field(default=False, description="encrypt from the first byte (port 465)")
    ca_file: str = Field(default="", description="certificates to trust; empty: those of the system")
    sender: str = Field(default="tiers-lieu@example.org", description="address in the From line")
    sender_name: str = Field(default="", max_length=80, description="name in the From line; empty: none")
    reply_to: str = Field(default="", description="where answers go; empty: to the sender")


class SmsSettings(Part):
    """How short messages leave: one JSON object posted to a provider, whose names for its fields are given here."""

    url: str = Field(default="", pattern=r"^(https?://\S+)?$", description="the provider's address; empty: no SMS")
    token: str = Field(default="", repr=False, description="secret of the account")
    token_header: str = Field(default="authorization", description="header that carries the secret")
    token_word: str = Field(default="Bearer", description="word before the secret in that header; may be empty")
    sender: str = Field(
        default="", pattern=r"^[A-Za-z0-9 ]{0,11}$", description="name shown on phones, 11 signs at most"
    )
    to_field: str = "to"
    text_field: str = "text"
    sender_field: str = "from"
    reference_field: str = Field(default="reference", description="our id, by which a repetition is recognised")
    id_field: str = Field(default="id", description="where the answer holds the provider's id, as in messages.0.id")
    constants: dict[str, str | int | bool] = Field(default={}, description="fields that are always the same")
    report_secret: str = Field(default="", repr=False, description="secret of delivery reports; empty: none taken")
    report_id_field: str = "id"
    report_reference_field: str = "reference"
    report_state_field: str = "status"
    report_delivered: tuple[str, ...] = Field(default=("delivered", "DELIVRD", "0"), description="words for success")
    report_failed: tuple[str, ...] = Field(
        default=("failed", "undelivered", "rejected", "expired", "UNDELIV", "REJECTD", "EXPIRED"),
        description="words for failure; others (on its way) change nothing",
    )


class MessageSettings(Part):
    """When people are disturbed."""

    quiet_from: str = Field(default="20:00", pattern=CLOCK, description="from then on nothing leaves")
    quiet_until: str = Field(default="08:00", pattern=CLOCK, description="until then; the same hour: no quiet hours")
    quiet_days: str = Field(
        default="7", pattern=r"^[1-7]{0,6}$", description="quiet days, Monday is 1: 67 for week-ends"
    )
    per_day: int = Field(default=5, ge=1, le=100, description="most messages to one person in a day")


class WaitingSettings(Part):
    """The waiting list: how long a freed time is kept for somebody, and how often people are told."""

    hold_minutes: int = Field(default=15, ge=5, le=1440, description="kept for who is told by mail or SMS")
    call_minutes: int = Field(default=120, ge=5, le=2880, description="kept for who has to be called")
    most_alerts: int = Field(default=3, ge=1, le=20, description="most offers for one wish, one a day")
    quiet_days: int = Field(default=7, ge=0, le=60, description="no earlier appointment is offered this near to it")
    most_entries: int = Field(default=10, ge=1, le=100, description="most open wishes of one person")


class RequestSettings(Part):
    """Requests that wait for an answer."""

    digest_minutes: int = Field(default=10, ge=0, le=1440, description="new requests are gathered this long in a mail")
    remind_days: int = Field(default=2, ge=1, le=30, description="working days until those who answer are reminded")
    lapse_days: int = Field(default=14, ge=1, le=365, description="without an answer, a request ends after these days")
    lapse_hours: int = Field(default=2, ge=0, le=720, description="and at the latest so long before it would begin")
    offer_hours: int = Field(default=48, ge=1, le=336, description="another time proposed is kept this long")


class ShelfSettings(Part):
    """What the FabLab made for somebody waits on the shelf; a week before it may go, they are told."""

    remind_days: int = Field(default=7, ge=1, le=90, description="days until the person is reminded")
    keep_days: int = Field(default=30, ge=9, le=365, description="days it is kept for sure")


class SeriesSettings(Part):
    """Repeated reservations: which of them are confirmed again from time to time, so that no room is kept in vain."""

    confirm_weeks: int = Field(default=8, ge=0, le=52, description="weeks between two confirmations; 0: never asked")
    answer_days: int = Field(default=5, ge=1, le=14, description="days people have to answer")
    notice_days: int = Field(default=7, ge=0, le=28, description="what is not kept is free this many days before")
    confirm_for: str = Field(
        default="kind:room", description="resources asked about: keys, kind:…, space:…, or * for all, spaces between"
    )
    roles: str = Field(default="member association_contact", description="whose series are asked about")


class ClosureSettings(Part):
    """Reservations that cannot take place."""

    hold_hours: int = Field(
        default=48, ge=1, le=336, description="what is offered instead is kept this long, at most until 2 h before"
    )


class ProgrammeSettings(Part):
    """The programme of the day on paper: for the desk, the doors, and days without network."""

    mail_to: str = Field(default="", max_length=200, description="address that gets it each morning; empty: not sent")
    mail_at: str = Field(default="07:00", pattern=CLOCK, description="from this hour on")
    names: Literal["initial", "full", "none"] = Field(
        default="initial", description="how people are named on the desk's paper: Sofia M., Sofia Moreau, not at all"
    )


class PresenceSettings(Part):
    """Who is inside, and until when."""

    closing_minutes: int = Field(
        default=30, ge=0, le=240, description="so long after closing, whoever was not seen since is thought to be gone"
    )
    paper_folder: str = Field(
        default="evacuation", description="folder of the evacuation list, written every minute; from the data folder"
    )
    scans_per_minute: int = Field(default=60, ge=0, description="entries a kiosk may ask for in a minute; 0: no bound")
    visits_per_minute: int = Field(
        default=15, ge=0, description="visitors without badge who may count themselves in at a kiosk; 0: no bound"
    )


class StockSettings(Part):
    """Materials of the workshop."""

    spoolman_url: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="address of a Spoolman on one's own network that is told each use; empty: none",
    )


class MqttSettings(Part):
    """The message broker of machines and doors."""

    url: str = Field(default="embedded", description="`embedded`, or mqtt://user:password@host:port, or `off`")
    bind: str = Field(default="127.0.0.1:0", description="address of the embedded broker; port 0 picks a free one")
    accounts_dir: str = Field(
        default="", description="folder where Mosquitto reads its accounts and rights, written by the service"
    )
    runs_machines: bool = Field(
        default=True, description="speak with linked machines from this computer; false where a board does it all"
    )
    ca_file: str = Field(default="", description="certificate that vouches for an mqtts:// broker; empty: the system's")


class TelemetrySettings(Part):
    """What machines measure: how long it is kept. Hours hold no name of anybody."""

    raw_days: int = Field(default=7, ge=1, le=90, description="days that each measure is kept; then only hours are")
    hour_days: int = Field(default=1825, ge=31, le=36_500, description="days that hours are kept")


class HomeAssistantSettings(Part):
    """Home Assistant, which may listen to what machines do: never who uses them."""

    enabled: bool = Field(default=False, description="tell Home Assistant which machines there are")


class WebhookSettings(Part):
    """Other systems that are told what happens here."""

    inner_networks: str = Field(
        default="",
        description="networks inside the house that may be told too, over http as well: 10.20.0.0/16 192.168.4.7",
    )
    ca_file: str = Field(default="", description="certificates to trust; empty: those of the system")

    @field_validator("inner_networks")
    @classmethod
    def is_list_of_networks(cls, value: str) -> str:
        """Networks in numbers, with spaces between."""
        for part in value.replace(",", " ").split():
            ip_network(part)
        return value


class VisioSettings(Part):
    """The BigBlueButton server of the house, if it has one. Jitsi and fixed links are set for each room, by staff."""

    bbb_url: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="as in https://visio.example.org/bigbluebutton"
    )
    bbb_secret: str = Field(default="", repr=False, description="the secret shared with that server")

    @property
    def is_ready(self) -> bool:
        """True when rooms can be opened there."""
        return bool(self.bbb_url and self.bbb_secret)


class Settings(Part):
    """Everything an installation may choose."""

    data_dir: Path = Field(default=Path("data"), description="folder of the database, files and keys")
    database_url: str = Field(default="", description="empty: SQLite in the data folder; or postgresql://…")
    host: str = Field(default="127.0.0.1", description="address the web server listens on")
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: WithoutSlash = Field(default="", description="address people use, https:// outside a demonstration")
    venue_name: str = "Le Nugue"
    venue_town: str = "Trilport"
    phone: str = Field(default="01 99 00 00 00", description="phone of the desk, on every page")
    zone: str = Field(default="Europe/Paris", description="time zone of the venue")
    locale: Literal["fr", "en"] = "fr"
    demo: bool = Field(default=False, description="demonstration data: a banner on each page, test accounts")
    clock_offset: int = Field(default=0, description="seconds added to the computer's clock (demonstration only)")
    trust_proxy: bool = Field(default=False, description="believe X-Forwarded-* (only behind our own reverse proxy)")
    upload_limit: int = Field(default=200_000_000, description="largest job file, in bytes")
    upload_per_day: int = Field(default=1_000_000_000, ge=0, description="bytes a person may bring in a day")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: str = Field(default="", repr=False, description="bearer token for /metrics; empty: loopback only")
    mail: MailSettings = MailSettings()
    sms: SmsSettings = SmsSettings()
    messages: MessageSettings = MessageSettings()
    mqtt: MqttSettings = MqttSettings()
    stock: StockSettings = StockSettings()
    series: SeriesSettings = SeriesSettings()
    waiting: WaitingSettings = WaitingSettings()
    requests: RequestSettings = RequestSettings()
    shelf: ShelfSettings = ShelfSettings()
    oidc: OidcSettings = OidcSettings()
    visio: VisioSettings = VisioSettings()
    webhooks: WebhookSettings = WebhookSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    home_assistant: HomeAssistantSettings = HomeAssistantSettings()
    closures: ClosureSettings = ClosureSettings()
    programme: ProgrammeSettings = ProgrammeSettings()
    presence: PresenceSettings = PresenceSettings()

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
