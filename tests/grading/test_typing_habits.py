"""Numbers that Python does not read: the reason for lost marks is said in words."""

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_output

from nbexaminer.notebook.released import graded_cells
from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.steps import ExplainLostMarks
from nbexaminer.steps.typing_habits import in_words
from tests.grading.course import resources, source_notebook
from tests.grading.test_putting_right import released


def error_of(source: str) -> tuple[str, str]:
    """Return name and message of the error with which Python refuses `source`."""
    with pytest.raises(SyntaxError) as caught:
        compile(source, "1.py", "exec")
    return "SyntaxError", str(caught.value)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("z_f = [0,05, 1]", "a decimal comma: in Python it is a point"),
        ("# by hand\nz_f = [-0,08, 0,17]", "a decimal comma"),
        ("z_f = [−0.5, 1]", "− is a minus sign from another text"),
        ("z_f = [0.5, –0.1]", "– is a minus sign"),
        ("z_f = [73 %, 17 %]", "a percent sign: write 0.73 for 73 %"),
        ("a = 1\nw = 73 %  # in percent", "a percent sign"),
        ("z_f = [0.5,\u00a00.1]", "a space from another text"),
        ("z_f = [0.5,\u200b0.1]", "a space from another text"),
        ("equation = “C_t = f”", "a quotation mark from another text"),
        ("w = 2 × 3", "a product sign: in Python it is *"),
        ("w = 2⁻³", "a raised number: in Python a power is **"),
        ("w = 3½", "a fraction in one sign"),
        ("w = 0.5，0.1", "a comma from another keyboard"),
        (r'equation = "\underline{C}_t = f"', 'put an r before the quotes, r"..."'),
        (r"equation = 'C_t = \Nabla f'", "put an r before the quotes"),
        ("w = 5 €", "€ is no sign of Python's"),
    ],
)
def test_the_reason_is_said_in_words(source: str, says: str) -> None:
    said = in_words(*error_of(source), source)
    assert said.startswith("SyntaxError: ")
    assert says in said


@pytest.mark.parametrize("sign", ["⁻³", "½", "，0.1"])
def test_a_sign_after_a_digit_is_named_in_every_version_of_python(sign: str) -> None:
    said = in_words("SyntaxError", "invalid decimal literal (1.py, line 1)", f"w = 3{sign}")
    assert said.startswith(f"SyntaxError: {sign[0]} is a")


@pytest.mark.parametrize("source", ["w = 007", "w = (1", "if x", "w = 10 % 3 4", "f('%d' % 3"])
def test_any_other_error_keeps_its_own_words(source: str) -> None:
    name, message = error_of(source)
    assert in_words(name, message, source) == f"{name}: {message}"


@pytest.mark.parametrize(
    ("name", "message", "said"),
    [
        ("NameError", "name 'z' is not defined", "NameError: name 'z' is not defined"),
        ("KeyboardInterrupt", "", "KeyboardInterrupt"),
        ("SyntaxError", "invalid character 'x' (U+FFFFFF)", "SyntaxError: a space from another"),
        ("SyntaxError", "invalid syntax (1.py, line 999999)", "SyntaxError: invalid syntax"),
    ],
)
def test_an_error_of_any_making_is_said(name: str, message: str, said: str) -> None:
    assert in_words(name, message, "w = 1").startswith(said)


def test_it_stands_in_the_reason_for_lost_marks() -> None:
    given = released()
    nb: NotebookNode = source_notebook()
    cells = graded_cells(nb)
    cells["total"].source = "total = [−0.5]"
    name, message = error_of(cells["total"].source)
    cells["total"].outputs = [new_output("error", ename=name, evalue=message)]
    cells["test_total"].outputs = [new_output("error", ename="NameError", evalue="total")]
    nb, _ = ExplainLostMarks().preprocess(nb, resources(given))
    said = [str(remark) for remark in remarks_of(nb)]
    assert any("total stopped with SyntaxError: − is a minus sign" in text for text in said)
