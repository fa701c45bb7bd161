"""Wrong ways to a number: the list that decides how well the marker explains mistakes.

Each way is what one student thought, as a plain function: it takes given data and parts that were
rightly worked out before, by their names, and returns the wrong value of one part. The list is
drawn up from the statements of the exercises alone, without sight of the slips that they know, and
is not changed to suit them: a mistake that the marker does not explain stays on it.

On it are the drawn exercises on one step of a cell. Fixed instances are not, since no fresh numbers
of them can be drawn, and neither are those in which a slip is to be found, since they ask for the
lines of other exercises. A way gives an array of the right shape. The mistakes that give another
shape, such as an inner product for a product by elements, are therefore not among them, nor are
blunders in single entries and roundings, which follow no rule.

The functions use NumPy alone and share no code with the package, so that an error there cannot
hide here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from course_utils.cells.checks import Array
from course_utils.exercises import exercise

Kind = Literal[
    "quantity",  # one quantity taken for another: a gate, a state, a weight, a bias
    "function",  # another function, or the function itself wrongly worked
    "operation",  # plus for times, mean for sum, one number for a vector
    "left out",
    "put in",  # a thing too much, or one twice
    "order",  # blocks, axes, brackets, or what comes first
    "sign",  # minus for plus, 1 - g for g
    "convention",  # right in another book
]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Draw(NamedTuple):
    """The data of one attempt, and every part's right value."""

    given: Mapping[str, Array]
    right: Mapping[str, Array]


@dataclass(frozen=True)
class Way:
    """One wrong way to one part of an exercise."""

    id: str
    exercise: str
    part: str
    kind: Kind
    thought: str
    """What the student thought, in half a sentence."""
    rule: Callable[..., Array]
    same: Callable[..., bool] | None = None
    """Of which data, taken by name, the wrong way cannot but lead to the right value."""

    @property
    def takes(self) -> tuple[str, ...]:
        """The data and the parts before that the rule works from, by name."""
        return _named(self.rule)

    def value(self, draw: Draw) -> Array:
        """Return what the student hands in for the part."""
        return np.asarray(_applied(self.rule, draw), dtype=np.float64)

    def shows(self, draw: Draw) -> bool:
        """Whether these data can tell the wrong way from the right one."""
        return self.same is None or not _applied(self.same, draw)


WAYS: list[Way] = []


def draws(way: Way, n: int, salt: str) -> Iterator[Draw]:
    """Yield `n` attempts at the exercise of `way`, fresh for each `salt` and each the same always.

    They are the exercise's own draws. Ways of one exercise share them, and under another salt none
    is met again.
    """
    one = exercise(way.exercise)
    for attempt in range(n):
        given = one.draw(f"wrong ways, {salt}", attempt)
        yield Draw(given, one.solve(given))


def _named(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(signature(function).parameters)


def _applied(function: Callable[..., Any], draw: Draw) -> Any:
    known = {**draw.right, **draw.given}
    return function(*(known[name] for name in _named(function)))


def _way(
    exercise: str, part: str, kind: Kind, same: Callable[..., bool] | None = None
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """Put the function under this on the list: its name is the id, its docstring the thought."""

    def listed(rule: Callable[..., Array]) -> Callable[..., Array]:
        assert rule.__doc__, f"{rule.__name__} does not say what the student thought"
        WAYS.append(Way(rule.__name__, exercise, part, kind, rule.__doc__, rule, same))
        return rule

    return listed


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z))


def relu(z):
    return np.maximum(z, 0)


def join(*parts):
    return np.concatenate(parts)


# --- forget_gate: f_t = sigmoid(W_f [h_prev, x] + b_f) -------------------------------------------


@_way("forget_gate", "z_f", "left out")
def forget_z_without_bias(W_f, h_prev, x):
    """The bias is added somewhere later."""
    return W_f @ join(h_prev, x)


@_way("forget_gate", "z_f", "order")
def forget_z_input_first(W_f, b_f, h_prev, x):
    """The input comes first in the long vector."""
    return W_f @ join(x, h_prev) + b_f


@_way("forget_gate", "z_f", "left out")
def forget_z_state_only(W_f, b_f, h_prev):
    """What is forgotten depends on the state alone."""
    return W_f[:, : len(h_prev)] @ h_prev + b_f


@_way("forget_gate", "z_f", "put in")
def forget_z_bias_with_each_product(W_f, b_f, h_prev, x):
    """The product with h and the product with x get the bias each."""
    H = len(h_prev)
    return (W_f[:, :H] @ h_prev + b_f) + (W_f[:, H:] @ x + b_f)


@_way("forget_gate", "z_f", "operation")
def forget_z_mean_of_products(W_f, b_f, h_prev, x):
    """A gate weighs its inputs, so their weighted mean is taken."""
    inputs = join(h_prev, x)
    return W_f @ inputs / len(inputs) + b_f


@_way("forget_gate", "z_f", "order")
def forget_z_state_block_transposed(W_f, b_f, h_prev, x):
    """The numbers of the state go down the columns of its block."""
    H = len(h_prev)
    return W_f[:, :H].T @ h_prev + W_f[:, H:] @ x + b_f


@_way("forget_gate", "z_f", "operation")
def forget_z_state_by_elements(W_f, b_f, h_prev, x):
    """Each unit looks back at itself only, so the diagonal weighs the state."""
    H = len(h_prev)
    return np.diag(W_f[:, :H]) * h_prev + W_f[:, H:] @ x + b_f


@_way("forget_gate", "f_t", "function")
def forget_by_tanh(z_f):
    """Every layer of the cell is squashed by tanh."""
    return np.tanh(z_f)


@_way("forget_gate", "f_t", "function")
def forget_by_softmax(z_f):
    """Gates are shares, and shares come from a softmax."""
    return softmax(z_f)


@_way("forget_gate", "f_t", "sign")
def forget_sign_lost_in_exponent(z_f):
    """The exponent of the sigmoid has no minus."""
    return 1 / (1 + np.exp(z_f))


@_way("forget_gate", "f_t", "function")
def forget_reciprocal_lost(z_f):
    """The sigmoid is 1 + e^-z."""
    return 1 + np.exp(-z_f)


@_way("forget_gate", "f_t", "function")
def forget_open_or_shut(z_f):
    """A gate is open or shut: 1 above zero, else 0."""
    return np.where(z_f > 0, 1.0, 0.0)


@_way("forget_gate", "f_t", "put in")
def forget_applied_to_state(z_f, h_prev):
    """The gate is what it lets through of the state."""
    return sigmoid(z_f) * h_prev


@_way("forget_gate", "f_t", "order")
def forget_bias_after_sigmoid(W_f, b_f, h_prev, x):
    """The product is squashed, and the bias then added."""
    return sigmoid(W_f @ join(h_prev, x)) + b_f


@_way("forget_gate", "f_t", "order")
def forget_squashed_before_adding(W_f, b_f, h_prev, x):
    """What comes from h and what comes from x are squashed each, and then added."""
    H = len(h_prev)
    return sigmoid(W_f[:, :H] @ h_prev) + sigmoid(W_f[:, H:] @ x + b_f)


@_way("forget_gate", "f_t", "put in")
def forget_bias_in_again(z_f, b_f):
    """The gate is the sigmoid of z and the bias, though z has it already."""
    return sigmoid(z_f + b_f)


# --- input_gate: i_t = sigmoid(W_i [h_prev, x] + b_i) --------------------------------------------


