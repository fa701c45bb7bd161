"""`course new exercise` and `course check`."""

from contextlib import suppress
from pathlib import Path

import click

from course_utils.authoring.files import NotebookFileError, read_notebook, written
from course_utils.authoring.new_exercise import (
    beginning,
    notebook,
    only_notebook,
    out_of_step,
    renewed,
)
from course_utils.authoring.trying_page import Watched, lines, server
from course_utils.exercises.forms import Form, FormError, read_form
from course_utils.exercises.forms.trying import Tried, tried
from course_utils.exercises.registry import exams, exercises

_PORT = 8765


@click.group()
def new() -> None:
    """Begin something new in this course."""


@new.command()
@click.argument("name")
@click.option("--in", "assignment", help="Put it into this assignment, beside what that asks.")
def exercise(name: str, assignment: str | None) -> None:
    """Write a form and the notebook cells that ask it, for the exercise NAME.

    The form is source/ASSIGNMENT/NAME.toml; without --in the assignment is called NAME too. Where
    the form is there already, the cells are put in step with it.
    """
    root = _root()
    folder = root / "source" / (assignment or name)
    if assignment and not folder.is_dir():
        raise click.ClickException(f"there is no assignment {assignment!r} in source/")
    file = folder / f"{name}.toml"
    begins = not file.exists()
    text = beginning(name) if begins else file.read_text(encoding="utf-8", errors="replace")
    form = _read(name, text)
    place = only_notebook(folder) or folder / f"{folder.name}.ipynb"
    try:
        book = read_notebook(place) if place.exists() else notebook(form)
    except NotebookFileError as error:
        raise click.ClickException(str(error)) from None
    changed = renewed(book, form) if place.exists() else ["its cells"]
    folder.mkdir(parents=True, exist_ok=True)
    if begins:
        file.write_text(text, encoding="utf-8")
        click.echo(f"wrote {file.relative_to(root)}")
    if changed:
        place.write_text(written(book), encoding="utf-8")
    did = f"wrote {', '.join(changed)} into" if changed else "nothing to change in"
    click.echo(f"{did} {place.relative_to(root)}")
    click.echo(f"Next: course check {name} --watch")


@click.command()
@click.argument("name")
@click.option("--watch", is_flag=True, help="Show it as a page that renews itself when you save.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="Where the page is, with --watch.",
)
def check(name: str, watch: bool, port: int) -> None:
    """Try the form of the exercise NAME: statement, solution, slips, draws, and all mistakes in it.

    NAME may be ASSIGNMENT/NAME, where several assignments have one of that name. Ends with 1 where
    there are mistakes.
    """
    file = _form(_root(), name)
    if watch:
        _watch(file, port)
        return
    found = _tried(file, _text(file))
    for line in lines(found):
        click.echo(line)
    if found.mistakes:
        raise click.ClickException("\n".join(found.mistakes))


def _watch(file: Path, port: int) -> None:
    watched = Watched(
        lambda: _text(file),
        lambda text: _tried(file, text),
        lambda: _text(only_notebook(file.parent) or file),
    )
    try:
        serving = server(watched, port)
    except OSError as error:
        raise click.ClickException(f"port {port}: {error.strerror}; try another --port") from None
    address = f"http://127.0.0.1:{serving.server_port}/"
    click.echo(f"{file.name} is shown at {address} (Ctrl-C ends it)")
    with serving, suppress(KeyboardInterrupt):
        serving.serve_forever()


def _tried(file: Path, text: str) -> Tried:
    """Try a form, and hold the notebook beside it against it."""
    found = tried(file.stem, text, frozenset({*exercises(), *exams()}))
    book = only_notebook(file.parent)
    if found.form is None or book is None:
        return found
    try:
        said = [*out_of_step(read_notebook(book), found.form)]
    except NotebookFileError as error:
        said = [str(error)]
    again = [f"{one}: `course new exercise` writes its cells anew" for one in said]
    return found.with_mistakes(again)


def _read(name: str, text: str) -> Form:
    if name in exercises() or name in exams():
        raise click.ClickException(f"the course has an exercise {name!r}; take another name")
    try:
        return read_form(name, text)
    except FormError as error:
        raise click.ClickException(str(error)) from None


def _root() -> Path:
    root = Path.cwd()
    if not (root / "source").is_dir():
        raise click.ClickException(f"{root} has no source/; call this in the course's folder")
    return root


def _form(root: Path, name: str) -> Path:
    """Return the form's file. Raises ClickException where there is none, or more than one."""
    assignment, _, id = name.rpartition("/")
    found = sorted(root.glob(f"source/{assignment or '*'}/{id}.toml"))
    if not found:
        raise click.ClickException(
            f"source/ has no {id}.toml in any assignment; `course new exercise {id}` writes one"
        )
    if len(found) > 1:
        places = " and ".join(f"{one.parent.name}/{id}" for one in found)
        raise click.ClickException(f"there are several: say which, {places}")
    return found[0]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f'# {error.strerror}: "{file.name}" was there before'
