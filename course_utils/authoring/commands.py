"""`course clean` and `course kit`."""

from pathlib import Path

import click
from nbclient import NotebookClient

from course_utils.authoring.clean import cleaned
from course_utils.authoring.faults import faults
from course_utils.authoring.files import NotebookFileError, read_notebook, written
from course_utils.authoring.kit import KitError, make_kit


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; fail where cleaning would.")
@click.option("--run", is_flag=True, help="Run each notebook first, to store fresh outputs.")
def clean(paths: tuple[Path, ...], check: bool, run: bool) -> None:
    """Clean notebooks: PATHS are files or folders (default: notebooks and source)."""
    if check and run:
        raise click.UsageError("--check changes nothing, so it does not go with --run")
    wrong = 0
    for path in _notebooks(paths or (Path("notebooks"), Path("source"))):
        try:
            wrong += _clean_one(path, check=check, run=run)
        except NotebookFileError as error:
            raise click.ClickException(str(error)) from None
    if wrong:
        raise click.ClickException(f"{wrong} fault(s); `course clean --run PATH` mends most")


def _clean_one(path: Path, *, check: bool, run: bool) -> int:
    """Clean or check one notebook; prints its faults and returns how many there are."""
    notebook = read_notebook(path)
    if run:
        click.echo(f"running {path}")
        client = NotebookClient(
            notebook, record_timing=False, resources={"metadata": {"path": path.parent}}
        )
        client.execute()
    fresh = cleaned(notebook)
    found = faults(fresh)
    if written(fresh) != path.read_text(encoding="utf-8"):
        if check:
            found.append("is not clean")
        else:
            path.write_text(written(fresh), encoding="utf-8")
            click.echo(f"cleaned {path}")
    for fault in found:
        click.echo(f"{path}: {fault}")
    return len(found)


def _notebooks(paths: tuple[Path, ...]) -> list[Path]:
    found = [
        p for path in paths for p in (sorted(path.rglob("*.ipynb")) if path.is_dir() else [path])
    ]
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


@click.command()
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("build/recurrent-cells.zip"),
    show_default=True,
    help="The zip to write.",
)
def kit(to: Path) -> None:
    """Make the students' kit: a zip with notebooks, assignments, wheel, pins and a README."""
    try:
        names = make_kit(Path.cwd(), to)
    except KitError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{to}: {len(names)} files, {to.stat().st_size / 1e6:.1f} MB")