@_way("input_gate", "z_i", "sign")
def input_z_bias_subtracted(W_i, b_i, h_prev, x):
    """The bias is a threshold, which is taken off."""
    return W_i @ join(h_prev, x) - b_i


@_way("input_gate", "z_i", "left out")
def input_z_input_only(W_i, b_i, h_prev, x):
    """The input gate looks at the input."""
    return W_i[:, len(h_prev) :] @ x + b_i


@_way("input_gate", "z_i", "order")
def input_z_input_reads_first_columns(W_i, b_i, h_prev, x):
    """For x the columns are counted from the first again."""
    return W_i[:, : len(h_prev)] @ h_prev + W_i[:, : len(x)] @ x + b_i


@_way("input_gate", "z_i", "put in")
def input_z_state_squashed(W_i, b_i, h_prev, x):
    """The state goes through tanh before it is read."""
    return W_i @ join(np.tanh(h_prev), x) + b_i


@_way("input_gate", "z_i", "order")
def input_z_bias_inside_product(W_i, b_i, h_prev, x):
    """The bias is added to the state, and the sum is then weighted."""
    return W_i @ join(h_prev + b_i, x)


@_way("input_gate", "z_i", "operation")
def input_z_products_multiplied(W_i, b_i, h_prev, x):
    """What comes from h and what comes from x are multiplied by elements."""
    H = len(h_prev)
    return (W_i[:, :H] @ h_prev) * (W_i[:, H:] @ x) + b_i


@_way("input_gate", "i_t", "left out")
def input_not_squashed(z_i):
    """The weighted sum is the gate."""
    return z_i


@_way("input_gate", "i_t", "put in")
def input_sigmoid_twice(z_i):
    """The sigmoid is pressed once more on the result."""
    return sigmoid(sigmoid(z_i))


@_way("input_gate", "i_t", "function")
def input_tanh_form_without_half(z_i):
    """The sigmoid is (1 + tanh z) / 2."""
    return (1 + np.tanh(z_i)) / 2


@_way("input_gate", "i_t", "function")
def input_base_ten(z_i):
    """The calculator's key 10^x is the exponential."""
    return 1 / (1 + 10**-z_i)


@_way("input_gate", "i_t", "function")
def input_hard_sigmoid(z_i):
    """The sigmoid is the straight line 0.2 z + 0.5, cut at 0 and 1."""
    return np.clip(0.2 * z_i + 0.5, 0, 1)


@_way("input_gate", "i_t", "operation")
def input_one_number_for_all(z_i):
    """A gate is one number, the mean over the units."""
    return np.full_like(z_i, np.mean(sigmoid(z_i)))


@_way("input_gate", "i_t", "put in")
def input_shares_that_sum_to_one(z_i):
    """The gate's values are divided by their sum."""
    return sigmoid(z_i) / np.sum(sigmoid(z_i))


@_way("input_gate", "i_t", "function")
def input_slope_for_value(z_i):
    """The sigmoid is s (1 - s), which is its slope."""
    return sigmoid(z_i) * (1 - sigmoid(z_i))


# --- candidate: c_tilde = tanh(W_c [h_prev, x] + b_c) --------------------------------------------


@_way("candidate", "z_c", "left out")
def candidate_z_without_state(W_c, b_c, h_prev, x):
    """The candidate is new, so the old state is not read."""
    return W_c[:, len(h_prev) :] @ x + b_c


@_way("candidate", "z_c", "order")
def candidate_z_input_first(W_c, b_c, h_prev, x):
    """The order is [x, h], as in the other book."""
    return W_c @ join(x, h_prev) + b_c


@_way("candidate", "z_c", "sign")
def candidate_z_difference(W_c, b_c, h_prev, x):
    """What is new is what comes from x less what comes from h."""
    H = len(h_prev)
    return W_c[:, H:] @ x - W_c[:, :H] @ h_prev + b_c


@_way("candidate", "z_c", "put in")
def candidate_z_state_added(W_c, b_c, h_prev, x):
    """The old state is carried over, and the weighted sum added to it."""
    return h_prev + W_c @ join(h_prev, x) + b_c


@_way("candidate", "c_tilde", "function")
def candidate_by_sigmoid(z_c):
    """The candidate is a gate like the others."""
    return sigmoid(z_c)


@_way("candidate", "c_tilde", "left out")
def candidate_not_squashed(z_c):
    """The weighted sum is the candidate."""
    return z_c


@_way("candidate", "c_tilde", "function")
def candidate_by_tan(z_c):
    """The key tan was pressed for tanh."""
    return np.tan(z_c)


@_way("candidate", "c_tilde", "function")
def candidate_by_arctan(z_c):
    """The key for the inverse tangent was pressed for tanh."""
    return np.arctan(z_c)


@_way("candidate", "c_tilde", "function")
def candidate_half_the_exponent(z_c):
    """tanh z is (1 - e^-z) / (1 + e^-z)."""
    return (1 - np.exp(-z_c)) / (1 + np.exp(-z_c))


@_way("candidate", "c_tilde", "function")
def candidate_by_sinh(z_c):
    """tanh z is (e^z - e^-z) / 2."""
    return (np.exp(z_c) - np.exp(-z_c)) / 2


@_way("candidate", "c_tilde", "put in")
def candidate_tanh_twice(z_c):
    """The result of tanh goes through tanh again."""
    return np.tanh(np.tanh(z_c))


@_way("candidate", "c_tilde", "function")
def candidate_cut_at_one(z_c):
    """tanh keeps a number, and cuts it at -1 and 1."""
    return np.clip(z_c, -1, 1)


@_way("candidate", "c_tilde", "function")
def candidate_by_relu(z_c):
    """Hidden layers use the positive part."""
    return relu(z_c)


@_way("candidate", "c_tilde", "order")
def candidate_bias_after_tanh(W_c, b_c, h_prev, x):
    """The product is squashed, and the bias then added."""
    return np.tanh(W_c @ join(h_prev, x)) + b_c


@_way("candidate", "c_tilde", "order")
def candidate_tanh_of_each_term(W_c, b_c, h_prev, x):
    """Each of the three terms is squashed, and then they are added."""
    H = len(h_prev)
    return np.tanh(W_c[:, :H] @ h_prev) + np.tanh(W_c[:, H:] @ x) + np.tanh(b_c)


@_way("candidate", "c_tilde", "function")
def candidate_slope_for_value(z_c):
    """tanh is looked up where its slope 1 - tanh^2 stands."""
    return 1 - np.tanh(z_c) ** 2


# --- output_gate: o_t = sigmoid(W_o [h_prev, x] + b_o) -------------------------------------------


@_way("output_gate", "z_o", "sign")
def output_z_state_subtracted(W_o, b_o, h_prev, x):
    """The old state has been given out, so its part is taken off."""
    H = len(h_prev)
    return W_o[:, H:] @ x - W_o[:, :H] @ h_prev + b_o


@_way("output_gate", "z_o", "left out")
def output_z_weights_on_input_only(W_o, b_o, h_prev, x):
    """The weights belong to x, and the state is added as it is."""
    return h_prev + W_o[:, len(h_prev) :] @ x + b_o


@_way("output_gate", "z_o", "put in")
def output_z_unit_bias(W_o, b_o, h_prev, x):
    """A constant input 1 is added besides the bias."""
    return W_o @ join(h_prev, x) + b_o + 1


@_way("output_gate", "o_t", "function")
def output_by_tanh(z_o):
    """What leaves the cell goes through tanh."""
    return np.tanh(z_o)


