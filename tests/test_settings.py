import tomllib
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.core.errors import SettingsError
from monitor.core.model import Keep, SourceKind, WantedSource
from monitor.settings import FILES, Settings, defaults, load

TOKEN = "123456:canary-canary-canary-canary-canary"


@pytest.fixture(autouse=True)
def no_outside_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def test_the_default_files_are_valid_and_say_what_the_defaults_are() -> None:
    read = load(defaults())

    assert read.settings == Settings()
    assert len(read.sources) >= 10
    assert read.quotes[0].text.startswith("Come get me, coward!")


def test_every_setting_has_a_comment_or_value_in_the_default_file() -> None:
    text = (defaults() / "monitor.toml").read_text("utf-8")

    for section, field in Settings.model_fields.items():
        part = "\n" + text.split(f"\n[{section}]\n")[1].split("\n[")[0]
        for key in field.annotation.model_fields:
            assert f"\n{key} =" in part or f"\n# {key} =" in part, f"{section}.{key}"


def test_what_is_commented_out_in_the_default_file_is_valid_too(tmp_path: Path) -> None:
    lines = (defaults() / "monitor.toml").read_text("utf-8").splitlines()
    uncommented = "\n".join(
        line.removeprefix("# ") if line.startswith("# ") and " = " in line and "..." not in line else line
        for line in lines
        if "QUOTE_MONITOR_" not in line
    )
    assert tomllib.loads(uncommented)["polling"]["shortest"] == "2m"

    assert load(write(tmp_path, monitor=uncommented)).settings.polling == Settings().polling


def test_a_folder_without_files_leaves_all_defaults(tmp_path: Path) -> None:
    read = load(tmp_path)

    assert (read.settings, read.sources, read.quotes) == (Settings(), (), ())


def test_tokens_are_by_host_secret_and_from_file_environment_or_secret_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, monitor='[mastodon]\ntokens = ["Social.Example=abc"]')
    given = load(tmp_path).settings.mastodon.tokens
    assert {host: token.get_secret_value() for host, token in given.items()} == {"social.example": "abc"}
    assert "abc" not in repr(given)

    monkeypatch.setenv("QUOTE_MONITOR_MASTODON__TOKENS", "a.example=x=, b.example:8443=y")
    given = load(tmp_path).settings.mastodon.tokens
    assert {host: token.get_secret_value() for host, token in given.items()} == {
        "a.example": "x=",
        "b.example:8443": "y",
    }

    (tmp_path / "secret").write_text("c.example=z\n")
    monkeypatch.delenv("QUOTE_MONITOR_MASTODON__TOKENS")
    monkeypatch.setenv("QUOTE_MONITOR_MASTODON__TOKENS_FILE", str(tmp_path / "secret"))
    assert list(load(tmp_path).settings.mastodon.tokens) == ["c.example"]


@pytest.mark.parametrize("tokens", ['["hunter2"]', '["https://a.example=hunter2"]', '[["hunter2"]]', '"hunter2"'])
def test_a_token_that_cannot_be_read_is_not_shown(tmp_path: Path, tokens: str) -> None:
    with pytest.raises(SettingsError, match=r"mastodon\.tokens: entry 1 is not of the form host=token") as refused:
        load(write(tmp_path, monitor=f"[mastodon]\ntokens = {tokens}"))

    assert "hunter2" not in str(refused.value)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, monitor='[telegram]\nowners = [1]\nchannel = "@alerts_one"\n[polling]\nlongest = "2h"')
    monkeypatch.setenv("QUOTE_MONITOR_TELEGRAM__OWNERS", "42, 43")
    monkeypatch.setenv("QUOTE_MONITOR_FETCH__ALLOW_NETWORKS", "127.0.0.0/8 10.0.0.0/8")
    monkeypatch.setenv("QUOTE_MONITOR_POLLING__SHORTEST", "90s")

    settings = load(tmp_path).settings

    assert settings.telegram.owners == {42, 43}
    assert settings.telegram.channel == "@alerts_one"
    assert settings.polling.longest == timedelta(hours=2)
    assert settings.polling.shortest == timedelta(seconds=90)
    assert settings.fetch.allow_networks == (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))


