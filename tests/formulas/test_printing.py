"""A formula as Python: what it computes is what the tree gives, for batches too."""

import numpy as np
import pytest

from course_utils.formulas import FormulaError, Formulas, read
from course_utils.formulas.nodes import Symbol, is_matrix, is_parameter
from course_utils.formulas.textbook import COUPLED_LSTM, GRU, LSTM, PEEPHOLE_LSTM, RNN

ONES = read(
    """
    s = V q
    a = softmax(s)
    c = V^T a
    n = a / total(a)^2 - 2 a
    m = (a^T s) ∘ a + exp(-a) ∘ ReLU(s)
    """
)


@pytest.mark.parametrize("lines", [LSTM, GRU, COUPLED_LSTM, PEEPHOLE_LSTM, RNN, ONES])
@pytest.mark.parametrize("batch", [(), (2,), (3, 2)])
def test_the_code_gives_what_the_formula_gives(lines: Formulas, batch: tuple[int, ...]) -> None:
    rng = np.random.default_rng(7)
    H, D = 4, 3
    sizes = {"H": H, "D": D, "H+D": H + D, "K": 5, "M": 6}
    given = {}
    for name in lines.inputs:
        size = tuple(sizes[one] for one in lines.shapes.of(Symbol(name)))
        learnt = is_matrix(Symbol(name)) or is_parameter(name)
        given[name] = rng.normal(size=size if learnt else batch + size)
    names: dict[str, object] = {"np": np, **given}
    for line in lines.values():
        exec(f"{line.name} = {line.code()}", names)
    for name, value in lines.evaluate(given).items():
        np.testing.assert_allclose(names[name], value, rtol=1e-12, err_msg=name)


def test_a_function_without_a_line_of_numpy_is_named() -> None:
    with pytest.raises(FormulaError, match="ELU is no line of NumPy"):
        read("y = ELU(x)")["y"].code()