@_way("output_gate", "o_t", "put in")
def output_sigmoid_then_tanh(z_o):
    """The gate is squashed by the sigmoid and, as an output, by tanh as well."""
    return np.tanh(sigmoid(z_o))


@_way("output_gate", "o_t", "put in")
def output_applied_to_state(z_o, h_prev):
    """The output gate is what it gives out: the gate times tanh of the state."""
    return sigmoid(z_o) * np.tanh(h_prev)


@_way("output_gate", "o_t", "function")
def output_exponential_only(z_o):
    """The gate is e^z."""
    return np.exp(z_o)


@_way("output_gate", "o_t", "function")
def output_denominator_lost(z_o):
    """The sigmoid is e^-z, once the 1 has gone."""
    return np.exp(-z_o)


@_way("output_gate", "o_t", "left out")
def output_sigmoid_of_product_only(W_o, h_prev, x):
    """The bias stands beside the layer and is not read by the gate."""
    return sigmoid(W_o @ join(h_prev, x))


@_way("output_gate", "o_t", "function")
def output_by_relu(z_o):
    """A gate shuts below zero and is open above it as far as z goes."""
    return relu(z_o)


# --- state_update: C_t = f_t c_prev + i_t c_tilde, h_t = o_t tanh(C_t) ---------------------------


@_way("state_update", "C_t", "quantity")
def update_gates_exchanged(f_t, i_t, c_tilde, c_prev):
    """The input gate is for the old state, the forget gate for the new."""
    return i_t * c_prev + f_t * c_tilde


@_way("state_update", "C_t", "convention")
def update_coupled_gates(f_t, c_tilde, c_prev):
    """What is forgotten makes room for what is new: 1 - f for i."""
    return f_t * c_prev + (1 - f_t) * c_tilde


@_way("state_update", "C_t", "left out")
def update_input_gate_left_out(f_t, c_tilde, c_prev):
    """The candidate is added whole."""
    return f_t * c_prev + c_tilde


@_way("state_update", "C_t", "left out")
def update_forget_gate_left_out(i_t, c_tilde, c_prev):
    """The old state is kept whole."""
    return c_prev + i_t * c_tilde


@_way("state_update", "C_t", "quantity")
def update_hidden_for_cell(f_t, i_t, c_tilde, h_prev):
    """The old state is h."""
    return f_t * h_prev + i_t * c_tilde


@_way("state_update", "C_t", "quantity")
def update_output_for_input_gate(f_t, o_t, c_tilde, c_prev):
    """The candidate goes through the output gate."""
    return f_t * c_prev + o_t * c_tilde


@_way("state_update", "C_t", "quantity")
def update_output_for_forget_gate(i_t, o_t, c_tilde, c_prev):
    """The old state goes through the output gate."""
    return o_t * c_prev + i_t * c_tilde


@_way("state_update", "C_t", "sign")
def update_forgets_the_share_f(f_t, i_t, c_tilde, c_prev):
    """The forget gate says how much is forgotten, so 1 - f stays."""
    return (1 - f_t) * c_prev + i_t * c_tilde


@_way("state_update", "C_t", "sign")
def update_minus(f_t, i_t, c_tilde, c_prev):
    """What is new is taken off what is kept."""
    return f_t * c_prev - i_t * c_tilde


@_way("state_update", "C_t", "operation")
def update_products_multiplied(f_t, i_t, c_tilde, c_prev):
    """Everything is multiplied by elements."""
    return f_t * c_prev * i_t * c_tilde


@_way("state_update", "C_t", "operation")
def update_sums_multiplied(f_t, i_t, c_tilde, c_prev):
    """The ring is a plus, and the plus a product."""
    return (f_t + c_prev) * (i_t + c_tilde)


@_way("state_update", "C_t", "order")
def update_forget_gate_over_all(f_t, i_t, c_tilde, c_prev):
    """The forget gate comes last and is for the whole sum."""
    return f_t * (c_prev + i_t * c_tilde)


@_way("state_update", "C_t", "order")
def update_input_gate_over_all(f_t, i_t, c_tilde, c_prev):
    """The input gate comes last and is for the whole sum."""
    return i_t * (f_t * c_prev + c_tilde)


@_way("state_update", "C_t", "put in")
def update_squashed(f_t, i_t, c_tilde, c_prev):
    """A state is squashed by tanh before it is kept."""
    return np.tanh(f_t * c_prev + i_t * c_tilde)


@_way("state_update", "C_t", "put in")
def update_candidate_squashed_again(f_t, i_t, c_tilde, c_prev):
    """The candidate goes through tanh where it is written."""
    return f_t * c_prev + i_t * np.tanh(c_tilde)


@_way("state_update", "C_t", "put in")
def update_output_gate_on_cell(f_t, i_t, o_t, c_tilde, c_prev):
    """The output gate opens the cell state too."""
    return o_t * (f_t * c_prev + i_t * c_tilde)


@_way("state_update", "C_t", "operation")
def update_mean_of_both(f_t, i_t, c_tilde, c_prev):
    """Old and new are averaged."""
    return (f_t * c_prev + i_t * c_tilde) / 2


@_way("state_update", "C_t", "quantity")
def update_old_state_written_again(f_t, i_t, c_prev):
    """Both gates are for the old state."""
    return f_t * c_prev + i_t * c_prev


@_way("state_update", "C_t", "operation")
def update_sum_without_gates_then_both(f_t, i_t, c_tilde, c_prev):
    """Old and new are added, and so are the gates that weigh them."""
    return (f_t + i_t) * (c_prev + c_tilde)


@_way("state_update", "h_t", "left out")
def hidden_without_tanh(o_t, C_t):
    """The cell state goes out as it is."""
    return o_t * C_t


@_way("state_update", "h_t", "order")
def hidden_tanh_of_gated(o_t, C_t):
    """First the gate, then tanh."""
    return np.tanh(o_t * C_t)


@_way("state_update", "h_t", "quantity")
def hidden_from_old_cell(o_t, c_prev):
    """The state to give out is the one that was there."""
    return o_t * np.tanh(c_prev)


@_way("state_update", "h_t", "function")
def hidden_sigmoid_for_tanh(o_t, C_t):
    """The cell state is squashed as gates are."""
    return o_t * sigmoid(C_t)


@_way("state_update", "h_t", "put in")
def hidden_gate_squashed_again(o_t, C_t):
    """The output gate still needs its sigmoid."""
    return sigmoid(o_t) * np.tanh(C_t)


@_way("state_update", "h_t", "left out")
def hidden_without_gate(C_t):
    """The hidden state is tanh of the cell state."""
    return np.tanh(C_t)


@_way("state_update", "h_t", "quantity")
def hidden_by_forget_gate(f_t, C_t):
    """The forget gate says what leaves."""
    return f_t * np.tanh(C_t)


@_way("state_update", "h_t", "quantity")
def hidden_from_candidate(o_t, c_tilde):
    """The candidate is the new state."""
    return o_t * np.tanh(c_tilde)


@_way("state_update", "h_t", "quantity")
def hidden_from_old_hidden(o_t, h_prev):
    """The hidden state is made from the hidden state before."""
    return o_t * np.tanh(h_prev)


@_way("state_update", "h_t", "sign")
def hidden_by_what_is_held_back(o_t, C_t):
    """The gate says what is held back, so 1 - o goes out."""
    return (1 - o_t) * np.tanh(C_t)


@_way("state_update", "h_t", "operation")
def hidden_gate_added(o_t, C_t):
    """The gate is added to tanh of the cell state."""
    return o_t + np.tanh(C_t)


