"""The errors of the monitor, named for who acts on them.

```
MonitorError
├── SettingsError          the operator: the monitor explains and does not start
├── InputError             the person who typed it: nothing is changed, the message says what to do
├── SourceError            nobody yet: this source backs off, the others go on
│   ├── FetchError         asked again at the source's next poll
│   │   ├── RateLimited    asked again after `wait`
│   │   ├── NotThere       the same; of a post's own page it says that the post was taken back
│   │   ├── NoAnswer       the same; when nobody answers at all, it becomes a NetworkDown
│   │   └── AddressRefused the person who added it: the address leads into a private network
│   ├── ParseError         a developer: the page is worth keeping as a new sample
│   └── SourceGone         the operator: polling stops until told otherwise
├── NetworkDown            nobody: no source's failure, so each is asked again at its usual interval
├── StoreError             the operator: nothing is recorded meanwhile, so the same poll is repeated later
└── AlertError             nobody yet: the alert stays in the outbox
    ├── ChatBusy           sent again after `wait`; the chat is left alone until then
    ├── OutcomeUnknown     nobody knows whether it arrived; it is looked for before it is sent again
    ├── AlertRefused       tried once more as plain text, then given up with the reason
    ├── ChatMoved          sent again to the chat's new address
    └── ChatUnreachable    the operator: the chat no longer accepts messages
```

A library's errors become ours where they enter, with `from error`. Each is acted on in one place:
`SourceError` where a source is polled, `AlertError` where an alert is delivered, the others in `monitor/cli`
and `monitor/bot`, where a person reads them. Anything else is a bug and is let through with its traceback.
"""

from collections.abc import Callable
from datetime import timedelta


class MonitorError(Exception):
    """Base of everything the monitor raises on purpose. Its text is one line for a person, saying what to do."""


class SettingsError(MonitorError):
    """The settings cannot be used as they are."""


class InputError(MonitorError):
    """What a person typed cannot be done; nothing was changed.

    The fields of its message are given apart, so that it can be said in another language:
    `InputError("There is no source #{number}.", number=3)`.
    """

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message.format(**fields) if fields else message)
        self._message = message
        self._fields = fields

    def said_with(self, translate: Callable[[str], str], quoted: Callable[[str], str] = str) -> str:
        """Return the message in the language that `translate` gives messages in; so too an error it quotes.

        `quoted` translates what a SourceError says.
        """
        fields = {
            name: value.said_with(translate, quoted)
            if isinstance(value, InputError)
            else quoted(str(value))
            if isinstance(value, SourceError)
            else value
            for name, value in self._fields.items()
        }
        return translate(self._message).format(**fields) if fields else translate(self._message)


class SourceError(MonitorError):
    """A source could not be read this time."""


class FetchError(SourceError):
    """The source did not answer as it should."""


class RateLimited(FetchError):
    """The source asks to be left alone for `wait`."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class NotThere(FetchError):
    """There is nothing at this address (HTTP 404)."""


class NoAnswer(FetchError):
    """Not a byte came back: the name is not known, no connection came about, or nothing followed in time."""


class AddressRefused(FetchError):
    """The address, or where it leads, is not on the public internet."""


class ParseError(SourceError):
    """The answer is not what this kind of source sends."""


class SourceGone(SourceError):
    """The source says it is gone for good (HTTP 410)."""


class NetworkDown(MonitorError):
    """No host answers, so it is the network that fails and none of the sources."""


class StoreError(MonitorError):
    """The database cannot be used."""


class AlertError(MonitorError):
    """An alert was not delivered this time. Raised bare when it surely did not arrive (no connection)."""


class ChatBusy(AlertError):
    """Telegram asks for silence in this chat for `wait` (HTTP 429)."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class OutcomeUnknown(AlertError):
    """The request left, the answer did not come (a timeout, HTTP 5xx): it may have arrived."""


class AlertRefused(AlertError):
    """Telegram refuses this very message (HTTP 400)."""


class ChatUnreachable(AlertError):
    """The chat is closed to the bot: blocked, kicked, deleted (HTTP 403, or 400 "chat not found")."""


class ChatMoved(AlertError):
    """The chat has another address from now on: a group became a supergroup."""

    def __init__(self, message: str, *, address: str) -> None:
        super().__init__(message)
        self.address = address
