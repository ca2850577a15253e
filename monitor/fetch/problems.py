"""What went wrong on the way, in one line for a person; never in the words of a library or a server.

Their texts may hold what was sent: addresses with passwords, bytes of a hostile answer.
"""

import ssl
import zlib

import httpcore
import httpx

TROUBLES: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpcore.ConnectionNotAvailable,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    OSError,  # ssl.SSLError among them
    EOFError,
    ValueError,  # UnicodeError among them
    zlib.error,
)
"""All that the libraries below raise for what a server, a network or an address does."""


def said_of(trouble: Exception) -> str:
    """Return what one of the `TROUBLES` means for the source."""
    known = next((said for cause in _causes(trouble) if (said := _said_of_cause(cause))), None)
    if known is not None:
        return known
    match trouble:
        case httpcore.ConnectError() | httpcore.ConnectTimeout():
            return "cannot be connected to"
        case httpcore.LocalProtocolError() | httpx.InvalidURL() | ValueError():
            return "cannot be asked: the address or a header is not fit for HTTP"
        case httpcore.RemoteProtocolError():
            return "does not answer in proper HTTP, or broke off"
        case _:
            return "broke off the connection"


def is_silence(trouble: Exception) -> bool:
    """Whether one of the `TROUBLES` means that no connection came about, as when the network is down."""
    causes = _causes(trouble)
    unconnected = any(isinstance(cause, (httpcore.ConnectError, httpcore.ConnectTimeout)) for cause in causes)
    return unconnected and not any(isinstance(cause, ssl.SSLError) for cause in causes)


def _said_of_cause(cause: BaseException) -> str | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return f"has no valid certificate: {cause.verify_message}"
        case ssl.SSLError():
            return "broke off the encrypted connection"
        case ConnectionRefusedError():
            return "refuses connections"
        case _:
            return None


def _causes(error: BaseException) -> list[BaseException]:
    """Return the error and what caused it, innermost last."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    return chain
