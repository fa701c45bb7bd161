"""A notebook that is missing under its name is graded all the same."""

from pathlib import Path


def add_missing_notebooks(assignment: str, student: str, notebooks: list[str]) -> None:
    """Add to `notebooks` those of the assignment that the submission lacks.

    nbgrader's `Autograde.pre_convert_hook`: it is called for each submission with the paths of the
    files found, before any is read. The exporter then says what it graded in place of a missing
    one (a renamed file, or the blank notebook), so that each notebook has a page and a reason.
    """
    folder = Path(notebooks[0]).parent
    release = Path("release", folder.name)
    for released in sorted(release.glob("*.ipynb")):
        expected = str(folder / released.name)
        if expected not in notebooks:
            notebooks.append(expected)
