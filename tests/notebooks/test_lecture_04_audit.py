"""Every number of the audit of the two exams stands in lecture 4, as the audit gives it.

Typed from the audit and from nothing else: the oracle, the library and the lecture agree with it.
"""

import pytest

from tests.notebooks.stored import cell, notebook, printed

LECTURE = notebook("04_lstm_gate_by_gate.ipynb")

AUDIT = {
    # exam 1
    "exam-1-embedding": ["[2  3  3  4]", "[1  3  1  0]"],
    "exam-1-pre-activation": ["= 48.64", "= 53.12", "= 47.4", "= 30.2"],
    "exam-1-input-gate-values": [
        "[1.0000  1.0000  1.0000  1.0000]",
        "[0.017  0.980  0.003  0.000]",
        "7.7e-14",
    ],
    "exam-1-softmax-values": ["[0.0112  0.9856  0.0032  0.0000]"],
    "exam-1-cell-state": ["[2.000  2.000  2.000  1.990]", "[1.017  1.980  1.003  0.990]"],
    "exam-1-hidden-state-values": [
        "[0.96403  0.96403  0.96403  0.96331]",
        "[0.76864  0.96259  0.76285  0.75736]",
        "[0.769  0.963  0.763  0.757]",
    ],
    "exam-1-rounded-h-values": ["[0.76159]"],
    # exam 2
    "exam-2-candidate-values": ["[12.28537  12.09490]", "[13.53  13.75]"],
    "exam-2-copied-values": ["[13.53511  13.76121]"],
    "exam-2-cell-state-values": ["[1.14729  2.13622]", "[1.1469  2.1363]"],
    "exam-2-hidden-state": ["[0.27228  0.97248]", "[0.2723  0.9719]"],
    "exam-2-given-gates-values": [
        "0.97727  0.42905",
        "0.99621  0.96966",
        "0.99999  0.99890",
    ],
    "exam-2-consistent-values": ["[1.42967  1.82777]", "[0.89159  0.94856]"],
    # the counts of both cells, by convention
    "count-values": ["128      32", "144      40", "160      48"],
}

NAMED = {
    "exam-1-which-gate": '"forget gate" in the question',
    "exam-1-softmax-why": "Softmax taken for $\\sigma$",
    "exam-1-printed-plus": "$h_t = o_t + \\tanh(C_t)$",
    "exam-1-rounded-h": "A rounded number",
    "exam-2-copied-why": "A matrix copied wrongly",
    "exam-2-cell-state-why": "A digit misread",
    "exam-2-hidden-state-why": "$f$ written for $o$",
    "exam-2-consistent": "They do not follow, in either order of concatenation",
}


@pytest.mark.parametrize("cell_id", AUDIT)
def test_the_lecture_shows_what_the_audit_found(cell_id: str) -> None:
    text = "\n".join(printed(cell(LECTURE, cell_id)))
    assert [number for number in AUDIT[cell_id] if number not in text] == []


@pytest.mark.parametrize("cell_id", NAMED)
def test_each_slip_is_named(cell_id: str) -> None:
    assert NAMED[cell_id] in cell(LECTURE, cell_id).source


def test_saturation_hides_the_copying_slip() -> None:
    right, copied = printed(cell(LECTURE, "exam-2-tanh"))[1:3]
    for line in (right, copied):
        values = [float(v) for v in line.split("[")[1].rstrip("]").split()]
        assert max(abs(1 - v) for v in values) < 1.5e-10  # one unit of the last digit shown
