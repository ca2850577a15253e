"""`/match/N`: one match with everything that is kept of it, and the buttons that judge it."""

from functools import partial

from datasette.utils.asgi import NotFound, Request, Response

from monitor.core.errors import InputError
from monitor.core.model import MatchId, WordOp
from monitor.core.provenance import behind
from monitor.core.verdicts import LONGEST_NOTE, Verdict
from monitor.web.queries.one import Whole, whole
from monitor.web.site import Site, visitor_of
from monitor.web.texts import ELLIPSIS, Stretch, cut, excerpt, stretches

LONG, AROUND = 1500, 300  # characters: of a longer post only what is so near to the passage is shown at once
LONGEST_TEXT = 60_000  # characters of a post that are shown; the rest is in the database
OPS = {WordOp.KEPT: "kept", WordOp.CHANGED: "changed", WordOp.INSERTED: "added", WordOp.MISSING: "left out"}


async def page(site: Site, request: Request) -> Response:
    """Show one match."""
    found = await site.read(whole, int(request.url_vars["number"]))
    if found is None:
        raise NotFound("match")
    row = found.row
    return await site.page(
        "match.html",
        request,
        found=found,
        row=row,
        pieces=_pieces(found),
        whole=_whole(found),
        is_cut=len(row["text"]) > LONGEST_TEXT,
        words=_words(found),
        second_hand=behind(row["text"], found.spans) if found.is_in_text else None,
        verdict=found.verdicts[0] if found.verdicts else None,
        choices=list(Verdict),
        longest_note=LONGEST_NOTE,
        just_judged=request.args.get("judged") == "1",
    )


def _pieces(found: Whole) -> list[Stretch]:
    """Return the passage where it stands: in the whole post, or of a long one in what is around it."""
    text, row = found.row["text"], found.row
    if not found.is_in_text:
        return [Stretch(cut(text, LONGEST_TEXT))]
    if _is_long(found):
        return excerpt(text, row["start"], row["end"], found.spans, found.explanation.words, context=AROUND)
    return stretches(text, found.spans, found.explanation.words)


def _whole(found: Whole) -> list[Stretch]:
    """Return a long post as a whole; nothing: it is shown as a whole already."""
    if not _is_long(found):
        return []
    return stretches(found.row["text"][:LONGEST_TEXT], found.spans, found.explanation.words)


def _is_long(found: Whole) -> bool:
    return found.is_in_text and len(found.row["text"]) > LONG


def _words(found: Whole) -> list[tuple[str, str, str]]:
    """Return the words one by one: what became of each, as quoted, as said; "…" where others stand between."""
    shown: list[tuple[str, str, str]] = []
    last = None
    for word in found.explanation.words:
        between = found.row["text"][last : word.span.start] if word.span and last is not None else ""
        if found.is_in_text and any(character.isalnum() for character in between):
            shown.append((OPS[WordOp.INSERTED], "", ELLIPSIS))
        shown.append((OPS[word.op], word.quoted, word.said))
        last = word.span.end if word.span else last
    return shown


async def verdict(site: Site, request: Request) -> Response:
    """Write down what a reviewer says of a match, and show the match again."""
    number = int(request.url_vars["number"])
    if request.method != "POST":
        return Response.redirect(f"/match/{number}")
    form = await request.post_vars()
    given, note = form.get("verdict", ""), " ".join(form.get("note", "").split())
    if given not in tuple(Verdict):
        raise InputError("Choose a verdict: right, wrong, variant or unsure.")
    if len(note) > LONGEST_NOTE:
        raise InputError(f"A note has at most {LONGEST_NOTE} characters: this one has {len(note)}.")
    who = visitor_of(request)
    if await site.read(whole, number) is None:
        raise NotFound("match")
    give = partial(site.store.give_verdict, MatchId(number), Verdict(given), note or None)
    await site.call(partial(give, by=who.by, name=who.name or None, at=site.now()))
    return Response.redirect(f"/match/{number}?judged=1#verdict", status=303)
