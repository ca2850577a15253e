"""Settings: the files of the configuration folder, overridden by the environment, checked once.

`monitor.toml` holds the sections below, `sources.toml` and `quotes.toml` what is polled and looked for at
the start. `QUOTE_MONITOR_<SECTION>__<KEY>` overrides a key of monitor.toml; `QUOTE_MONITOR_<SECTION>__<KEY>_FILE`
names a file that holds the value, for secrets. An unknown key is refused: a typo is not a silent default.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.core.errors import SettingsError
from monitor.core.model import Keep, SourceKind, WantedQuote, WantedSource, WhenDeleted
from monitor.quotefile import read_quotes
from monitor.sources.feed import QUERY
from monitor.sources.links import is_page
from monitor.sources.presets import can_follow, feed, of_kind, page_of, recognized

PREFIX = "QUOTE_MONITOR_"
FILES = ("monitor.toml", "sources.toml", "quotes.toml")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def duration(value: object) -> object:
    """Read "90s", "15m", "6h", "2d" as a timedelta; leave anything else to fail or pass by itself."""
    if isinstance(value, str) and (found := re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*([smhd])\s*", value)):
        return timedelta(**{UNITS[found[2]]: float(found[1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError('write a number and a unit, such as "90s", "15m", "6h" or "2d"')


def listed(value: object) -> object:
    """Let the environment write a list as "1, 2"."""
    return [item for item in re.split(r"[\s,]+", value) if item] if isinstance(value, str) else value


def tokens_by_host(value: object) -> object:
    """Read "host=token" pairs; what is wrong with one is told without it."""
    pairs = listed(value)
    tokens: dict[str, str] = {}
    for number, pair in enumerate(pairs if isinstance(pairs, list) else [pairs], start=1):
        found = re.fullmatch(r"([A-Za-z0-9.:-]+)=([!-~]{1,500})", pair.strip()) if isinstance(pair, str) else None
        if found is None:
            raise ValueError(f"entry {number} is not of the form host=token")
        tokens[found[1].lower()] = found[2]
    return tokens


def network(value: object) -> object:
    """Read a network in CIDR notation."""
    return ip_network(value) if isinstance(value, str) else value


def zone(value: object) -> object:
    """Read an IANA time zone name."""
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no time zone: write a name such as Europe/Madrid") from error


def address(value: object) -> object:
    """Read a chat: its number (a channel's begins with -100) or @name."""
    text = str(value).strip()
    if text and not re.fullmatch(r"-?\d{1,20}|@\w{4,64}", text):
        raise ValueError("write the chat's number, such as -1001234567890, or its @name")
    return text or None


def header_text(value: object) -> object:
    """Read a text that goes into an HTTP header."""
    text = str(value).strip()
    if not re.fullmatch(r"[ -~]{0,200}", text):
        raise ValueError("write at most 200 plain ASCII characters on one line, such as you@example.org")
    return text


def web_address(value: object) -> object:
    """Read an http(s) URL."""
    text = str(value).strip().rstrip("/")
    if not re.match(r"https?://[^/\s]", text):
        raise ValueError("write an address that begins with https:// or http://")
    return text


def webhook_address(value: object) -> object:
    """Read an https URL, or nothing."""
    text = str(value or "").strip()
    if text and not re.match(r"https://[^/\s]", text):
        raise ValueError("write an address that begins with https://, as Telegram asks for")
    return text or None


def web_address_or_none(value: object) -> object:
    """Read an http(s) URL, or nothing."""
    return web_address(value) if value else None


Duration = Annotated[timedelta, BeforeValidator(duration), Field(gt=timedelta())]
Pause = Annotated[timedelta, BeforeValidator(duration), Field(ge=timedelta())]
Zone = Annotated[ZoneInfo, BeforeValidator(zone)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(network)]


class Section(BaseModel):
    """A table of monitor.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class TelegramSettings(Section):
    token: SecretStr | None = Field(None, description="The bot's token, from @BotFather. A secret.")
    api_url: Annotated[str, BeforeValidator(web_address)] = Field(
        "https://api.telegram.org", description="Where the Bot API is: Telegram's own, or a self-hosted server."
    )
    owners: Annotated[frozenset[int], BeforeValidator(listed)] = Field(
        frozenset(), description="Numeric Telegram ids of the owners: they may do everything, and let others in."
    )
    channel: Annotated[str | None, BeforeValidator(address)] = Field(
        None, description="The channel that gets every alert: its number or @name. The bot must be its admin."
    )
    most_quotes: int = Field(200, ge=0, description="Quotes one member may have tracked; owners have no limit.")
    most_sources: int = Field(50, ge=0, description="Sources one member may have added; owners have no limit.")
    webhook_url: Annotated[str | None, BeforeValidator(webhook_address)] = Field(
        None, description="Where Telegram brings updates (extra `webhook`), through a proxy of yours; else it is asked."
    )
    webhook_host: str = Field("127.0.0.1", description="The address that proxy passes them on to.")
    webhook_port: int = Field(8443, ge=1, le=65535, description="The port it passes them on to.")
    grace: Duration = Field(
        timedelta(seconds=60),
        description="How long a message whose answer was lost may take to arrive, until it is looked for.",
    )
    access: Literal["private", "open"] = Field(
        "private",
        description='"open" lets anybody read and subscribe, "private" only members. Editors change what is tracked.',
    )


class BlueskySettings(Section):
    identifier: str = Field("", description="The handle of a Bluesky account, for searching there.", max_length=253)
    app_password: SecretStr | None = Field(
        None, description="An app password of that account (Settings, App passwords). A secret."
    )


class MastodonSettings(Section):
    tokens: Annotated[Mapping[str, SecretStr], BeforeValidator(tokens_by_host)] = Field(
        {}, description='Access tokens for streams, such as ["social.example=TOKEN"], one for each host. Secrets.'
    )


class DatabaseSettings(Section):
    path: Path = Field(Path("data/quote-monitor.db"), description="The one file that holds everything.")


class FetchSettings(Section):
    contact: Annotated[str, BeforeValidator(header_text)] = Field(
        "", description="An e-mail or web address shown to the sources, so that they can reach you."
    )
    deadline: Duration = Field(timedelta(seconds=30), description="The longest a whole fetch may take.")
    max_bytes: int = Field(5_242_880, ge=1024, description="The largest page read, after decompression, in bytes.")
    allow_networks: Annotated[tuple[Network, ...], BeforeValidator(listed)] = Field(
        (), description='Private networks that sources may be in, such as ["192.168.7.0/24"]. Refused otherwise.'
    )
    host_spacing: Pause = Field(timedelta(seconds=1), description="The shortest time between two requests to one host.")
    host_concurrency: int = Field(2, ge=1, le=16, description="Requests under way at once to one host.")
    concurrency: int = Field(
        8, ge=1, le=256, description="Requests under way at once in all; more for thousands of sources."
    )


class PollingSettings(Section):
    shortest: Duration = Field(timedelta(minutes=2), description="The shortest interval a source's rhythm may lead to.")
    longest: Duration = Field(timedelta(hours=1), description="The longest interval of a source that works.")
    longest_backoff: Duration = Field(timedelta(hours=6), description="The longest wait for a source that fails.")
    baseline_age: Pause = Field(
        timedelta(hours=6), description="At the first poll of a new source, posts older than this alert nobody."
    )


class MatchingSettings(Section):
    threshold: float | None = Field(
        None, ge=50, le=100, description="The score that alerts, 0-100. Left out: the engine's own, which is measured."
    )


class ArticlesSettings(Section):
    enabled: bool = Field(False, description="Fetch the article behind a short entry of a feed (extra `articles`).")
    per_hour: int = Field(120, ge=1, le=10_000, description="The most articles fetched in any hour.")
    shortest: int = Field(
        600, ge=1, le=100_000, description="Posts with as many characters are taken to hold their article."
    )
    timeout: Duration = Field(timedelta(seconds=30), description="The longest a poll waits for its articles.")


class RetentionSettings(Section):
    days: float = Field(90, ge=0, description="How many days posts without a match are kept; 0 keeps them for ever.")
    megabytes: float = Field(0, ge=0, description="How much of their text is kept for each source; 0 is any amount.")


class EvidenceSettings(Section):
    rechecks: bool = Field(
        True, description="Look again at the pages of posts that alerted, after an hour, a day and a week."
    )


class DisplaySettings(Section):
    time_zone: Zone = Field(ZoneInfo("UTC"), description="The zone of the times in alerts, an IANA name.")


class LogSettings(Section):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="The least severe that is logged.")
    format: Literal["auto", "console", "json"] = Field(
        "auto", description='"auto": readable in a terminal, one JSON object a line elsewhere.'
    )


class MetricsSettings(Section):
    enabled: bool = Field(False, description="Serve Prometheus metrics (extra `metrics`).")
    host: str = Field("127.0.0.1", description="The address they are served at.")
    port: int = Field(9464, ge=1, le=65535, description="The port they are served at.")


class WebSettings(Section):
    host: str = Field("127.0.0.1", description="The address the review pages are served at (extra `web`).")
    port: int = Field(8010, ge=1, le=65535, description="The port they are served at.")
    public_url: Annotated[str | None, BeforeValidator(web_address_or_none)] = Field(
        None, description="Where people open them, such as https://quotes.example.org; alerts then link to them."
    )
    public: bool = Field(
        False, description="Let everybody read them. Otherwise only those who sign in, and this machine's users."
    )


class Settings(BaseSettings):
    """Everything in monitor.toml, after the environment."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        enable_decoding=False,
    )

    telegram: TelegramSettings = TelegramSettings()
    bluesky: BlueskySettings = BlueskySettings()
    mastodon: MastodonSettings = MastodonSettings()
    database: DatabaseSettings = DatabaseSettings()
    fetch: FetchSettings = FetchSettings()
    polling: PollingSettings = PollingSettings()
    matching: MatchingSettings = MatchingSettings()
    articles: ArticlesSettings = ArticlesSettings()
    retention: RetentionSettings = RetentionSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    display: DisplaySettings = DisplaySettings()
    log: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    web: WebSettings = WebSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose tables are passed to the constructor."""
        assert isinstance(env_settings, EnvSettingsSource)
        env_settings.env_vars = _environment(os.environ)
        return env_settings, init_settings


def effective(settings: Settings) -> dict[str, str]:
    """Return every setting as `section.key` and text, without the secrets: what a change of settings is told by."""
    return {
        f"{section}.{key}": ", ".join(sorted(map(str, value))) if isinstance(value, frozenset | tuple) else str(value)
        for section, table in settings.model_dump(mode="python").items()
        for key, value in table.items()
        if value is not None and not isinstance(value, SecretStr | Mapping)  # tables by name hold tokens
    }


def source_text(value: object) -> object:
    """Read what stands for a source: an http(s) URL, or a short form (`monitor/sources/presets.py`)."""
    text = str(value).strip()
    if re.match(r"https?:", text, re.IGNORECASE):
        web_address(text)
    return text


class SourceEntry(Section):
    """A `[[sources]]` entry of sources.toml."""

    kind: SourceKind | None = None  # None: told by the address
    url: Annotated[str, BeforeValidator(source_text)]
    name: str = Field("", max_length=200)
    every: Annotated[timedelta | None, BeforeValidator(duration), Field(ge=timedelta(seconds=1))] = None
    follow: bool | None = None  # ask for the tracked quotes, in turn; None: as the address says
    keep: Keep | None = None  # None: what is usual for the kind
    keep_days: float | None = Field(None, gt=0)  # None: as [retention] says
    keep_mb: float | None = Field(None, gt=0)
    when_deleted: WhenDeleted | None = None  # None: as the service's terms ask

    @field_validator("url")
    @classmethod
    def _is_a_source(cls, url: str, others: ValidationInfo) -> str:
        if "kind" not in others.data or _source_at(url, others.data["kind"]):  # a wrong kind is told by itself
            return url
        kind = others.data["kind"]
        if kind is not None:
            raise ValueError(f"this is no address of the kind {kind.value}: leave `kind` out, the address tells it")
        if is_page(page_of(url) or ""):
            raise ValueError("this is a page, not a feed: `quote-monitor sources test` finds its feed")
        raise ValueError(
            "write an address that begins with https:// or http://, or a short form such as r/python or @user@host"
        )

    @field_validator("follow")
    @classmethod
    def _can_follow(cls, follow: bool | None, others: ValidationInfo) -> bool | None:
        if follow and "url" in others.data and not can_follow(_wanted(others.data["url"], others.data["kind"])):
            raise ValueError(f"only a search can follow the tracked quotes, or a feed with {QUERY} in its url")
        return follow

    def wanted(self) -> WantedSource:
        """Return the source, with what the entry says over what is usual for it."""
        usual = _wanted(self.url, self.kind)
        return replace(
            usual,
            name=self.name or usual.name,
            every=self.every or usual.every,
            follow=usual.follow if self.follow is None else self.follow,
            keep=self.keep or usual.keep,
            keep_days=self.keep_days,
            keep_mb=self.keep_mb,
            when_deleted=self.when_deleted,
        )


def _source_at(url: str, kind: SourceKind | None) -> WantedSource | None:
    found = recognized(url) if kind is None else of_kind(kind, url)
    return feed(url.rstrip("/")) if found and found.address == url and found.kind is SourceKind.FEED else found


def _wanted(url: str, kind: SourceKind | None) -> WantedSource:
    found = _source_at(url, kind)
    assert found is not None, "checked before"
    return found


class SourceFile(Section):
    sources: tuple[SourceEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The three files, read and checked."""

    settings: Settings
    sources: tuple[WantedSource, ...]
    quotes: tuple[WantedQuote, ...]


