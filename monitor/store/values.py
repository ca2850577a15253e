"""Our values as columns hold them, and back: times, texts that SQLite can keep, JSON."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from monitor.core.model import Explanation, Part, Span, WordChange, WordOp


def time_text(at: datetime) -> str:
    """Return a time as text of one width that sorts: "2026-01-06T12:00:00.000Z". `at` must be aware."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def time_of(text: str) -> datetime:
    """Return the time a column holds."""
    return datetime.fromisoformat(text)


def time_or_none(text: str | None) -> datetime | None:
    """Return the time a column holds, or None when it is empty."""
    return None if text is None else time_of(text)


def seconds_of(seconds: float | None) -> timedelta | None:
    """Return the stretch of time a column of seconds holds, or None."""
    return None if seconds is None else timedelta(seconds=seconds)


def clock_text(clock: time | None) -> str | None:
    """Return a time of day as "22:00", or None."""
    return None if clock is None else f"{clock:%H:%M}"


def clock_of(text: str | None) -> time | None:
    """Return the time of day a column holds, or None when it is empty."""
    return time.fromisoformat(text) if text else None


def plain_text(text: str) -> str:
    """Return a text SQLite can keep, of the same length, so that offsets into it stay right.

    Lone surrogates have no UTF-8 form, and SQLite's functions stop reading at a NUL.
    """
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def json_list(items: Iterable[str | int]) -> str:
    """Return a list for SQLite's `json_each`."""
    return json.dumps([plain_text(item) if isinstance(item, str) else item for item in items], ensure_ascii=False)


def spans_json(spans: Iterable[Span]) -> str:
    return json.dumps([[span.start, span.end] for span in spans])


def spans_of(text: str) -> tuple[Span, ...]:
    return tuple(Span(start=start, end=end) for start, end in json.loads(text))


def parts_json(parts: Iterable[Part]) -> str:
    return json.dumps([{"name": part.name, "start": part.start, "end": part.end} for part in parts], ensure_ascii=False)


def parts_of(text: str) -> tuple[Part, ...]:
    return tuple(Part(name=part["name"], start=part["start"], end=part["end"]) for part in json.loads(text))


def explanation_json(explanation: Explanation) -> str:
    return json.dumps(
        {
            "why": explanation.why,
            "words": [_word(change) for change in explanation.words],
            "normalizations": explanation.normalizations,
            "changes": explanation.changes,
        },
        ensure_ascii=False,
    )


def _word(change: WordChange) -> dict[str, object]:
    span = change.span and [change.span.start, change.span.end]
    return {"op": change.op, "quoted": change.quoted, "said": change.said, "span": span}


def explanation_of(text: str) -> Explanation:
    read = json.loads(text)
    return Explanation(
        why=read["why"],
        words=tuple(
            WordChange(
                op=WordOp(word["op"]),
                quoted=word["quoted"],
                said=word["said"],
                span=word["span"] and Span(start=word["span"][0], end=word["span"][1]),
            )
            for word in read["words"]
        ),
        normalizations=tuple(read["normalizations"]),
        changes=tuple(read["changes"]),
    )
