"""Process settings: addresses, folders and secrets, from the environment or `hotline.toml`.

Every field can be set as `HOTLINE_<FIELD>`, or in `hotline.toml` in the current folder (another file:
`HOTLINE_CONFIG`). The environment wins. A secret can be in a file of its own: `HOTLINE_<FIELD>_FILE`, see
`config.secret_files`. What admins decide about calls is not here but in the hotline file.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from config import webhook_settings
from config.broker import Broker, broker_from_url
from config.encryption import Keyring, read_keys
from config.errors import NotWritable, SettingsFault
from config.settings_sources import file_sources, files_with_secrets
from config.telephone_settings import TelephoneSettings, fault_among
from config.trunk_settings import MAIN_TRUNK, TrunkName, TrunkSettings, fault_between
from config.webhook_settings import WebhookSettings

_PREFIX = "HOTLINE_"
_FILE_VARIABLE = "HOTLINE_CONFIG"
Port = Annotated[int, Field(ge=1, le=65535)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
RecogniserUrl = Annotated[str, Field(pattern=r"^wss?://[^/\s]+")]
Network = IPv4Network | IPv6Network


def _default_data_folder() -> Path:
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "hotline"


def default_hotline_file() -> Path:
    """The hotline file that comes with the program."""
    return Path(str(files("config") / "default_hotline.yaml"))


class Settings(BaseSettings):
    """The settings of one process. Folders default to places below `data_folder`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True)

    data_folder: Path = Field(default_factory=_default_data_folder)
    database_url: SecretStr = Field(
        default_factory=lambda known: SecretStr(f"sqlite+aiosqlite:///{known['data_folder'] / 'hotline.db'}")
    )
    # The name of this machine where several run one hotline, over one PostgreSQL: each another. None: it runs alone.
    node: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$")] | None = None
    node_url: str | None = None  # where agents reach the console of this very node: https://n1.care.example.org
    hotline_file: Path = Field(default_factory=default_hotline_file)
    models_folder: Path = Field(default_factory=lambda known: known["data_folder"] / "models")
    recordings_folder: Path = Field(default_factory=lambda known: known["data_folder"] / "recordings")
    prompts_folder: Path = Field(default_factory=lambda known: known["data_folder"] / "prompts")  # what people recorded

    # Every interface: phones, PBX and trunk are on other machines, and on loopback alone nobody could call. Whom we
    # answer is said by `allowed_sources`; strangers are met with silence.
    sip_address: str = "0.0.0.0"  # noqa: S104 - a telephone exchange has to be reached from outside
    sip_address6: IPv6Address | None = None  # an address of IPv6 to listen on besides, :: for all of them
    sip_port: Port = 5060  # of UDP and TCP
    public_address: str | None = None  # what SDP and Contact name when we stand behind a NAT
    public_address6: IPv6Address | None = None
    rtp_first: Port = 20000
    rtp_last: Port = 29999
    media_timeout: Annotated[float, Field(ge=0)] = 60.0  # seconds of a silent line that end a call; 0: never
    allowed_sources: Annotated[tuple[Network, ...], NoDecode] = ()  # empty: SIP is taken from anywhere
    # Telephones that may call from anywhere once they have proved that they know their password: `[[telephones]]`
    # tables. Where there are some, a source in no allow-list is asked for a password instead of being let in.
    telephones: tuple[TelephoneSettings, ...] = ()
    challenged: Literal["strangers", "everyone"] = "strangers"  # everyone: those in the allow-list too, trunks never
    maximum_calls: Annotated[int, Field(ge=1)] = 200
    # New calls a second; above them 503 is the answer. 0 is no limit, and a trunk is no "one source".
    maximum_call_rate: Annotated[float, Field(ge=0)] = 200.0
    maximum_call_rate_of_one_source: Annotated[float, Field(ge=0)] = 20.0
    maximum_calls_a_minute_of_one_caller: Annotated[float, Field(ge=0)] = 30.0  # above: 486, busy; 0: no limit

    # Told to stop (SIGTERM), the hotline takes no new calls and waits so many seconds for those in progress to end by
    # themselves; then it says goodbye to who is left, for 25 more at most. 0: it ends all calls at once.
    drain_limit: Annotated[float, Field(ge=0, le=3600)] = 120.0

    # The trunk named "main", to which numbers go unless told otherwise; more of them are `[[trunks]]` tables.
    trunk_host: str | None = None
    trunk_port: Port | None = None  # none: what the name service says (SRV), else 5060
    trunk_user: str | None = None
    trunk_password: SecretStr | None = None
    trunk_register: bool = False
    trunk_transport: Literal["udp", "tcp"] = "udp"
    trunk_outbound_proxy: str | None = None
    trunk_caller_identity: bool = False
    trunk_failover: tuple[TrunkName, ...] = ()
    trunks: tuple[TrunkSettings, ...] = ()
    caller_number: str = "hotline"  # our own number, as the called party sees it

    console_address: str = "127.0.0.1"
    console_port: Port = 8080
    console_secret: SecretStr | None = None  # keys sign-ins; where there are several nodes, the same on all of them
    # Reverse proxies that end TLS: only theirs are X-Forwarded-For and X-Forwarded-Proto believed.
    console_proxies: Annotated[tuple[Network, ...], NoDecode] = (ip_network("127.0.0.1"), ip_network("::1"))
    # Who may read /metrics without a token; others need one of the scope metrics:read.
    metrics_sources: Annotated[tuple[Network, ...], NoDecode] = (ip_network("127.0.0.0/8"), ip_network("::1"))
    mqtt_url: SecretStr | None = None  # mqtt://USER:PASSWORD@HOST:PORT, or mqtts:// for TLS
    mqtt_ca: Path | None = None  # PEM: who signed the broker's certificate; none: the machine's own authorities
    mqtt_certificate: Path | None = None  # PEM: ours, and its key, for a broker that wants one
    mqtt_key: Path | None = None
    webhooks: tuple[WebhookSettings, ...] = ()  # `[[webhooks]]` tables: addresses that events are posted to
    # So many days events stay to be read again (queue-events, the stream); what waits for a receiver stays longer.
    event_days: Annotated[int, Field(ge=1)] = 90
    # So many days the floor's log and its receipts stay: who was served when and why, to be shown and replayed.
    floor_days: Annotated[int, Field(ge=1)] = 365

    # Mail and text messages to contacts who like to be written to; without a host, or a URL, there are none.
    smtp_host: str | None = None
    smtp_port: Port = 587
    smtp_security: Literal["tls", "starttls", "none"] = "starttls"
    smtp_sender: str | None = None  # whom mail is from: hotline@example.org
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    text_gateway_url: SecretStr | None = None  # each text message is one POST there
    text_gateway_token: SecretStr | None = None  # sent as bearer token
    public_url: str | None = None  # where contacts reach the console's status page: https://care.example.org

    # What was said is encrypted where it is kept: recordings, transcripts, notes. Keys of `hotline keys new`, separated
    # by commas or lines: the first encrypts, each of them decrypts.
    encryption_key: SecretStr | None = None

    second_hearing: bool = True
    # Recognisers elsewhere that speak vosk-server's protocol, by language; in the environment as JSON.
    ears_remote_url: dict[LanguageCode, RecogniserUrl] = {}
    log_format: Literal["human", "json"] = "human"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the code passes, then the environment and the files it names, then hotline.toml."""
        return init_settings, env_settings, *file_sources(settings_cls, _PREFIX, _settings_file(), os.environ)

    @field_validator("allowed_sources", "console_proxies", "metrics_sources", mode="before")
    @classmethod
    def _networks(cls, value: object) -> tuple[Network, ...]:
        """A list in the file; in the environment separated by commas."""
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise ValueError("networks are written as 10.0.0.0/8, 192.168.1.0/24")
        return tuple(ip_network(str(part).strip()) for part in parts if str(part).strip())

    @field_validator("data_folder", "hotline_file", "models_folder", "recordings_folder", "prompts_folder")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("mqtt_url")
    @classmethod
    def _readable_broker(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            broker_from_url(value.get_secret_value())
        return value

    @field_validator("encryption_key")
    @classmethod
    def _readable_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            read_keys(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.rtp_last - self.rtp_first < 3:
            raise ValueError("rtp_last must be at least three above rtp_first: a bridged call takes two even ports")
        if self.trunk_register and not (self.trunk_host and self.trunk_user and self.trunk_password):
            raise ValueError("trunk_register needs trunk_host, trunk_user and trunk_password")
        if self.smtp_host and not self.smtp_sender:
            raise ValueError("smtp_host needs smtp_sender: the address that mail is from")
        if (self.mqtt_certificate is None) != (self.mqtt_key is None):
            raise ValueError("mqtt_certificate and mqtt_key belong together")
        if (self.mqtt_ca or self.mqtt_certificate) and not (self.broker and self.broker.tls):
            raise ValueError("mqtt_ca and mqtt_certificate need an mqtt_url that begins with mqtts://")
        if wrong := webhook_settings.fault_between(self.webhooks):
            raise ValueError(wrong)
        if wrong := fault_between(self.all_trunks) or fault_among(self.telephones):
            raise ValueError(wrong)
        if self.node is not None and not self.database_url.get_secret_value().startswith("postgresql"):
            raise ValueError("node needs a database_url of PostgreSQL: the nodes meet there")
        if self.node is not None and self.console_secret is None:
            raise ValueError("node needs a console_secret, the same on every node: openssl rand -hex 32")
        if self.challenged == "everyone" and not self.telephones:
            raise ValueError("challenged = everyone needs telephones: nobody could prove who they are")
        return self

    @property
    def all_trunks(self) -> tuple[TrunkSettings, ...]:
        """The main trunk, if there is one, and those of the tables."""
        if self.trunk_host is None:
            return self.trunks
        main = TrunkSettings(
            name=MAIN_TRUNK,
            host=self.trunk_host,
            port=self.trunk_port,
            user=self.trunk_user,
            password=self.trunk_password,
            register=self.trunk_register,
            transport=self.trunk_transport,
            outbound_proxy=self.trunk_outbound_proxy,
            caller_identity=self.trunk_caller_identity,
            failover=self.trunk_failover,
        )
        return (main, *self.trunks)

    @property
    def broker(self) -> Broker | None:
        """The MQTT broker, if one is set."""
        if self.mqtt_url is None:
            return None
        return broker_from_url(self.mqtt_url.get_secret_value(), self.mqtt_ca, self.mqtt_certificate, self.mqtt_key)

    @property
    def keyring(self) -> Keyring:
        """The keys that what was said is encrypted with; empty if none is set."""
        return read_keys(self.encryption_key.get_secret_value()) if self.encryption_key else Keyring()


def load_settings(**given: Any) -> Settings:
    """The settings from `given` (which wins), the environment and `hotline.toml`. Raises `SettingsFault`."""
    file = _settings_file()
    if file is not None and not file.is_file():
        raise SettingsFault(f"{file} does not exist", where=_FILE_VARIABLE, remedy="name a file, or unset the variable")
    try:
        return Settings(**given)
    except ValidationError as fault:
        raise SettingsFault(_in_words(fault), remedy="correct it in the environment or in hotline.toml") from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsFault(f"cannot be read: {fault}", where=str(file), remedy="correct the TOML") from None
    except SettingsError as fault:
        raise SettingsFault(str(fault), remedy="correct it in the environment or in hotline.toml") from None
    except OSError as fault:
        raise SettingsFault(f"cannot be read: {fault.strerror}", where=str(file), remedy="make it readable") from None


def secret_files() -> tuple[Path, ...]:
    """The files from which this process takes secrets."""
    return files_with_secrets(Settings, _PREFIX, _settings_file(), os.environ)


def prepare_folder(folder: Path) -> Path:
    """Make the folder unless it is there, and prove that it can be written. Raises `NotWritable`."""
    try:
        for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)  # what is in it is nobody else's on this machine
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise NotWritable(
            f"the folder cannot be written: {fault.strerror}",
            where=str(folder),
            remedy="make it writable for this user, or set HOTLINE_DATA_FOLDER to another folder",
        ) from fault
    return folder


def _settings_file() -> Path | None:
    """The file named by the environment, else `hotline.toml` if the current folder has one."""
    named = os.environ.get(_FILE_VARIABLE)
    if named:
        return Path(named)
    here = Path("hotline.toml")
    return here if here.is_file() else None


def _in_words(fault: ValidationError) -> str:
    """Every error in one line, without the values, which may be secrets."""
    said = []
    for error in fault.errors(include_url=False, include_context=False, include_input=False):
        if error["type"] == "default_factory_not_called":  # follows from another error in the list
            continue
        message = "no such setting" if error["type"] == "extra_forbidden" else error["msg"]
        message = message.removeprefix("Value error, ").removeprefix("Input ")
        said.append(f"{_place(error['loc'])}: {message}" if error["loc"] else message)
    return "; ".join(said)


def _place(loc: tuple[int | str, ...]) -> str:
    """`HOTLINE_TRUNKS, entry 2, port` of a value in a table."""
    first, *others = loc
    inside = [f"entry {part + 1}" if isinstance(part, int) else part for part in others]
    return ", ".join((f"{_PREFIX}{str(first).upper()}", *inside))
