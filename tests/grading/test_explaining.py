"""What Python cannot read is explained in the course's words."""

import pytest
from nbformat.v4 import new_output

from nbexaminer.notebook.remarks import remarks_of
from nbexaminer.steps import ExplainLostMarks
from tests.grading.course import by_id, filled, resources, source_notebook


def reason(source: str) -> str:
    nb = filled(source_notebook(), total=source)
    try:
        compile(source, "<cell>", "exec")
    except SyntaxError as error:
        made = new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])
        by_id(nb, "total").outputs = [made]
    by_id(nb, "test_total").outputs = [new_output("error", ename="NameError", evalue="total")]
    after, _ = ExplainLostMarks().preprocess(nb, resources(source_notebook()))
    return next(remark.text for remark in remarks_of(after) if remark.cell == "test_total")


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("total = [0,05, 0,02]", "0.05 and not 0,05"),
        ("total = [0,5; 0,3]", "0.05 and not 0,05"),
        ("total = \u22120.75", "type Python's own, -"),
        ("total = [1, \u20132]", "type Python's own, -"),
        ("total = \u201c3\u201d", "a quotation mark from another text"),
        ("total =\u00a03", "a space from another text"),
        ("total = 2 \u00b7 3", "in Python it is *"),
    ],
)
def test_a_pasted_sign_or_a_decimal_comma_is_named(source: str, hint: str) -> None:
    assert hint in reason(source)
    assert "total stopped with SyntaxError" in reason(source)


@pytest.mark.parametrize("source", ["total = (3", "total = 3 3", "total = ", "total = [1,2"])
def test_any_other_error_is_left_as_it_is(source: str) -> None:
    assert reason(source).startswith("total stopped with SyntaxError")
    assert "from another text" not in reason(source)
    assert "decimal comma" not in reason(source)