@_way("state_update", "h_t", "put in")
def hidden_old_one_kept(o_t, C_t, h_prev):
    """What goes out is added to the hidden state before."""
    return h_prev + o_t * np.tanh(C_t)


@_way("state_update", "h_t", "convention")
def hidden_mixed_with_old(o_t, C_t, h_prev):
    """As in a GRU, 1 - o of the old hidden state stays."""
    return o_t * np.tanh(C_t) + (1 - o_t) * h_prev


@_way("state_update", "h_t", "order")
def hidden_tanh_on_gate(o_t, C_t):
    """tanh stands over the gate and not over the cell state."""
    return np.tanh(o_t) * C_t


@_way("state_update", "h_t", "quantity")
def hidden_from_written_part(o_t, i_t, c_tilde):
    """What goes out is what has just been written."""
    return o_t * np.tanh(i_t * c_tilde)


# --- lstm_states: i_t from its weights, then C_t and h_t -----------------------------------------


@_way("lstm_states", "z_i", "quantity")
def states_gate_reads_cell(W_i, b_i, c_prev, x):
    """The state that is read is the cell state."""
    return W_i @ join(c_prev, x) + b_i


@_way("lstm_states", "z_i", "quantity")
def states_gate_reads_candidate(W_i, b_i, c_tilde, x):
    """The gate judges the candidate, so it reads it."""
    return W_i @ join(c_tilde, x) + b_i


@_way("lstm_states", "z_i", "convention")
def states_gate_peeps_at_cell(W_i, b_i, h_prev, c_prev, x):
    """The gate sees the cell state as well, with weight one."""
    return W_i @ join(h_prev, x) + c_prev + b_i


@_way("lstm_states", "z_i", "put in")
def states_gate_reads_forgotten_state(W_i, b_i, h_prev, x, f_t):
    """The state is forgotten first, and the rest is read."""
    return W_i @ join(f_t * h_prev, x) + b_i


@_way("lstm_states", "i_t", "sign")
def states_gate_from_forget_gate(f_t):
    """The input gate needs no weights: it is 1 - f."""
    return 1 - f_t


@_way("lstm_states", "i_t", "put in")
def states_gate_times_candidate(z_i, c_tilde):
    """The input gate is what it lets in."""
    return sigmoid(z_i) * c_tilde


@_way("lstm_states", "i_t", "function")
def states_gate_by_softmax(z_i):
    """The sigma in the lecture's figure is a softmax."""
    return softmax(z_i)


@_way("lstm_states", "i_t", "order")
def states_gate_bias_after_sigmoid(W_i, b_i, h_prev, x):
    """The bias moves the gate once it is squashed."""
    return sigmoid(W_i @ join(h_prev, x)) + b_i


@_way("lstm_states", "C_t", "quantity")
def states_pre_activation_for_gate(f_t, c_prev, z_i, c_tilde):
    """z_i is the gate's value."""
    return f_t * c_prev + z_i * c_tilde


@_way("lstm_states", "C_t", "put in")
def states_gate_squashed_again(f_t, c_prev, i_t, c_tilde):
    """Each gate of the sum still needs its sigmoid."""
    return sigmoid(f_t) * c_prev + sigmoid(i_t) * c_tilde


@_way("lstm_states", "C_t", "left out")
def states_only_what_is_new(i_t, c_tilde):
    """The cell state is what is let in."""
    return i_t * c_tilde


@_way("lstm_states", "C_t", "left out")
def states_only_what_is_kept(f_t, c_prev):
    """The cell state is what is not forgotten."""
    return f_t * c_prev


@_way("lstm_states", "C_t", "sign")
def states_input_gate_complement(f_t, i_t, c_prev, c_tilde):
    """The input gate says what is kept out."""
    return f_t * c_prev + (1 - i_t) * c_tilde


@_way("lstm_states", "C_t", "put in")
def states_hidden_added_to_cell(f_t, i_t, c_prev, c_tilde, h_prev):
    """The hidden state is carried over beside the cell state."""
    return f_t * c_prev + i_t * c_tilde + h_prev


@_way("lstm_states", "C_t", "left out")
def states_candidate_left_out(f_t, i_t, c_prev):
    """The input gate is itself what is added."""
    return f_t * c_prev + i_t


@_way("lstm_states", "h_t", "quantity")
def states_hidden_by_input_gate(i_t, C_t):
    """The gate just worked out is the one to use."""
    return i_t * np.tanh(C_t)


@_way("lstm_states", "h_t", "left out")
def states_hidden_is_cell(C_t):
    """The two states are the same."""
    return C_t


@_way("lstm_states", "h_t", "put in")
def states_hidden_tanh_twice(o_t, C_t):
    """The cell state is squashed when it is kept, and again when it goes out."""
    return o_t * np.tanh(np.tanh(C_t))


@_way("lstm_states", "h_t", "put in")
def states_hidden_tanh_on_both(o_t, C_t):
    """tanh is for both factors."""
    return np.tanh(o_t) * np.tanh(C_t)


@_way("lstm_states", "h_t", "function")
def states_hidden_by_tan(o_t, C_t):
    """The key tan was pressed for tanh."""
    return o_t * np.tan(C_t)


# --- lstm_step_from_gates: c_tilde from its weights, then C_t and h_t ----------------------------


@_way("lstm_step_from_gates", "z_c", "convention")
def from_gates_candidate_reads_reset_state(W_c, b_c, h_prev, x, f_t):
    """As in a GRU, the state is gated before the candidate reads it."""
    return W_c @ join(f_t * h_prev, x) + b_c


@_way("lstm_step_from_gates", "z_c", "quantity")
def from_gates_candidate_reads_cell(W_c, b_c, c_prev, x):
    """A new cell state is made from the old cell state."""
    return W_c @ join(c_prev, x) + b_c


@_way("lstm_step_from_gates", "z_c", "left out")
def from_gates_candidate_without_bias(W_c, h_prev, x):
    """Only the gates have a bias."""
    return W_c @ join(h_prev, x)


@_way("lstm_step_from_gates", "z_c", "put in")
def from_gates_candidate_gated_inside(W_c, b_c, h_prev, x, i_t):
    """The input gate is for the weighted sum."""
    return i_t * (W_c @ join(h_prev, x) + b_c)


@_way("lstm_step_from_gates", "c_tilde", "put in")
def from_gates_candidate_gated(z_c, i_t):
    """The candidate is what the input gate lets in of it."""
    return i_t * np.tanh(z_c)


@_way("lstm_step_from_gates", "c_tilde", "sign")
def from_gates_candidate_sign_of_exponents(z_c):
    """The two exponentials of tanh are exchanged."""
    return (np.exp(-z_c) - np.exp(z_c)) / (np.exp(z_c) + np.exp(-z_c))


@_way("lstm_step_from_gates", "c_tilde", "function")
def from_gates_candidate_sigmoid_then_tanh(z_c):
    """Everything in the cell goes through the sigmoid first."""
    return np.tanh(sigmoid(z_c))


@_way("lstm_step_from_gates", "c_tilde", "function")
def from_gates_candidate_stretched_sigmoid(z_c):
    """tanh is the sigmoid stretched to -1 and 1: 2 s(z) - 1."""
    return 2 * sigmoid(z_c) - 1


@_way("lstm_step_from_gates", "C_t", "quantity")
def from_gates_pre_activation_for_candidate(f_t, i_t, c_prev, z_c):
    """z_c is the candidate's value."""
    return f_t * c_prev + i_t * z_c


