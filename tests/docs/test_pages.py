"""Every command of every page is run as a reader types it, and prints what the page shows."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, commands, normal, same
from tests.docs.sittings import LEFT_OUT, sitting
from tests.tiers import long_but

TYPED = [page for page in PAGES if any(one.text not in LEFT_OUT for one in commands(page))]
FIRST = ["instructor"]
"""What a newcomer who teaches types; the other pages are left to `make test-all`."""
IN_ANY_ORDER = "course grade"
"""Prints a line for each submission as it is done."""


@pytest.mark.slow
@pytest.mark.kernel
@pytest.mark.parametrize("page", long_but(FIRST, TYPED, lambda page: page.stem))
def test_every_command_prints_what_the_page_shows(
    page: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    wrong = []
    for command, code, said in sitting(page, folder, home):
        printed, shown = normal(said, folder, home), normal(command.shown)
        any_order = command.text.startswith(IN_ANY_ORDER)
        if code:
            wrong.append(f"{command}\nfailed with code {code}:\n{printed}")
        elif not same(shown, printed, in_any_order=any_order):
            wrong.append(f"{command}\nprinted:\n{printed}\nand the page shows:\n{shown}")
    assert not wrong, "\n\n".join(wrong)


def test_the_newcomer_needs_six_commands() -> None:
    (page,) = [page for page in PAGES if page.stem == "instructor"]
    text = page.read_text(encoding="utf-8")
    six = text[text.index("## The six commands") : text.index("## Next")]
    typed = [one for one in commands(page) if f"$ {one.text}\n" in six]
    assert len(typed) == 6
    programs = [one.text.split()[1] for one in typed if one.text.split()[0] != "cp"]
    assert programs == [
        "generate_assignment",
        "zip_collect",
        "grade",
        "scores",
        "generate_feedback",
    ]
    assert [one.text for one in typed if not one.shown] == [typed[1].text]  # cp prints nothing


@pytest.mark.parametrize(
    ("shown", "printed", "fits"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\nc\n", False),
        ("a\nb\n", "a\nb\nc\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nb\nc\n", False),
        ("", "a\n", False),
    ],
)
def test_an_output_is_compared_to_its_end(shown: str, printed: str, fits: bool) -> None:
    assert same(normal(shown), normal(printed)) == fits


def test_lines_that_come_as_they_are_done_may_change_places() -> None:
    assert same("a 1\nb 2\n", "b 2\na 1\n", in_any_order=True)
    assert not same("a 1\nb 2\n", "a 1\nb 3\n", in_any_order=True)


def test_what_two_runs_differ_in_is_taken_out(tmp_path: Path) -> None:
    said = (
        f"Writing 46588 bytes to {tmp_path}/course/x\nat 2027-01-02 03:04:05.678 UTC, 0:01:34  \n"
    )
    assert normal(said, tmp_path / "course", tmp_path / "home") == (
        "Writing 40000 bytes to /home/you/recurrent-cells/x\nat 2026-11-20-15-30-00, 0:00:00\n"
    )
