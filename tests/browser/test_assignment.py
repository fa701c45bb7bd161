"""A student's way through an assignment: open it, answer it, press Validate, read the dialog."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser.lab_page import LabPage, lab_page
from browser.lab_server import LabServer
from playwright.sync_api import Browser, Locator, expect

from course_utils.exercises import exercise

ROOT = Path(__file__).parents[2]
ASSIGNMENT, NOTEBOOK = "2_forget_gate", "forget_gate.ipynb"


@pytest.fixture
def released(server: LabServer) -> str:
    """A fresh copy of what the student gets."""
    folder = server.root / ASSIGNMENT
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "release" / ASSIGNMENT, folder)
    return f"{ASSIGNMENT}/{NOTEBOOK}"


def test_validate_names_what_is_missing_in_a_blank_assignment(
    browser: Browser, server: LabServer, released: str
) -> None:
    with lab_page(browser, server) as lab:
        lab.open(released)
        said = press_validate(lab).inner_text()
        lab.screenshot("validate_blank")
        checks = [cell for cell in lab.cells() if is_check(cell)]
        assert len(checks) >= 3
        for cell in checks:
            assert "".join(cell["source"]).strip() in said
        assert "You did not provide a response." in said
        assert lab.problems == []


def test_a_right_assignment_passes_and_a_wrong_answer_is_named(
    browser: Browser, server: LabServer, released: str
) -> None:
    with lab_page(browser, server) as lab:
        lab.open(released)
        lab.hide_side_bar()
        answers = solutions(ROOT / "source" / ASSIGNMENT / NOTEBOOK)
        assert len(answers) >= 4
        # the model solution asks the reference, which is closed here; a student has numbers
        answers["hand_forget_gate"] = numbers("forget_gate", z_f="z_f", f_t="f_t")
        answers["exam_1_gate"] = numbers("exam_1_gate", exam_1_i="i_t")
        for grade_id, source in answers.items():
            type_into(lab, grade_id, source)
        lab.run_all()
        assert lab.error_outputs() == []
        lab.screenshot("assignment_answered_1400")
        dialog = press_validate(lab)
        expect(dialog).to_contain_text("Success! Your notebook passes all the tests.")
        lab.screenshot("validate_right")
        dialog.get_by_role("button", name="Ok").click()

        # σ taken for softmax, as in the handwritten exam
        type_into(lab, "exam_1_gate", "exam_1_i = [0.0112, 0.9856, 0.0032, 0]")
        lab.run_all()
        check = lab.cell(place(lab, "test_exam_1_gate"))
        expect(check.locator(".jp-OutputArea")).to_contain_text("softmax")
        dialog = press_validate(lab)
        lab.screenshot("validate_softmax")
        assert dialog.inner_text().count("failed") == 1
        assert 'check("exam_1_gate"' in dialog.inner_text()
        assert lab.problems == []


def numbers(id: str, **names: str) -> str:
    """Give the names the right numbers of an exercise's parts, as somebody who worked them out."""
    right = exercise(id).solve(exercise(id).draw())
    return "\n".join(f"{name} = {right[part].tolist()}" for name, part in names.items())


def is_check(cell: dict[str, Any]) -> bool:
    about = cell["metadata"].get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def solutions(path: Path) -> dict[str, str]:
    """The model answers, in code and in words, by grade id."""
    notebook = nbformat.read(path, as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def place(lab: LabPage, grade_id: str) -> int:
    return next(
        k
        for k, cell in enumerate(lab.cells())
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def type_into(lab: LabPage, grade_id: str, source: str) -> None:
    """Replace what stands in a cell, as one would who pastes an answer."""
    k = place(lab, grade_id)
    cell = lab.cell(k)
    if lab.cells()[k]["cell_type"] == "markdown":
        cell.locator(".jp-MarkdownOutput").dblclick()
    cell.locator(".cm-content").click()
    lab.page.keyboard.press("Control+A")
    lab.page.keyboard.insert_text(source)
    assert "".join(lab.cells()[k]["source"]) == source


def press_validate(lab: LabPage) -> Locator:
    """Press the button of the toolbar; the dialog comes when the notebook has run."""
    lab.page.get_by_role("button", name="Validate").click()
    dialog = lab.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Validation", timeout=120_000)
    return dialog