@_way("lstm_step_from_gates", "C_t", "put in")
def from_gates_old_cell_squashed(f_t, i_t, c_prev, c_tilde):
    """The old cell state may be large and is squashed first."""
    return f_t * np.tanh(c_prev) + i_t * c_tilde


@_way("lstm_step_from_gates", "C_t", "order")
def from_gates_one_gate_for_both(f_t, c_prev, c_tilde):
    """Old and new are added and pass the forget gate."""
    return f_t * (c_prev + c_tilde)


@_way("lstm_step_from_gates", "C_t", "operation")
def from_gates_candidate_times_old(f_t, i_t, c_prev, c_tilde):
    """The candidate changes the old state by a factor."""
    return f_t * c_prev + i_t * c_tilde * c_prev


@_way("lstm_step_from_gates", "C_t", "convention")
def from_gates_cell_as_in_gru(i_t, c_prev, c_tilde):
    """One gate is enough: i of the new, 1 - i of the old."""
    return (1 - i_t) * c_prev + i_t * c_tilde


@_way("lstm_step_from_gates", "h_t", "quantity")
def from_gates_hidden_from_kept_part(o_t, f_t, c_prev):
    """What goes out is what was kept; what is new goes out at the next step."""
    return o_t * np.tanh(f_t * c_prev)


@_way("lstm_step_from_gates", "h_t", "quantity")
def from_gates_hidden_gates_candidate(o_t, c_tilde):
    """The candidate has been through tanh and only needs the gate."""
    return o_t * c_tilde


@_way("lstm_step_from_gates", "h_t", "order")
def from_gates_hidden_tanh_before_sum(o_t, f_t, i_t, c_prev, c_tilde):
    """Each of the two terms is squashed, and then they are added."""
    return o_t * (np.tanh(f_t * c_prev) + np.tanh(i_t * c_tilde))


@_way("lstm_step_from_gates", "h_t", "operation")
def from_gates_hidden_softmax(o_t, C_t):
    """An output is a distribution over the units."""
    return o_t * softmax(C_t)


@_way("lstm_step_from_gates", "h_t", "function")
def from_gates_hidden_by_relu(o_t, C_t):
    """The cell state goes out through the positive part."""
    return o_t * relu(C_t)


# --- lstm_step: all four layers, C_t and h_t -----------------------------------------------------


@_way("lstm_step", "f_t", "quantity")
def step_forget_with_input_weights(W_i, b_i, h_prev, x):
    """The layer that is worked first is the forget gate, and i comes first."""
    return sigmoid(W_i @ join(h_prev, x) + b_i)


@_way("lstm_step", "f_t", "convention")
def step_forget_bias_of_one(W_f, b_f, h_prev, x):
    """A library adds 1 to the bias of the forget gate."""
    return sigmoid(W_f @ join(h_prev, x) + b_f + 1)


@_way("lstm_step", "f_t", "quantity")
def step_forget_reads_cell(W_f, b_f, c_prev, x):
    """The cell state is forgotten, so it is what the gate reads."""
    return sigmoid(W_f @ join(c_prev, x) + b_f)


@_way("lstm_step", "f_t", "quantity")
def step_forget_reads_hidden_and_cell(W_f, b_f, h_prev, c_prev):
    """Forgetting is between the two states, and x is not read."""
    return sigmoid(W_f @ join(h_prev, c_prev) + b_f)


@_way("lstm_step", "i_t", "quantity")
def step_input_with_candidate_weights(W_c, b_c, h_prev, x):
    """The layer of the candidate is called the input layer in the other book."""
    return sigmoid(W_c @ join(h_prev, x) + b_c)


@_way("lstm_step", "i_t", "quantity", same=lambda b_i, b_f: bool((b_i == b_f).all()))
def step_input_with_forget_bias(W_i, b_f, h_prev, x):
    """One bias serves all gates, the first one."""
    return sigmoid(W_i @ join(h_prev, x) + b_f)


@_way("lstm_step", "i_t", "sign")
def step_input_is_rest_of_forget(f_t):
    """What is not kept is written."""
    return 1 - f_t


@_way("lstm_step", "i_t", "put in")
def step_input_after_forget(W_i, b_i, h_prev, x, f_t):
    """The gates come one after the other, so the state has been forgotten by now."""
    return sigmoid(W_i @ join(f_t * h_prev, x) + b_i)


@_way("lstm_step", "i_t", "function")
def step_input_gates_share(W_f, b_f, W_i, b_i, W_o, b_o, h_prev, x):
    """In each unit the three gates share out one whole by a softmax."""
    read = join(h_prev, x)
    scores = np.stack([W_f @ read + b_f, W_i @ read + b_i, W_o @ read + b_o])
    return np.exp(scores[1]) / np.sum(np.exp(scores), axis=0)


@_way("lstm_step", "c_tilde", "function")
def step_candidate_by_sigmoid(W_c, b_c, h_prev, x):
    """All four layers use the sigmoid."""
    return sigmoid(W_c @ join(h_prev, x) + b_c)


@_way("lstm_step", "c_tilde", "quantity")
def step_candidate_with_output_weights(W_o, b_o, h_prev, x):
    """The blocks stand in the order of another library, output before candidate."""
    return np.tanh(W_o @ join(h_prev, x) + b_o)


@_way("lstm_step", "c_tilde", "put in")
def step_candidate_reads_let_in_input(W_c, b_c, h_prev, x, i_t):
    """The input gate is for the input, so it is applied to x."""
    return np.tanh(W_c @ join(h_prev, i_t * x) + b_c)


@_way("lstm_step", "c_tilde", "quantity")
def step_candidate_reads_kept_cell(W_c, b_c, c_prev, x, f_t):
    """What was kept of the cell state is read for the new one."""
    return np.tanh(W_c @ join(f_t * c_prev, x) + b_c)


@_way("lstm_step", "c_tilde", "order")
def step_candidate_input_first(W_c, b_c, h_prev, x):
    """The new comes before the old in the long vector."""
    return np.tanh(W_c @ join(x, h_prev) + b_c)


@_way("lstm_step", "o_t", "function")
def step_output_by_tanh(W_o, b_o, h_prev, x):
    """The output has tanh, as the equation of h shows."""
    return np.tanh(W_o @ join(h_prev, x) + b_o)


@_way("lstm_step", "o_t", "quantity")
def step_output_reads_new_cell(W_o, b_o, x, f_t, i_t, c_tilde, c_prev):
    """The output gate comes after the update and reads the new cell state."""
    return sigmoid(W_o @ join(f_t * c_prev + i_t * c_tilde, x) + b_o)


@_way("lstm_step", "o_t", "quantity")
def step_output_reads_candidate(W_o, b_o, c_tilde, x):
    """The candidate takes the place of the old state from here on."""
    return sigmoid(W_o @ join(c_tilde, x) + b_o)


@_way("lstm_step", "o_t", "left out")
def step_output_state_only(W_o, b_o, h_prev):
    """What goes out depends on the state and not on the input."""
    return sigmoid(W_o[:, : len(h_prev)] @ h_prev + b_o)


@_way("lstm_step", "o_t", "sign")
def step_output_bias_subtracted(W_o, b_o, h_prev, x):
    """The gate opens above its bias."""
    return sigmoid(W_o @ join(h_prev, x) - b_o)


@_way("lstm_step", "o_t", "convention")
def step_output_peeps_at_old_cell(W_o, b_o, h_prev, c_prev, x):
    """The output gate sees the cell state too, with weight one."""
    return sigmoid(W_o @ join(h_prev, x) + c_prev + b_o)