def defaults() -> Path:
    """Return the folder of the commented default files: config/ in the source tree, in the package when installed."""
    packaged = Path(str(resources.files("monitor"))) / "_defaults"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "config"


def load(folder: Path | None = None) -> Configuration:
    """Read and check the configuration in `folder`; None means ./config where there is one, else the defaults.

    A file that is not there leaves its defaults. Raises SettingsError, one line naming the file and the key.
    """
    if folder is not None and not folder.is_dir():
        raise SettingsError(f"There is no folder {folder}: create it with `quote-monitor init {folder}`.")
    folder = folder or (Path("config") if Path("config/monitor.toml").is_file() else defaults())
    quotes = folder / "quotes.toml"
    return Configuration(
        settings=_settings(folder / "monitor.toml"),
        sources=_sources(folder / "sources.toml"),
        quotes=tuple(wanted for _, wanted in read_quotes(quotes)) if quotes.is_file() else (),
    )


def _settings(path: Path) -> Settings:
    try:
        return Settings(**_toml(path))
    except ValidationError as error:
        raise SettingsError(_first_problem(path, error)) from error


def _sources(path: Path) -> tuple[WantedSource, ...]:
    try:
        entries = SourceFile(**_toml(path)).sources
    except ValidationError as error:
        raise SettingsError(_first_problem(path, error)) from error
    listed: dict[tuple[SourceKind, str], WantedSource] = {}
    for entry in entries:
        wanted = entry.wanted()
        if (wanted.kind, wanted.address) in listed:
            raise SettingsError(f"{path}: {entry.url} is listed twice: remove one of the two.")
        listed[wanted.kind, wanted.address] = wanted
    return tuple(listed.values())


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from error


