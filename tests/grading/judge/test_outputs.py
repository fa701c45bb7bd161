"""What is kept of a cell's outputs can be written to a file and read by every step."""

import json
from typing import Any

import pytest
from nbformat import from_dict
from nbformat.v4 import new_code_cell

from nbexaminer.steps.limits import clean_outputs

STREAM = {"output_type": "stream", "name": "stdout", "text": "hello"}
ERROR = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["E: e"]}
SHOWN = {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}}
RESULT = {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": 1}


def cleaned(*outputs: dict[str, Any], count: Any = 1) -> Any:
    cell = new_code_cell("x")
    cell.outputs, cell.execution_count = [from_dict(one) for one in outputs], count
    clean_outputs(cell)
    return cell


def test_what_a_kernel_sends_is_kept() -> None:
    every = [STREAM, ERROR, SHOWN, RESULT]
    assert cleaned(*every).outputs == every


@pytest.mark.parametrize(
    "forged",
    [
        STREAM | {"text": 5},
        STREAM | {"name": 5},
        ERROR | {"evalue": {}},
        ERROR | {"traceback": 7},
        ERROR | {"traceback": [1]},
        SHOWN | {"data": "5.0"},
        SHOWN | {"metadata": []},
        RESULT | {"execution_count": "x"},
        SHOWN | {"transient": {}},
    ],
)
def test_what_no_kernel_sends_is_left_out(forged: dict[str, Any]) -> None:
    assert cleaned(STREAM, forged, SHOWN).outputs == [STREAM, SHOWN]


def test_a_text_in_pieces_is_one_text() -> None:
    assert cleaned(STREAM | {"text": ["a", "b"]}).outputs[0].text == "ab"


def test_half_a_character_is_no_text() -> None:
    cell = cleaned(STREAM | {"text": "a\ud800"}, SHOWN | {"data": {"text/plain": "\udfff"}})
    assert cell.outputs[0].text == "a?"
    json.dumps(cell, ensure_ascii=False).encode()


@pytest.mark.parametrize("count", ["nine", 1.5, None, [], True])
def test_a_cell_s_number_is_a_number(count: Any) -> None:
    assert cleaned(STREAM, count=count).execution_count is None
