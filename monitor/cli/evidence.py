"""`evidence` packs what was received; `verify` checks a pack, or the chain in the database."""

from pathlib import Path

import click

from monitor.cli import Options
from monitor.cli.common import existing_store, now
from monitor.core.errors import InputError
from monitor.core.model import MatchId
from monitor.store import SqliteStore

MOST_MATCHES = 1000  # of a quote, in one pack


@click.command()
@click.argument("what")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; one that is there is replaced.",
)
@click.pass_obj
def evidence(options: Options, what: str, output: Path) -> None:
    """Pack what proves a match, or the matches of a quote: what was received, byte for byte, and all about it.

    WHAT is the number of a match (`quote-monitor matches list` shows them), or `quote:` with the number or words of a
    quote, such as quote:3; of a quote the newest 1000 matches are packed. `quote-monitor verify` checks the file.
    """
    from monitor.evidence.pack import packed

    with existing_store(options) as store:
        proof = store.proof(_chosen(store, what))
    try:
        output.write_bytes(packed(proof, made_at=now()))
    except OSError as error:
        raise InputError(f"{output} cannot be written: {error.strerror or error}.") from error
    count = len(proof.matches)
    click.echo(f"{output}: {count} {'match' if count == 1 else 'matches'}, {len(proof.received)} received.")
    if proof.marks:
        click.echo(f"Chain value: {proof.marks[-1][1]}")
        click.echo("Note it somewhere else: whoever knows it can tell that nothing before it was changed.")


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", "in_database", is_flag=True, help="Check the chain of evidence in the database instead.")
@click.pass_obj
def verify(options: Options, file: Path | None, *, in_database: bool) -> None:
    """Check an evidence pack, offline: that no byte of FILE was changed, and that its parts agree.

    The exit code is 1 when anything is wrong.
    """
    if (file is None) != in_database:
        raise click.UsageError("Name a pack, or say --database.")
    if file is None:
        _verify_database(options)
    else:
        _verify_pack(file)


def _verify_pack(path: Path) -> None:
    from monitor.evidence.verify import verify as verified

    try:
        found = verified(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    for line in found.checked:
        click.echo(f"ok   {line}")
    for problem in found.problems:
        click.echo(f"FAIL {problem}")
    for line in found.lacks:
        click.echo(f"note {line}")
    if not found.is_whole:
        raise InputError(f"{path} is not to be trusted.")
    if found.head:
        click.echo(f"Chain value: {found.head}")
    click.echo("The pack is whole. That nothing in it was invented before it was packed, no check can say.")


def _verify_database(options: Options) -> None:
    with existing_store(options) as store:
        found = store.check_chain()
    for problem in found.problems:
        click.echo(f"FAIL {problem}")
    if found.problems:
        raise InputError("The chain of evidence is broken: go back to a backup in which it holds.")
    click.echo(f"ok   {found.entries} entries, each as it was received; the chain is unbroken.")
    if found.removed:
        click.echo(f"ok   of these, {found.removed} bodies were removed; their digests remain.")
    click.echo(f"Chain value: {found.head or 'none yet'}")


def _chosen(store: SqliteStore, what: str) -> list[MatchId]:
    if what.startswith("quote:"):
        quote = store.find_quote(what.removeprefix("quote:"))
        if quote is None:
            raise InputError(f"No tracked quote is {what[6:]!r}: `quote-monitor quotes list` shows their numbers.")
        found = store.matches_of(quote.id, limit=MOST_MATCHES)
        if not found:
            raise InputError("No match of this quote is recorded yet.")
        return found
    number = what.removeprefix("match:").lstrip("#")
    if not number.isascii() or not number.isdecimal():
        raise InputError(f"{what!r} is neither the number of a match nor quote: and the number of a quote.")
    if len(number) > 18 or not store.has_match(MatchId(int(number))):
        raise InputError(f"There is no match {number}: `quote-monitor matches list` shows their numbers.")
    return [MatchId(int(number))]
