"""What the audit of the two exams found stands in the clinic, as the audit gives it.

Typed from the audit and from nothing else: the oracle, the library and the lecture agree with it.
"""

import pytest

from tests.notebooks.stored import cell, notebook, printed

LECTURE = notebook("09_exam_clinic.ipynb")

AUDIT = {
    # exam 1
    "suspects-1": ["[48.64  53.12  47.40  30.20]", "[0.011  0.986  0.003  0.000]"],
    "sheet-1": [
        "[2.000  3.000  3.000  4.000]",
        "[0.017  0.980  0.003  0.000]",
        "[2.000  2.000  2.000  1.990]",
        "[1.017  1.980  1.003  0.990]",
        "[0.964  0.964  0.964  0.963]",
        "[0.769  0.963  0.763  0.757]",
    ],
    "exam-1-cannot-tell-values": ["7.7e-14"],
    "slips-1": ["[0.76159]"],
    # exam 2
    "sheet-2": [
        "[12.285  12.095]",
        "[13.530  13.750]",
        "[13.535  13.761]",
        "[1.147  2.136]",
        "[0.272  0.972]",
    ],
    "given-gates-values": [
        "0.977  0.429",
        "0.996  0.970",
        "1.000  0.999",
        "1.430  1.828",
        "0.892  0.949",
    ],
}


@pytest.mark.parametrize("cell_id", AUDIT)
def test_the_clinic_shows_what_the_audit_found(cell_id: str) -> None:
    text = "\n".join(printed(cell(LECTURE, cell_id)))
    assert [number for number in AUDIT[cell_id] if number not in text] == []
