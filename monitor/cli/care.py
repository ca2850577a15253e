"""`backup`, `restore`, `doctor`, `prune`: care of the database file."""

import time
from pathlib import Path

import click

from monitor.care import backup as backups
from monitor.care import doctor as doctors
from monitor.care import prune as pruning
from monitor.cli import Options
from monitor.cli.common import configuration, existing_store, json_option, now, show
from monitor.core.errors import StoreError
from monitor.store.copying import Copy

BREATH = 0.05  # seconds between batches, in which the monitor beside it writes


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file when it exists.")
@click.option("--keep", type=click.IntRange(min=1), help="In a folder: remove all but so many of the newest backups.")
@click.pass_obj
def backup(options: Options, target: Path, *, force: bool, keep: int | None) -> None:
    """Copy the database into TARGET, a file or a folder, and read the copy through. The monitor may be running.

    A folder gets a file named by the time. The SHA-256 that is printed tells later whether the file is still the same.
    """
    database = configuration(options).settings.database.path
    copy = backups.back_up(database, target, at=now(), force=force, keep=keep)
    click.echo(f"{copy.path}: {_told(copy)}")
    click.echo(f"sha256 {copy.sha256}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def restore(options: Options, file: Path) -> None:
    """Put the backup FILE in the place of the database. Stop the monitor first.

    The backup is read through before anything changes, and the database that it replaces is kept beside it.
    """
    database = configuration(options).settings.database.path
    aside = backups.restore(file, database, at=now())
    click.echo(f"{database} is now what {file} was.")
    if aside:
        click.echo(f"What it was before is in {aside}.")


@click.command()
@click.option("--repair", is_flag=True, help="Make anew what can be: the counts by day and the search indexes.")
@click.option("--accept", is_flag=True, help="Take what another program wrote into the database as it is.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, *, repair: bool, accept: bool, as_json: bool) -> None:
    """Look the database through: whole, in agreement with itself, room to grow. Exit code 1 when something is wrong.

    Reads the whole file, which takes a while for a large one; the monitor may be running.
    """
    path = configuration(ctx.obj).settings.database.path
    if accept:
        with existing_store(ctx.obj) as store:
            accepted = store.accept(by="cli", at=now())
        click.echo(f"Accepted as it is: {accepted}." if accepted else "Nothing is there to accept.", err=as_json)
    signs = _examined(ctx.obj, path)
    if repair and any(sign.can_rebuild for sign in signs):
        with existing_store(ctx.obj) as store:
            store.rebuild()
        click.echo("Made anew: the counts by day and the search indexes.", err=as_json)
        signs = _examined(ctx.obj, path)
    rows = [
        {"subject": one.subject, "well": one.is_well, "found": one.found, "advice": one.advice or None} for one in signs
    ]
    if as_json:
        show(rows, columns=(), as_json=True, empty="")
    else:
        for one in signs:
            click.echo(
                f"✓ {one.subject}: {one.found}" if one.is_well else f"✗ {one.subject}: {one.found} To do: {one.advice}."
            )
    if not all(one.is_well for one in signs):
        ctx.exit(1)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be forgotten.")
@click.pass_obj
def prune(options: Options, *, dry_run: bool) -> None:
    """Forget the words of posts in which no quote was found, as [retention] and each source say.

    What matched is never touched, nor what is kept as evidence. A running monitor does this once a day by itself.
    """
    wanted = configuration(options).settings.retention
    policy = pruning.Policy(days=wanted.days or None, megabytes=wanted.megabytes or None)
    forgotten = 0
    with existing_store(options) as store:
        found = (
            pruning.overdue(store, policy, now())
            if dry_run
            else pruning.prune(store, policy, now(), between=lambda: time.sleep(BREATH))
        )
        for one in found:
            forgotten += one.posts
            freed = "" if one.characters is None else f", {one.characters} characters"
            click.echo(f"{one.source}: {_count(one.posts, 'post')}{freed}")
    verb = "would be forgotten" if dry_run else "forgotten"
    click.echo(f"{_count(forgotten, 'post')} {verb}.")


def _examined(options: Options, path: Path) -> list[doctors.Sign]:
    try:
        with existing_store(options) as store:
            return doctors.examine(store, path, now=now())
    except StoreError as error:
        return [doctors.Sign(subject="file", found=f"It cannot be read: {error}", advice="see what it says")]


def _told(copy: Copy) -> str:
    counts = ", ".join(f"{count} {table}" for table, count in copy.rows.items())
    return f"{copy.size} bytes, read through and whole ({counts})"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
