"""What was loaded at the start lasts until the end, so the collector of cycles need not go through it again and again.

A full collection goes through every object there is, in whichever thread it happens to be due, and holds up all others:
the modules, the word tables and what is known of each source make that a tenth of a second for a monitor of ten
thousand. What nobody refers to any more is freed as ever; only cycles that are garbage later would stay
(docs.python.org/3/library/gc.html#gc.freeze).
"""

import gc


def keep_what_is_there() -> None:
    """Collect once, and leave out of later collections all that is there now."""
    gc.collect()
    gc.freeze()
