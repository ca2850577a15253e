"""What the tables for people, delivery and review mean; a part of `tables.SCHEMA_NOTES`, in the same form."""

from collections.abc import Mapping

PEOPLE: Mapping[str, Mapping[str, str]] = {
    "members": {
        "": "A person who may do more than a stranger. Owners are in the settings, not here.",
        "user_id": "Telegram's number of the person.",
        "name": "What the person was called when added.",
        "role": "editor (changes what is tracked), reviewer (judges matches), subscriber (is told), banned.",
        "added_at": "Since when the person has this role.",
        "added_by": "Who gave it.",
        "reason": "Why the person was banned; empty else.",
    },
    "invitations": {
        "": "A link that makes whoever opens it first a member.",
        "id": "Our number of the invitation.",
        "digest": "SHA-256 of the secret in the link; the secret itself is kept nowhere.",
        "role": "The role it gives.",
        "made_at": "When it was made.",
        "made_by": "Who made it.",
        "expires_at": "When it ends.",
        "used_at": "When it was used; empty while it was not.",
        "used_by": "Telegram's number of who used it.",
    },
    "mutes": {
        "": "A chat that wants to hear nothing of a quote, or of any, for a while. Recording goes on.",
        "id": "Our number of the mute.",
        "chat_id": "The chat.",
        "quote_id": "The quote; empty for all.",
        "until": "When it ends; empty: when somebody ends it.",
        "muted_at": "Since when.",
        "muted_by": "Who asked for it.",
    },
    "alert_windows": {
        "": "How fast a chat is told of one quote: a viral one is told in growing windows.",
        "chat_id": "The chat.",
        "thread_id": "The topic of the chat; 0 for the chat itself.",
        "quote_id": "The quote.",
        "told_at": "When the last message about the quote was begun.",
        "window_s": "How long after that the next one waits, in seconds.",
    },
}

HISTORY: Mapping[str, Mapping[str, str]] = {
    "verdicts": {
        "": "What a person said of a match. The newest of a match is in force.",
        "id": "Our number of the verdict.",
        "match_id": "The match.",
        "verdict": "right, wrong, variant (right, in a wording to be tracked), unsure.",
        "note": "What the person added.",
        "given_at": "When.",
        "given_by": "Who, such as telegram:123456.",
    },
    "match_daily": {
        "": "How many matches a day brought, kept up by whoever records one: what charts are drawn from.",
        "day": "The day of `matches.found_at`, UTC.",
        "quote_id": "The quote.",
        "source_id": "The source.",
        "tier": "alert or suggest.",
        "matches": "How many.",
    },
    "evidence": {
        "": "What was received, for posts in which a quote was found: a chain in which no byte changes unseen.",
        "id": "Its place in the chain.",
        "source_id": "The source it came from.",
        "post_id": "The post, when it is about one; empty for a page of many.",
        "kind": "page (an answer to a poll), message (of a stream), recheck (the post's own page, looked at again).",
        "url": "Where it was fetched from.",
        "fetched_at": "When.",
        "status": "The HTTP status; empty where there is none.",
        "headers": "The headers of the answer: JSON.",
        "body": "The body as received, compressed with zlib; empty when there was none.",
        "digest": "SHA-256 of the body as received.",
        "previous": "`chain` of the row before; empty text for the first.",
        "chain": "SHA-256 over this row and `previous`.",
    },
    "rechecks": {
        "": "A later look at a post in which a quote was found, to see whether it still says so.",
        "id": "Our number of the look.",
        "post_id": "The post.",
        "after_s": "How long after it was first seen, in seconds.",
        "due_at": "When it is due.",
        "done_at": "When it was done; empty while it was not.",
        "outcome": "same, edited, gone, unreachable, no address.",
        "evidence_id": "What was received.",
    },
    "posts_fts": {
        "": "The full-text index of posts (FTS5): `WHERE posts_fts MATCH 'coward'`, its `rowid` is `posts.id`.",
        "text": "The text of the post.",
        "author": "Its author.",
    },
    "passages_fts": {
        "": "The full-text index of passages (FTS5); its `rowid` is `matches.id`.",
        "passage": "The passage.",
    },
}
