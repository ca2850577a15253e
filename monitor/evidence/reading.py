"""The index.html of an evidence pack: what it holds, for a reader."""

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from monitor.evidence.holding import MISSING, Capture
from monitor.evidence.markup import element, link, marked, moment, page, table

OUTCOMES = {
    "same": "it still said so",
    "edited": "it was there, without the passage",
    "gone": "it was gone",
    "unclear": "its page did not show it",
    "unreachable": "its page could not be reached",
    "no address": "it has no page of its own",
}
WORDS = {"kept": "same", "changed": "changed", "inserted": "added", "missing": "left out"}

Plain = Mapping[str, Any]


def index(manifest: Plain) -> str:
    """Return the page of a manifest."""
    quotes = {quote["id"]: quote for quote in manifest["quotes"]}
    posts = {post["id"]: post for post in manifest["posts"]}
    parts = [
        element("h1", f"Evidence of {_count(len(manifest['matches']), 'match', 'matches')}"),
        element("p", f"Packed {moment(manifest['made_at'])} by {manifest['made_by']}.", "quiet"),
        "<p>Whether this pack is whole: <code>quote-monitor verify</code> and the name of its file.</p>",
        *_holding(manifest),
    ]
    for match in manifest["matches"]:
        parts += _match(match, quotes[match["quote_id"]], posts[match["post_id"]], manifest)
    parts += _received(manifest["received"])
    return page("Evidence of matches", parts)


def _holding(manifest: Plain) -> Iterator[str]:
    for head, sentences in (("What is here", manifest["holds"]), ("What is not", manifest["lacks"])):
        yield element("h2", head)
        yield f"<ul>{''.join(element('li', sentence) for sentence in sentences)}</ul>"


def _match(match: Plain, quote: Plain, post: Plain, manifest: Plain) -> Iterator[str]:
    versions = [one for one in manifest["versions"] if one["post_id"] == post["id"]]
    yield "<section>" + element("h2", f"Match {match['id']}")
    yield element("p", f"Quote {quote['id']}" + (f", {quote['speaker']}" if quote["speaker"] else ""), "quiet")
    yield element("blockquote", quote["text"])
    if match["wording"] != quote["text"]:
        yield f"<p>Found by this wording:</p>{element('blockquote', match['wording'])}"
    yield element("p", f"{post['source']}, {post['author'] or 'no author named'}, {moment(post['first_seen_at'])}")
    text = next((one["text"] for one in [post, *versions] if one["text_digest"] == match["matched_text_digest"]), "")
    if post["redacted_at"]:
        yield element("p", f"Its words were blanked {moment(post['redacted_at'])}.")
    elif not match["passage"]:
        yield element("p", "The words it was found in were blanked.")
    else:
        yield f"<blockquote>{marked(text, match['spans'])}</blockquote>"
    yield f"<p>{link(post['url'])}</p>" if post["url"] else ""
    yield element("p", match["explanation"]["why"])
    said = f"{match['kind']}, score {match['score']:.1f} against {match['threshold']:g}, {match['tier']}, by the rules"
    yield element("p", f"{said} {match['engine']}.", "quiet")
    if match["explanation"]["words"]:
        yield _words(match["explanation"]["words"])
    yield from _versions(post, versions)
    yield element("p", _received_in(match))
    yield from _rechecks([one for one in manifest["rechecks"] if one["post_id"] == post["id"]])
    yield from _in_place(post, manifest)
    yield "</section>"


def _received_in(match: Plain) -> str:
    missing = MISSING.get(Capture(match["received"]))
    return missing or f"It came in entry {match['evidence_id']}, which is below."


def _words(words: Sequence[Plain]) -> str:
    rows = [(escape(one["quoted"]), escape(one["said"]), WORDS.get(one["op"], "")) for one in words]
    shown = table(("quote", "post", ""), rows)
    return f"<details><summary>Word by word</summary>{shown}</details>"


def _versions(post: Plain, versions: Sequence[Plain]) -> Iterator[str]:
    if post["deleted_at"]:
        yield element("p", f"Taken back at its source; seen {moment(post['deleted_at'])}.")
    for version in versions:
        yield element("p", f"What it said before, first seen {moment(version['seen_at'])}:", "quiet")
        yield element("blockquote", version["text"] or "(blanked)")
    if versions:
        yield element("p", f"What it says now, first seen {moment(post['edited_at'])}:", "quiet")
        yield element("blockquote", post["text"])


def _rechecks(rechecks: Sequence[Plain]) -> Iterator[str]:
    if rechecks:
        rows = [(moment(one["due_at"]), moment(one["done_at"] or ""), escape(_seen(one))) for one in rechecks]
        yield table(("due", "looked again", "what was seen"), rows)


def _seen(look: Plain) -> str:
    seen = OUTCOMES[look["outcome"]] if look["outcome"] else "not looked yet"
    return f"{seen}; {look['note']}" if look.get("note") else seen


def _in_place(post: Plain, manifest: Plain) -> Iterator[str]:
    """Say why a post was not looked at later, and what was seen of the one that stands for it."""
    if post["not_looked_at"]:
        yield element("p", post["not_looked_at"])
    for one in manifest["looked_in_place"]:
        if one["post_id"] == post["id"] and one["looks"]:
            rows = [(moment(look["due_at"]), moment(look["done_at"] or ""), _seen(look)) for look in one["looks"]]
            yield table(("due", "looked again", "what was seen there"), rows)


def _received(entries: Sequence[Plain]) -> Iterator[str]:
    yield element("h2", "What was received")
    if not entries:
        yield "<p>Nothing was kept of how these matches came.</p>"
    for one in entries:
        yield "<section>" + element("h3", f"Entry {one['id']}: {one['kind']}, {moment(one['fetched_at'])}")
        status = f", status {one['status']}" if one["status"] else ""
        yield f"<p>{link(one['url'] or '')}{status}</p>"
        where = f"in {one['file']}" if one["file"] else "blanked, because its author took it back or asked for it"
        yield element("p", f"Body: {where}", "quiet")
        yield f"<p class='quiet'>SHA-256 <code>{escape(one['digest'])}</code><br>chain <code>{one['chain']}</code></p>"
        headers = json.loads(one["headers"])
        if headers:
            rows = [(escape(name), escape(value)) for name, value in headers.items()]
            yield f"<details><summary>Headers</summary>{table(('header', 'value'), rows)}</details>"
        yield "</section>"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