def test_a_secret_can_be_kept_in_a_file_and_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    monkeypatch.setenv("QUOTE_MONITOR_TELEGRAM__TOKEN_FILE", str(tmp_path / "token"))

    settings = load(tmp_path).settings

    assert settings.telegram.token
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"monitor": "[fetch]\ntimout = 1"}, "monitor.toml: unknown setting fetch.timout"),
        ({"monitor": "[fetch]\ndeadlin = '3s'"}, "did you mean deadline?"),
        ({"monitor": "[fetsch]\n"}, "unknown setting fetsch: did you mean fetch?"),
        ({"monitor": "[fetch]\ndeadline = 30"}, "fetch.deadline: write a number and a unit"),
        ({"monitor": "[fetch]\ndeadline = '0s'"}, "fetch.deadline"),
        ({"monitor": "[fetch]\ncontact = 'José'"}, "fetch.contact: write at most 200 plain ASCII characters"),
        ({"monitor": "[telegram]\nchannel = 'my channel'"}, "telegram.channel: write the chat's number"),
        ({"monitor": "[telegram]\nowners = ['ann']"}, "telegram.owners"),
        ({"monitor": "[telegram]\napi_url = 'ftp://x'"}, "telegram.api_url: write an address that begins with https"),
        ({"monitor": "[display]\ntime_zone = 'Mars'"}, "display.time_zone: 'Mars' is no time zone"),
        ({"monitor": "[fetch]\nallow_networks = ['10.0.0.1/8']"}, "fetch.allow_networks"),
        ({"monitor": "[fetch"}, "monitor.toml is not valid TOML"),
        ({"sources": "[[sources]]\nurl = 'not a url'"}, "sources.1.url: write an address"),
        (
            {"sources": "[[sources]]\nurl = 'https://a.example'\nnam = 'x'"},
            "unknown setting sources.1.nam: did you mean",
        ),
        ({"sources": "[[sources]]\nname = 'x'"}, "sources.1.url: Field required"),
        ({"sources": "[[sources]]\nurl='https://a.example'\n[[sources]]\nurl='https://a.example/'"}, "is listed twice"),
        ({"sources": "[[sources]]\nurl='https://a.example'\nkind='fax'"}, "sources.1.kind"),
        ({"sources": "[[sources]]\nurl='r/python'\n[[sources]]\nurl='/r/python'"}, "/r/python is listed twice"),
        ({"sources": "[[sources]]\nurl='r/p?x'"}, "sources.1.url: write an address that begins with https:// or http"),
        ({"sources": "[[sources]]\nurl='https://www.youtube.com/@x'"}, "sources.1.url: this is a page, not a feed"),
        ({"sources": "[[sources]]\nurl='r/python'\nkind='mastodon'"}, "sources.1.url: this is no address of the kind"),
        ({"sources": "[[sources]]\nurl='ftp://a.example'"}, "sources.1.url: write an address"),
        ({"sources": "[[sources]]\nurl='r/python'\nfollow=true"}, "sources.1.follow: only a search can follow"),
        ({"sources": "[[sources]]\nurl='r/python'\nkeep='some'"}, "sources.1.keep"),
        ({"quotes": "[[quotes]]\ntxt = 'x'"}, "quotes.toml"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_file_and_the_key(
    tmp_path: Path, files: dict[str, str], says: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, **files))

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_source_may_be_written_as_people_say_it(tmp_path: Path) -> None:
    entries = [
        "url = 'https://news.example/feed/'",
        "url = 'r/python'\nname = 'Snakes'\nevery = '1h'",
        "url = '@user@host.social'",
        "url = 'news:petro'",
        "url = 'news:petro coward'\nevery = '30m'",
        "url = 'hn:*'",
        "url = 'https://search.example/?q={query}'\nfollow = true",
        "url = 'all'\nkind = 'hackernews'\nkeep = 'matched'",
        "url = 'https://host.social/@user'\nkind = 'feed'",
        "url = 'https://blog.example/tags/python/'",
    ]
    write(tmp_path, sources="\n".join(f"[[sources]]\n{entry}" for entry in entries))

    feed, reddit, mastodon, news, slower, following, template, everything, plain, blog = load(tmp_path).sources

    assert feed == WantedSource(
        kind=SourceKind.FEED, address="https://news.example/feed", name="https://news.example/feed"
    )
    assert (reddit.address, reddit.name) == ("https://www.reddit.com/r/python/new.rss?limit=100", "Snakes")
    assert (mastodon.kind, mastodon.address) == (SourceKind.MASTODON, "@user@host.social")
    assert [source.every for source in (reddit, news, slower)] == [timedelta(minutes=n) for n in (60, 15, 30)]
    assert [source.follow for source in (news, following, template)] == [False, True, True]
    assert (everything.kind, everything.keep) == (SourceKind.HACKERNEWS, Keep.MATCHED)
    assert (plain.kind, plain.address) == (SourceKind.FEED, "https://host.social/@user")
    assert (blog.kind, blog.address) == (SourceKind.FEED, "https://blog.example/tags/python")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("QUOTE_MONITOR_TELEGRAM__TOEKN", "x", "did you mean QUOTE_MONITOR_TELEGRAM__TOKEN?"),
        ("QUOTE_MONITOR_TOKEN", "x", "which is no setting"),
        ("QUOTE_MONITOR_TELEGRAM__TOKEN_FILE", "/nowhere/token", "names a file that cannot be read"),
    ],
)
def test_a_mistaken_variable_is_refused_without_showing_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name) as caught:
        load(tmp_path)

    assert says in str(caught.value)


def test_a_wrong_secret_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, monitor=f'[telegram]\ntoken = ["{TOKEN}"]'))

    assert TOKEN not in str(caught.value)


def test_a_folder_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="quote-monitor init"):
        load(tmp_path / "nowhere")


def test_the_folder_config_is_used_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    write(tmp_path / "config", monitor='[database]\npath = "here.db"')

    assert load().settings.database.path == Path("here.db")


def test_all_three_files_are_shipped() -> None:
    assert all((defaults() / name).is_file() for name in FILES)
