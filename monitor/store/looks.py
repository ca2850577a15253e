"""What came of the later looks at some posts, for whoever is shown it: also what was late, and who stands for whom."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from monitor.store.database import Database
from monitor.store.values import json_list

LOOKS = """
SELECT id, post_id, after_s, due_at, done_at, outcome, evidence_id FROM rechecks
WHERE post_id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
# Of a post at which nobody looks by itself: the first that says the same, or is at the same address, and is looked at.
IN_PLACE = """
SELECT mine.id AS post_id, coalesce(
    (SELECT other.post_id FROM matches JOIN matches AS other ON other.id = matches.repeats
        WHERE matches.post_id = mine.id AND EXISTS (SELECT 1 FROM rechecks WHERE rechecks.post_id = other.post_id)),
    (SELECT other.post_id FROM matches JOIN matches AS other ON other.repeats = matches.repeats
        WHERE matches.post_id = mine.id AND EXISTS (SELECT 1 FROM rechecks WHERE rechecks.post_id = other.post_id)
        ORDER BY other.id LIMIT 1),
    (SELECT other.id FROM posts AS other
        WHERE other.link = mine.link AND other.link <> ''
            AND EXISTS (SELECT 1 FROM rechecks WHERE rechecks.post_id = other.id)
        ORDER BY other.id LIMIT 1)
) AS in_place
FROM posts AS mine
WHERE mine.id IN (SELECT value FROM json_each(?))
    AND NOT EXISTS (SELECT 1 FROM rechecks WHERE rechecks.post_id = mine.id)
    AND EXISTS (SELECT 1 FROM matches WHERE matches.post_id = mine.id AND matches.quiet IS NULL)
"""


def of_posts(db: Database, post_ids: Sequence[int]) -> list[dict[str, object]]:
    """Return the later looks at these posts, each with how many others were done while it waited (`others_first`)."""
    rows = [dict(row) for row in db.rows(LOOKS, json_list(post_ids))]
    oldest = min((row["due_at"] for row in rows), default="")
    done = [
        row["done_at"]
        for row in db.rows("SELECT DISTINCT post_id, done_at FROM rechecks WHERE done_at > ? ORDER BY done_at", oldest)
    ]
    return [row | {"others_first": _between(done, row)} for row in rows]


def _between(done: Sequence[str], row: Mapping[str, str | None]) -> int:
    """Return how many looks were done between when one was due and when it was done; until now when it was not."""
    end = len(done) if row["done_at"] is None else bisect_left(done, row["done_at"])
    return max(0, end - bisect_right(done, row["due_at"] or ""))


def in_place(db: Database, post_ids: Sequence[int]) -> list[dict[str, object]]:
    """Return who stands for those of these posts that are not looked at by themselves, with what was seen there.

    `in_place` is the number of that post, None when there is none.
    """
    rows = [dict(row) for row in db.rows(IN_PLACE, json_list(post_ids))]
    there = sorted({row["in_place"] for row in rows if row["in_place"] is not None})
    looks: dict[int, list[dict[str, object]]] = {}
    for one in db.rows(LOOKS, json_list(there)):
        seen = {name: one[name] for name in ("after_s", "due_at", "done_at", "outcome")}
        looks.setdefault(one["post_id"], []).append(seen)
    urls = db.rows("SELECT id, url FROM posts WHERE id IN (SELECT value FROM json_each(?))", json_list(there))
    url = {one["id"]: one["url"] for one in urls}
    return [row | {"url": url.get(row["in_place"]), "looks": looks.get(row["in_place"], [])} for row in rows]