@_way("lstm_step", "C_t", "quantity")
def step_cell_from_input(f_t, i_t, c_prev, x):
    """The input gate lets x in."""
    return f_t * c_prev + i_t * x


@_way("lstm_step", "C_t", "quantity")
def step_cell_candidate_for_old_and_new(f_t, i_t, c_tilde):
    """Both gates are for the candidate."""
    return f_t * c_tilde + i_t * c_tilde


@_way("lstm_step", "C_t", "order")
def step_cell_one_bracket(f_t, i_t, c_prev, c_tilde):
    """The gates are multiplied, and so is the sum of the two states."""
    return f_t * i_t * (c_prev + c_tilde)


@_way("lstm_step", "C_t", "quantity")
def step_cell_candidate_through_output(f_t, i_t, o_t, c_prev, c_tilde):
    """What is written passes the input and the output gate."""
    return f_t * c_prev + i_t * o_t * c_tilde


@_way("lstm_step", "h_t", "quantity")
def step_hidden_from_forgotten_cell(f_t, o_t, C_t):
    """The new cell state passes the forget gate once more on its way out."""
    return o_t * np.tanh(f_t * C_t)


@_way("lstm_step", "h_t", "left out")
def step_hidden_from_ungated_sum(o_t, c_prev, c_tilde):
    """On the way out only the output gate is in use, and the two states are added."""
    return o_t * np.tanh(c_prev + c_tilde)


@_way("lstm_step", "h_t", "put in")
def step_hidden_cell_added(o_t, C_t):
    """The cell state runs straight through and is added."""
    return C_t + o_t * np.tanh(C_t)


@_way("lstm_step", "h_t", "left out")
def step_hidden_gate_of_old_hidden(o_t, h_prev):
    """The output gate opens the hidden state that was there."""
    return o_t * h_prev


# --- gru_step ------------------------------------------------------------------------------------


@_way("gru_step", "r_t", "quantity")
def gru_reset_with_update_weights(W_z, b_z, h_prev, x):
    """The first gate of the library's order is the reset gate."""
    return sigmoid(W_z @ join(h_prev, x) + b_z)


@_way("gru_step", "r_t", "function")
def gru_reset_by_tanh(W_r, b_r, h_prev, x):
    """The equation on the sheet has tanh, so the gates have it too."""
    return np.tanh(W_r @ join(h_prev, x) + b_r)


@_way("gru_step", "r_t", "sign")
def gru_reset_is_what_goes(W_r, b_r, h_prev, x):
    """Reset means to set to zero, so 1 - r is what the gate says."""
    return 1 - sigmoid(W_r @ join(h_prev, x) + b_r)


@_way("gru_step", "r_t", "left out")
def gru_reset_without_bias(W_r, h_prev, x):
    """Only the candidate's equation shows a bias."""
    return sigmoid(W_r @ join(h_prev, x))


@_way("gru_step", "r_t", "put in")
def gru_reset_applied_to_state(W_r, b_r, h_prev, x):
    """R is the state after the reset."""
    return sigmoid(W_r @ join(h_prev, x) + b_r) * h_prev


@_way("gru_step", "z_t", "put in")
def gru_update_reads_reset_state(W_z, b_z, h_prev, x, r_t):
    """After the reset everything reads the reset state."""
    return sigmoid(W_z @ join(r_t * h_prev, x) + b_z)


@_way("gru_step", "z_t", "sign")
def gru_update_is_rest_of_reset(r_t):
    """What is not reset is updated: Z is 1 - R."""
    return 1 - r_t


@_way("gru_step", "z_t", "order")
def gru_update_input_first(W_z, b_z, h_prev, x):
    """The weights read the input first."""
    return sigmoid(W_z @ join(x, h_prev) + b_z)


@_way("gru_step", "z_t", "quantity", same=lambda b_z, b_r: bool((b_z == b_r).all()))
def gru_update_with_reset_bias(W_z, b_r, h_prev, x):
    """The two gates have one bias."""
    return sigmoid(W_z @ join(h_prev, x) + b_r)


@_way("gru_step", "z_t", "left out")
def gru_update_not_squashed(W_z, b_z, h_prev, x):
    """Z is the usual letter for the sum before the squashing."""
    return W_z @ join(h_prev, x) + b_z


@_way("gru_step", "z_t", "function")
def gru_update_by_softmax(W_z, b_z, h_prev, x):
    """Z mixes two states, and mixing weights come from a softmax."""
    return softmax(W_z @ join(h_prev, x) + b_z)


@_way("gru_step", "h_tilde", "convention")
def gru_candidate_reset_after_product(W_h, b_h, h_prev, x, r_t):
    """The reset is for the product with the state."""
    H = len(h_prev)
    return np.tanh(r_t * (W_h[:, :H] @ h_prev) + W_h[:, H:] @ x + b_h)


@_way("gru_step", "h_tilde", "convention")
def gru_candidate_reset_after_bias(W_h, b_h, h_prev, x, r_t):
    """The reset is for the product with the state and its bias."""
    H = len(h_prev)
    return np.tanh(r_t * (W_h[:, :H] @ h_prev + b_h) + W_h[:, H:] @ x)


