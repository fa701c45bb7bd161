"""What the pages name in their text is there: every command with its options, settings, files."""

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.docs.named import fault, named
from tests.docs.pages import PAGES, SERVER, blocks, commands
from tests.docs.sittings import BEFORE, LEFT_OUT

EXAMPLES = ("coupled_gates/",)
"""Files that a page's reader makes."""
KINDS = {"console", "python", "powershell", "text", "toml", "ini"}


@pytest.mark.parametrize("page", [*PAGES, SERVER], ids=lambda page: page.stem)
def test_what_a_page_names_is_there(page: Path) -> None:
    said = [text for text in named(page) if not any(one in text for one in EXAMPLES)]
    assert [found for text in said if (found := fault(text))] == []


@pytest.mark.parametrize("page", [*PAGES, SERVER], ids=lambda page: page.stem)
def test_links_to_files_lead_to_files(page: Path) -> None:
    """The site's own builder follows the anchors; here it is the files, as GitHub shows them."""
    for block in MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")):
        for child in block.children or ():
            address = str(child.attrs.get("href") or child.attrs.get("src") or "").split("#")[0]
            if address and "://" not in address:
                assert (page.parent / address).exists(), address


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_command_stands_where_it_is_run(page: Path) -> None:
    """No block hides commands: each says what it holds, and a console's begins with one."""
    for block in blocks(page):
        assert block.info in KINDS, f"a block of {page.name} is {block.info!r}:\n{block.content}"
        if block.info == "console":
            assert block.content.startswith("$ "), block.content


def test_nothing_is_left_out_that_is_not_there() -> None:
    everywhere = {command.text for page in PAGES for command in commands(page)}
    assert set(LEFT_OUT) - everywhere == set()
    assert set(BEFORE) - everywhere == set()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("course grades 1", "course has"),
        ("course grade 1 --job 2", "no --job"),
        ("make lap", "no lap"),
        ("nbgrader generate 1", "nbgrader has"),
        ("nbgrader db student make ana", "has add"),
        ("nbgrader collect 1 --forced", "no --forced"),
        ("nbgrader export --CanvasExport.column=x", "no setting column"),
        ("nbgrader export --CanvasExports.columns=x", "CanvasExports"),
        ("c.SandboxLimits.cpu = 3", "no setting cpu"),
        ("python -m course_utils.nowhere", "no such module"),
        ("docs/nowhere.md", "no such file"),
        ("mypy && make lap", "no lap"),
    ],
)
def test_what_is_not_there_is_found(said: str, wrong: str) -> None:
    assert wrong in fault(said)


@pytest.mark.parametrize(
    "said",
    [
        "course grade 1 --jobs 4",
        "make PYTHON=python3.12 lab",
        "nbgrader export --to=x.csv --exporter=a.B --CanvasExport.columns='1=x'",
        "nbgrader db student add ana --lms-user-id=101",
        "c.FeedbackExporter.worked_solutions = False",
        "C_t = None",
        "y = 'x",
        "course_utils.cells",
    ],
)
def test_what_is_there_is_left_in_peace(said: str) -> None:
    assert fault(said) == ""
