"""What went wrong at a source, said in the language of a chat.

It is recorded as one line of English, whoever reads it later (`sources.last_error`). That line is made of one of the
messages here, which are looked up in reverse: the fields are read out of it and put into the translation. A line
that no message explains is shown as it is; a test holds this list against everything the program can raise.
"""

import re
from functools import cache

from monitor.bot.language import _, marked

MESSAGES = (
    marked("answered {status}"),
    marked("answered {status} at {place}"),
    marked("answered {status} without saying where to"),
    marked("answered {status}: a signed request is not redirected"),
    marked("answered {status}: asks to be left alone for {wait}"),
    marked("{host} asks to be left alone for another {wait}"),
    marked("did not answer within {wait}"),
    marked("{host} has no address"),
    marked("{host} refuses connections"),
    marked("{host} cannot be connected to"),
    marked("{host} cannot be asked: the address or a header is not fit for HTTP"),
    marked("{host} does not answer in proper HTTP, or broke off"),
    marked("{host} broke off the connection"),
    marked("{host} broke off the encrypted connection"),
    marked("{host} has no valid certificate: {why}"),
    marked("the name {host} could not be looked up"),
    marked("no host answers, the network seems to be down ({error})"),
    marked("{host} is not on the public internet; the operator can allow its network (fetch.allow_networks)"),
    marked("a unix socket is not on the public internet"),
    marked("only http:// and https:// addresses are fetched"),
    marked("the address names no host: it should look like {example}"),
    marked("the address cannot be read: it should look like {example}"),
    marked("there is no port {port}"),
    marked("redirects to an address that cannot be read"),
    marked("redirects more than {n} times"),
    marked("sent more than {size} MiB"),
    marked("sent its answer in too many tiny pieces"),
    marked("sent an encoding that was not asked for"),
    marked("sent stacked encodings"),
    marked("sent a compressed answer whose end is missing"),
    marked("sent a compressed answer in too many parts"),
    marked("sent a compressed answer that is damaged"),
    marked("answered the login with a session that cannot be used"),
    marked("needs {settings} in the settings"),
    marked("the account {account} signs requests to its own service only"),
    marked("{n} logins in an hour are enough: the next in {wait}"),
    marked("the login was refused: check {settings} in the settings"),
    marked("the login was answered with status {status}"),
    marked("not the address of a stream: it should look like {example}"),
    marked("the address of a stream holds no name and password"),
    marked("only wss:// addresses are read; the operator can allow a network for ws:// (fetch.allow_networks)"),
    marked("{host} does not answer as a WebSocket does"),
    marked("{host} no longer answers"),
    marked("{host} closed the connection (code {code})"),
    marked("{host} does not speak proper WebSocket"),
    marked("{host} refuses the stream"),
    marked("{host} refuses the stream ({status})"),
    marked("said nothing for {wait}"),
    marked("its page took longer than {n} s to read"),
    marked("its page could not be read within the memory and time allowed"),
    marked("the page is empty"),
    marked("not a feed: the page is neither XML nor JSON"),
    marked("a web page, not a feed: look for the address of its feed"),
    marked("starts like XML and is none"),
    marked("XML, but not a feed: its root element is <{root}>"),
    marked("XML, but not a feed: RDF without the elements of RSS"),
    marked("a feed too broken to read: {why}"),
    marked("the page declares XML entities (<!ENTITY), which are refused: feeds need none"),
    marked("an element of the page has more than {n} attributes: no feed needs them"),
    marked("starts like JSON and is none: {why}"),
    marked("JSON, but not a JSON Feed: it has no jsonfeed.org version"),
    marked("a JSON Feed without its list of items"),
    marked("not JSON: {why}"),
    marked("a web page, not JSON: the server wants a login, blocks us, or is in trouble"),
    marked("JSON, but not a list of {things}"),
    marked("{n} {things} at once, although far fewer were asked for"),
    marked("the server refuses: {why}"),
    marked("searches for the tracked quotes, and there is none with words to search for"),
    marked("there is no quote to search for"),
    marked("there are no words to search for: the address should look like {example}"),
    marked("Bluesky refuses: {why}"),
    marked("JSON, but not a page of Bluesky: it has no {name}"),
    marked("a page of Bluesky on which no post can be read: its format has changed"),
    marked("this account asks not to be shown to people who are not signed in: its posts are left out"),
    marked("not an account of Bluesky: it should look like @name.bsky.social, did:plc:… or search:WORDS"),
    marked("a list of articles of which none can be read: its format has changed"),
    marked("GDELT answered nothing: it does so under load"),
    marked("GDELT says: {why}"),
    marked("JSON, but not a list of articles"),
    marked("not a search of GDELT: the address should look like {example}"),
    marked("hits, but none says when it was posted"),
    marked("the index shows nothing at all"),
    marked("the index shows items from outside of the time that was asked for"),
    marked("JSON, but not an answer of the search index"),
    marked("a message that is not JSON"),
    marked("a message that is not an event of Jetstream"),
    marked("a message that is not an event of Mastodon"),
    marked("an event whose payload is not a status"),
    marked("a list, but not of statuses: nothing in it has an id and content"),
    marked("JSON, but not an account"),
    marked("not the address of a Mastodon stream: {how}"),
    marked("not a Mastodon address: {how}"),
    marked("not the name of a host: {how}"),
    marked("not a Hacker News address: {how}"),
    marked("a search has at most {n} bytes: use fewer words"),
    marked(
        "{host} tells its streams to members only: give the access token of an account there in the settings, as {how}"
    ),
    marked("not the preview page of a Telegram channel"),
    marked("a page that nests deeper than any preview page of Telegram"),
    marked("a page of Telegram on which no post has a number: its format has changed"),
    marked("@{channel} has no public preview: Telegram shows its posts to members only, or hides them"),
    marked("not a channel of Telegram: the address should look like @channel"),
    marked("it says what is written from now on, and nothing of before"),
    marked("it asks for the tracked quotes, and there is none yet"),
    marked("its requests are signed by the account {account}, as `run` does"),
)
_FIELD = re.compile(r"\{(\w+)\}")
_LONGEST = 1000  # characters of a line that is looked up: some quote what a server says, and a search in it takes long


def in_words(error: str | None) -> str:
    """Return what is recorded of an error, or of why a source was not tried, in the language now spoken."""
    if error is None or len(error) > _LONGEST:
        return error or ""
    for message, pattern in _patterns():
        if (found := pattern.fullmatch(error)) is not None:
            fields = found.groupdict()
            if "error" in fields:
                fields["error"] = in_words(fields["error"])
            return _(message).format(**fields)
    return error


def explains(error: str) -> bool:
    """Whether one of the messages says this."""
    return any(pattern.fullmatch(error) for _message, pattern in _patterns())


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the messages with what recognizes them, those with the most words of their own first."""
    return [
        (message, re.compile(_FIELD.sub(r"(?P<\1>.+)", re.sub(r"([().*+?|^$\[\]])", r"\\\1", message)), re.DOTALL))
        for message in sorted(MESSAGES, key=lambda message: -len(_FIELD.sub("", message)))
    ]
