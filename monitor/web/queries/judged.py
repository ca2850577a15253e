"""What verdicts say of a quote: how often its matches are right, and which threshold would do better."""

from monitor.core.verdicts import Verdict
from monitor.store.database import Database

JUDGED = """
SELECT m.score, v.verdict
FROM matches AS m INDEXED BY matches_of_quote CROSS JOIN verdicts AS v ON v.match_id = m.id
WHERE m.quote_id = ? AND v.id = (SELECT max(id) FROM verdicts WHERE match_id = v.match_id)
"""


def judged(db: Database, quote_id: int) -> list[tuple[float, Verdict]]:
    """Return the score of each judged match of a quote, and its newest verdict."""
    return [(row["score"], Verdict(row["verdict"])) for row in db.rows(JUDGED, quote_id)]