@_way("gru_step", "h_tilde", "left out")
def gru_candidate_without_reset(W_h, b_h, h_prev, x):
    """The candidate reads [H, x] as the gates do."""
    return np.tanh(W_h @ join(h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "order")
def gru_candidate_reset_of_everything(W_h, b_h, h_prev, x, r_t):
    """The reset is for the long vector, state and input."""
    return np.tanh(W_h @ join(r_t * h_prev, r_t * x) + b_h)


@_way("gru_step", "h_tilde", "quantity")
def gru_candidate_reset_of_input(W_h, b_h, h_prev, x, r_t):
    """The reset is for the input."""
    return np.tanh(W_h @ join(h_prev, r_t * x) + b_h)


@_way("gru_step", "h_tilde", "order")
def gru_candidate_reset_outside_tanh(W_h, b_h, h_prev, x, r_t):
    """The reset is for the finished candidate."""
    return r_t * np.tanh(W_h @ join(h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "quantity")
def gru_candidate_reset_by_update_gate(W_h, b_h, h_prev, x, z_t):
    """The candidate's gate is Z."""
    return np.tanh(W_h @ join(z_t * h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "sign")
def gru_candidate_reset_complement(W_h, b_h, h_prev, x, r_t):
    """R says how much of the state is reset, so 1 - R stays."""
    return np.tanh(W_h @ join((1 - r_t) * h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "operation")
def gru_candidate_reset_added(W_h, b_h, h_prev, x, r_t):
    """The ring is a sum."""
    return np.tanh(W_h @ join(r_t + h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "quantity")
def gru_candidate_reads_gate_alone(W_h, b_h, x, r_t):
    """The bracket takes R in the place of the state."""
    return np.tanh(W_h @ join(r_t, x) + b_h)


@_way("gru_step", "h_tilde", "function")
def gru_candidate_by_sigmoid(W_h, b_h, h_prev, x, r_t):
    """Three equations alike, three sigmoids."""
    return sigmoid(W_h @ join(r_t * h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "sign")
def gru_candidate_bias_subtracted(W_h, b_h, h_prev, x, r_t):
    """The sign of the bias was copied wrongly into every row."""
    return np.tanh(W_h @ join(r_t * h_prev, x) - b_h)


@_way("gru_step", "h_t", "convention")
def gru_mix_exchanged(z_t, h_prev, h_tilde):
    """Z is how much of the candidate comes in, as in the other book."""
    return (1 - z_t) * h_prev + z_t * h_tilde


@_way("gru_step", "h_t", "quantity")
def gru_mix_by_reset_gate(r_t, h_prev, h_tilde):
    """R mixes old and new."""
    return r_t * h_prev + (1 - r_t) * h_tilde


@_way("gru_step", "h_t", "quantity")
def gru_mix_both_gates_as_in_lstm(r_t, z_t, h_prev, h_tilde):
    """As in an LSTM, one gate is for the old and the other for the new."""
    return z_t * h_prev + r_t * h_tilde


@_way("gru_step", "h_t", "left out")
def gru_mix_candidate_whole(z_t, h_prev, h_tilde):
    """The candidate is added whole."""
    return z_t * h_prev + h_tilde


@_way("gru_step", "h_t", "sign")
def gru_mix_same_gate_twice(z_t, h_prev, h_tilde):
    """Z is for both, old and new."""
    return z_t * h_prev + z_t * h_tilde


@_way("gru_step", "h_t", "order")
def gru_mix_bracket_lost(z_t, h_prev, h_tilde):
    """1 - Z is written without its bracket."""
    return z_t * h_prev + 1 - z_t * h_tilde


@_way("gru_step", "h_t", "put in")
def gru_mix_keeps_reset_state(r_t, z_t, h_prev, h_tilde):
    """The old state has been reset, and that is what Z keeps."""
    return z_t * (r_t * h_prev) + (1 - z_t) * h_tilde


@_way("gru_step", "h_t", "put in")
def gru_mix_squashed(z_t, h_prev, h_tilde):
    """A hidden state comes out of tanh."""
    return np.tanh(z_t * h_prev + (1 - z_t) * h_tilde)


@_way("gru_step", "h_t", "quantity")
def gru_mix_input_for_candidate(z_t, h_prev, x):
    """What is new is x."""
    return z_t * h_prev + (1 - z_t) * x


@_way("gru_step", "h_t", "left out")
def gru_mix_new_part_only(z_t, h_tilde):
    """The update is what is written."""
    return (1 - z_t) * h_tilde


@_way("gru_step", "h_t", "operation")
def gru_mix_multiplied(z_t, h_prev, h_tilde):
    """The two weighted states are multiplied."""
    return (z_t * h_prev) * ((1 - z_t) * h_tilde)


@_way("gru_step", "h_t", "sign")
def gru_mix_difference(z_t, h_prev, h_tilde):
    """The candidate's share is taken off the old state's."""
    return z_t * h_prev - (1 - z_t) * h_tilde


# --- gru_conventions: one step of a GRU by three conventions -------------------------------------


@_way("gru_conventions", "h_tilde_before", "convention")
def conventions_before_as_after(r_t, h_prev, W_hh, a_x):
    """It is all the same whether the reset comes before the product or after it."""
    return np.tanh(a_x + r_t * (W_hh @ h_prev))


@_way("gru_conventions", "h_tilde_before", "put in")
def conventions_before_second_bias(r_t, h_prev, W_hh, b_hn, a_x):
    """The second bias is for both candidates."""
    return np.tanh(a_x + W_hh @ (r_t * h_prev) + b_hn)


@_way("gru_conventions", "h_tilde_before", "order", same=lambda W_hh: bool((W_hh == W_hh.T).all()))
def conventions_before_transposed(r_t, h_prev, W_hh, a_x):
    """A row vector times W, as the other book writes it, with the weights as they are."""
    return np.tanh(a_x + (r_t * h_prev) @ W_hh)


@_way("gru_conventions", "h_tilde_before", "left out")
def conventions_before_without_input(r_t, h_prev, W_hh):
    """The input was taken care of when a_x was given."""
    return np.tanh(W_hh @ (r_t * h_prev))


@_way("gru_conventions", "h_tilde_before", "order")
def conventions_before_input_squashed_apart(r_t, h_prev, W_hh, a_x):
    """The term of the input is added outside tanh."""
    return a_x + np.tanh(W_hh @ (r_t * h_prev))


@_way("gru_conventions", "h_tilde_before", "operation")
def conventions_before_by_elements(r_t, h_prev, W_hh, a_x):
    """The ring goes on over the matrix: its diagonal times the reset state."""
    return np.tanh(a_x + np.diag(W_hh) * r_t * h_prev)


@_way("gru_conventions", "h_tilde_after", "order")
def conventions_after_bias_outside_reset(r_t, h_prev, W_hh, b_hn, a_x):
    """A bias is added last, after the reset."""
    return np.tanh(a_x + r_t * (W_hh @ h_prev) + b_hn)


@_way("gru_conventions", "h_tilde_after", "left out")
def conventions_after_without_second_bias(r_t, h_prev, W_hh, a_x):
    """a_x has a bias already, and one is enough."""
    return np.tanh(a_x + r_t * (W_hh @ h_prev))


@_way("gru_conventions", "h_tilde_after", "order")
def conventions_after_reset_of_everything(r_t, h_prev, W_hh, b_hn, a_x):
    """The reset comes last and is for the whole sum."""
    return np.tanh(r_t * (a_x + W_hh @ h_prev + b_hn))


@_way("gru_conventions", "h_tilde_after", "put in")
def conventions_after_reset_twice(r_t, h_prev, W_hh, b_hn, a_x):
    """The state is reset before the product, and the product after it."""
    return np.tanh(a_x + r_t * (W_hh @ (r_t * h_prev) + b_hn))


@_way("gru_conventions", "h_tilde_after", "quantity")
def conventions_after_reset_by_update_gate(z_t, h_prev, W_hh, b_hn, a_x):
    """The gate after the product is Z."""
    return np.tanh(a_x + z_t * (W_hh @ h_prev + b_hn))


@_way("gru_conventions", "h_cho", "convention")
def conventions_cho_writes_candidate(z_t, h_prev, h_tilde_before):
    """By Cho it is the candidate that Z lets in."""
    return (1 - z_t) * h_prev + z_t * h_tilde_before


@_way("gru_conventions", "h_cho", "quantity")
def conventions_cho_with_reset_after(z_t, h_prev, h_tilde_after):
    """By Cho the reset comes after the product."""
    return z_t * h_prev + (1 - z_t) * h_tilde_after


@_way("gru_conventions", "h_cho", "put in")
def conventions_cho_keeps_reset_state(r_t, z_t, h_prev, h_tilde_before):
    """The state that Z keeps is the one that was reset before."""
    return z_t * r_t * h_prev + (1 - z_t) * h_tilde_before


@_way("gru_conventions", "h_chung", "convention")
def conventions_chung_with_reset_after(z_t, h_prev, h_tilde_after):
    """By Chung both things are the other way round."""
    return (1 - z_t) * h_prev + z_t * h_tilde_after


@_way("gru_conventions", "h_chung", "left out")
def conventions_chung_keeps_state_whole(z_t, h_prev, h_tilde_before):
    """Z writes the candidate on top of the old state."""
    return h_prev + z_t * h_tilde_before


@_way("gru_conventions", "h_chung", "quantity")
def conventions_chung_changes_cho(z_t, h_cho, h_tilde_before):
    """The candidate is written over the state by Cho that stands above."""
    return (1 - z_t) * h_cho + z_t * h_tilde_before


@_way("gru_conventions", "h_pytorch", "convention")
def conventions_pytorch_writes_candidate(z_t, h_prev, h_tilde_after):
    """In PyTorch Z writes the candidate."""
    return (1 - z_t) * h_prev + z_t * h_tilde_after


@_way("gru_conventions", "h_pytorch", "quantity")
def conventions_pytorch_with_reset_before(z_t, h_prev, h_tilde_before):
    """PyTorch has the same candidate as the papers."""
    return z_t * h_prev + (1 - z_t) * h_tilde_before


@_way("gru_conventions", "h_pytorch", "quantity")
def conventions_pytorch_mixes_by_reset_gate(r_t, h_prev, h_tilde_after):
    """The reset comes after everything, so it mixes."""
    return r_t * h_prev + (1 - r_t) * h_tilde_after


# --- rnn_step: h_t = tanh(W_h h_prev + W_x x + b), y_hat = softmax(U h_t + b_2) ------------------


@_way("rnn_step", "z_t", "left out")
def rnn_without_bias(W_h, W_x, h_prev, x):
    """The two products are the whole sum."""
    return W_h @ h_prev + W_x @ x


@_way("rnn_step", "z_t", "order")
def rnn_state_weights_transposed(W_h, W_x, b, h_prev, x):
    """The state stands left of its weights."""
    return h_prev @ W_h + W_x @ x + b


@_way("rnn_step", "z_t", "quantity", same=lambda b, b_2: bool((b == b_2).all()))
def rnn_output_bias_in_state(W_h, W_x, b_2, h_prev, x):
    """The bias of the cell is b_2."""
    return W_h @ h_prev + W_x @ x + b_2


@_way("rnn_step", "z_t", "quantity")
def rnn_output_weights_on_state(U, W_x, b, h_prev, x):
    """U is the matrix of the state, as in the books with W for x and U for h."""
    return U @ h_prev + W_x @ x + b


@_way("rnn_step", "z_t", "left out")
def rnn_state_unweighted(W_x, b, h_prev, x):
    """The old state is carried over as it is."""
    return h_prev + W_x @ x + b


@_way("rnn_step", "z_t", "put in")
def rnn_old_state_squashed(W_h, W_x, b, h_prev, x):
    """The old state is squashed before it comes back in."""
    return W_h @ np.tanh(h_prev) + W_x @ x + b


@_way("rnn_step", "z_t", "operation")
def rnn_state_and_input_multiplied(W_h, W_x, b, h_prev, x):
    """What comes from the state gates what comes from the input."""
    return (W_h @ h_prev) * (W_x @ x) + b


@_way("rnn_step", "h_t", "function")
def rnn_state_by_sigmoid(z_t):
    """The squashing function is the sigmoid."""
    return sigmoid(z_t)


@_way("rnn_step", "h_t", "function")
def rnn_state_by_softmax(z_t):
    """The softmax is for the state and for the output."""
    return softmax(z_t)


@_way("rnn_step", "h_t", "left out")
def rnn_state_not_squashed(z_t):
    """The weighted sum is the state."""
    return z_t


@_way("rnn_step", "h_t", "put in")
def rnn_state_added_to_old(z_t, h_prev):
    """The step is a change, which is added to the old state."""
    return h_prev + np.tanh(z_t)


@_way("rnn_step", "h_t", "order")
def rnn_tanh_of_state_term_only(W_h, W_x, b, h_prev, x):
    """tanh closes its bracket after the first term."""
    return np.tanh(W_h @ h_prev) + W_x @ x + b


@_way("rnn_step", "h_t", "operation")
def rnn_mean_with_old(z_t, h_prev):
    """The new state is half old, half new."""
    return (h_prev + np.tanh(z_t)) / 2


@_way("rnn_step", "scores", "quantity")
def rnn_scores_from_old_state(U, b_2, h_prev):
    """The output reads the state that it was given."""
    return U @ h_prev + b_2


@_way("rnn_step", "scores", "quantity")
def rnn_scores_from_pre_activation(U, b_2, z_t):
    """The output reads the sum before it is squashed."""
    return U @ z_t + b_2


@_way("rnn_step", "scores", "left out")
def rnn_scores_without_bias(U, h_t):
    """The output layer has no bias."""
    return U @ h_t


@_way("rnn_step", "scores", "quantity", same=lambda b, b_2: bool((b == b_2).all()))
def rnn_scores_with_state_bias(U, b, h_t):
    """One b serves both layers."""
    return U @ h_t + b


@_way("rnn_step", "scores", "order")
def rnn_scores_transposed(U, b_2, h_t):
    """The words are the columns of U."""
    return U.T @ h_t + b_2


@_way("rnn_step", "scores", "put in")
def rnn_scores_squashed(U, b_2, h_t):
    """Every layer ends with tanh."""
    return np.tanh(U @ h_t + b_2)


@_way("rnn_step", "scores", "order")
def rnn_scores_bias_inside(U, b_2, h_t):
    """The bias is added to the state, and the sum is then weighted."""
    return U @ (h_t + b_2)


@_way("rnn_step", "scores", "quantity")
def rnn_scores_by_state_weights(W_h, b_2, h_t):
    """The same matrix is used again."""
    return W_h @ h_t + b_2


@_way("rnn_step", "y_hat", "left out")
def rnn_softmax_without_exponential(scores):
    """A share is the score over the sum of scores."""
    return scores / np.sum(scores)


@_way("rnn_step", "y_hat", "left out")
def rnn_softmax_not_normalised(scores):
    """The softmax is e to the score."""
    return np.exp(scores)


@_way("rnn_step", "y_hat", "function")
def rnn_output_by_sigmoid(scores):
    """Each word has its own probability."""
    return sigmoid(scores)


@_way("rnn_step", "y_hat", "function")
def rnn_output_one_hot(scores):
    """The likeliest word is the output."""
    return np.where(scores == np.max(scores), 1.0, 0.0)


@_way("rnn_step", "y_hat", "put in")
def rnn_softmax_twice(scores):
    """The softmax is taken of the shares once more."""
    return softmax(softmax(scores))


@_way("rnn_step", "y_hat", "quantity")
def rnn_softmax_of_state(h_t):
    """The distribution is the softmax of the state."""
    return softmax(h_t)


@_way("rnn_step", "y_hat", "sign")
def rnn_softmax_of_minus(scores):
    """The exponent has a minus, as in the sigmoid."""
    return softmax(-scores)


@_way("rnn_step", "y_hat", "function")
def rnn_softmax_base_ten(scores):
    """The calculator's key 10^x is the exponential."""
    return 10**scores / np.sum(10**scores)


@_way("rnn_step", "y_hat", "operation")
def rnn_softmax_over_largest(scores):
    """The exponentials are divided by the largest of them."""
    return np.exp(scores) / np.max(np.exp(scores))


@_way("rnn_step", "y_hat", "quantity")
def rnn_softmax_over_sum_of_scores(scores):
    """The exponential is only above the line."""
    return np.exp(scores) / np.sum(scores)


@_way("rnn_step", "y_hat", "put in")
def rnn_softmax_one_in_denominator(scores):
    """Below the line stands 1 + the sum, as in the sigmoid."""
    return np.exp(scores) / (1 + np.sum(np.exp(scores)))


@_way("rnn_step", "y_hat", "order")
def rnn_softmax_before_bias(U, b_2, h_t):
    """The softmax is for the product, and the bias is then added."""
    return softmax(U @ h_t) + b_2


@_way("rnn_step", "y_hat", "operation")
def rnn_odds_for_shares(scores):
    """An exponential is divided by the sum of the others."""
    return np.exp(scores) / (np.sum(np.exp(scores)) - np.exp(scores))


@_way("rnn_step", "y_hat", "function")
def rnn_log_of_softmax(scores):
    """The logarithm belongs to it, as in the loss."""
    return np.log(softmax(scores))