def _environment(environ: Mapping[str, str]) -> dict[str, str | None]:
    """Return our variables with lower-case names, `…_FILE` replaced by what the file holds."""
    known = set(_variables())
    ours: dict[str, str | None] = {}
    for name, value in environ.items():
        if not name.upper().startswith(PREFIX) or name.upper() == PREFIX + "CONFIG":
            continue
        target = name.upper()
        if target in known:
            ours[target.lower()] = value
        elif target.removesuffix("_FILE") in known:
            ours[target.removesuffix("_FILE").lower()] = _secret(name, value)
        else:
            raise SettingsError(f"The environment sets {name}, which is no setting{_nearest(target, known)}")
    return ours


def _variables() -> Iterator[str]:
    for section, field in Settings.model_fields.items():
        table = field.annotation
        assert isinstance(table, type)
        assert issubclass(table, Section)
        for key in table.model_fields:
            yield f"{PREFIX}{section}__{key}".upper()


def _secret(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} names a file that cannot be read: {error}.") from error


def _nearest(wanted: str, known: set[str]) -> str:
    nearest = difflib.get_close_matches(wanted, known, n=1, cutoff=0.6)
    return f": did you mean {nearest[0]}?" if nearest else "."


def _first_problem(path: Path, error: ValidationError) -> str:
    """Return one line for the first problem, without the value (it may be a secret)."""
    problem = error.errors(include_input=False, include_url=False)[0]
    places = [f"{place + 1}." if isinstance(place, int) else str(place) for place in problem["loc"]]
    where = ".".join(place.rstrip(".") for place in places)
    if problem["type"] == "extra_forbidden":
        table: Any = SourceEntry if "sources" in places else Settings
        for place in places[:-1]:
            annotation = table.model_fields[place].annotation if place in table.model_fields else table
            table = annotation if isinstance(annotation, type) else table
        return f"{path}: unknown setting {where}{_nearest(places[-1], set(table.model_fields))}"
    return f"{path}: {where}: {problem['msg'].removeprefix('Value error, ')}."
