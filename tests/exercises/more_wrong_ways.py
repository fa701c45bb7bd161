"""More wrong ways, beside those of wrong_ways.py and in the same form.

That list is long on the single gates and on the state; this one is on whole steps, on cells of two
units, and on what follows a step that is shown. The ways in the first part were written before
they were tried, and what they showed widened the families; those in the last part were written
after that, and nothing was changed to suit them. What both lists had is left out here.
"""

from collections.abc import Callable

import numpy as np

from course_utils.cells.checks import Array
from tests.exercises.wrong_ways import Kind, Way, join, relu, sigmoid, softmax

MORE_WAYS: list[Way] = []


def _way(
    exercise: str, part: str, kind: Kind, same: Callable[..., bool] | None = None
) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    def listed(rule: Callable[..., Array]) -> Callable[..., Array]:
        assert rule.__doc__, f"{rule.__name__} does not say what the student thought"
        MORE_WAYS.append(Way(rule.__name__, exercise, part, kind, rule.__doc__, rule, same))
        return rule

    return listed


# --- output_gate: o_t = sigmoid(W_o [h_prev, x] + b_o) -------------------------------------------


@_way("output_gate", "z_o", "put in")
def output_z_bias_twice(W_o, b_o, h_prev, x):
    """Each block of the weights has the bias."""
    return W_o @ join(h_prev, x) + 2 * b_o


@_way("output_gate", "z_o", "operation")
def output_z_bias_as_factor(W_o, b_o, h_prev, x):
    """The bias stretches the product."""
    return (W_o @ join(h_prev, x)) * b_o


@_way("output_gate", "z_o", "put in")
def output_z_everything_squashed(W_o, b_o, h_prev, x):
    """What comes in is squashed before it is weighted."""
    return W_o @ np.tanh(join(h_prev, x)) + b_o


@_way("output_gate", "o_t", "order")
def output_bias_after_sigmoid(W_o, b_o, h_prev, x):
    """The bias comes last, after the function."""
    return sigmoid(W_o @ join(h_prev, x)) + b_o


@_way("output_gate", "o_t", "left out")
def output_half_of_z(z_o):
    """The slope is one half, so half of z is near enough."""
    return 0.5 * z_o


@_way("output_gate", "o_t", "function")
def output_softsign(z_o):
    """A squashing function is z / (1 + |z|)."""
    return z_o / (1 + np.abs(z_o))


@_way("output_gate", "o_t", "function")
def output_sigmoid_of_square(z_o):
    """The exponent holds z squared."""
    return 1 / (1 + np.exp(-(z_o**2)))


# --- forget_gate, input_gate, candidate: what follows a z that is shown --------------------------


@_way("forget_gate", "f_t", "put in")
def forget_bias_subtracted_again(z_f, b_f):
    """z has the bias too much, so it is taken off."""
    return sigmoid(z_f - b_f)


@_way("forget_gate", "f_t", "put in")
def forget_state_added(z_f, h_prev):
    """What is kept of the state is added."""
    return sigmoid(z_f) + h_prev


@_way("forget_gate", "f_t", "function")
def forget_twice_z(z_f):
    """The sigmoid is tanh moved, so its exponent has a 2."""
    return 1 / (1 + np.exp(-2 * z_f))


@_way("input_gate", "i_t", "order")
def input_bias_after_sigmoid(W_i, b_i, h_prev, x):
    """The function is for the product alone."""
    return sigmoid(W_i @ join(h_prev, x)) + b_i


@_way("input_gate", "i_t", "order")
def input_bias_outside_and_inside(z_i, b_i):
    """The bias stands behind the bracket too."""
    return sigmoid(z_i) + b_i


@_way("input_gate", "i_t", "order")
def input_state_term_outside(W_i, b_i, h_prev, x):
    """The term of the state stands before the function."""
    H = len(h_prev)
    return W_i[:, :H] @ h_prev + sigmoid(W_i[:, H:] @ x + b_i)


@_way("input_gate", "i_t", "function")
def input_by_tanh_absolute(z_i):
    """tanh, but a gate is never negative."""
    return np.abs(np.tanh(z_i))


@_way("input_gate", "z_i", "left out")
def input_z_bias_alone_with_state(W_i, b_i, h_prev):
    """There is no input yet at this gate."""
    return W_i[:, : len(h_prev)] @ h_prev + b_i


@_way("candidate", "c_tilde", "order")
def candidate_bias_in_and_after(z_c, b_c):
    """The bias is added once more at the end."""
    return np.tanh(z_c) + b_c


@_way("candidate", "c_tilde", "put in")
def candidate_times_state(z_c, h_prev):
    """The candidate writes onto the state: times it."""
    return np.tanh(z_c) * h_prev


@_way("candidate", "c_tilde", "sign")
def candidate_sign_turned(z_c):
    """In the formula with exponentials the terms of the numerator changed places."""
    return (np.exp(-z_c) - np.exp(z_c)) / (np.exp(z_c) + np.exp(-z_c))


@_way("candidate", "z_c", "left out")
def candidate_z_without_bias(W_c, h_prev, x):
    """A candidate has no bias."""
    return W_c @ join(h_prev, x)


# --- state_update: C_t = f C_prev + i c_tilde, h_t = o tanh(C_t) ---------------------------------


@_way("state_update", "C_t", "quantity")
def state_old_hidden_in_place_of_candidate(f_t, i_t, c_prev, h_prev):
    """What is written is the old hidden state."""
    return f_t * c_prev + i_t * h_prev


# --- lstm_states: z_i, i_t, then C_t and h_t -----------------------------------------------------


@_way("lstm_states", "z_i", "put in")
def states_z_bias_with_each_product(W_i, b_i, h_prev, x):
    """Two products, two biases."""
    return W_i @ join(h_prev, x) + b_i + b_i


@_way("lstm_states", "C_t", "order")
def states_forget_over_everything(f_t, i_t, c_prev, c_tilde):
    """The forget gate stands before a bracket."""
    return f_t * (c_prev + i_t * c_tilde)


@_way("lstm_states", "C_t", "function")
def states_candidate_squashed_again(f_t, i_t, c_prev, c_tilde):
    """The candidate is a tanh, so tanh is taken of it."""
    return f_t * c_prev + i_t * np.tanh(c_tilde)


@_way("lstm_states", "C_t", "sign")
def states_difference(f_t, i_t, c_prev, c_tilde):
    """What is forgotten is taken off."""
    return i_t * c_tilde - f_t * c_prev


@_way("lstm_states", "h_t", "quantity")
def states_hidden_by_forget_gate(f_t, C_t):
    """The first gate on the sheet was taken."""
    return f_t * np.tanh(C_t)


@_way("lstm_states", "h_t", "operation")
def states_hidden_gate_added(o_t, C_t):
    """The gate is added."""
    return o_t + np.tanh(C_t)


@_way("lstm_states", "h_t", "order")
def states_hidden_squashed_after_gate(o_t, C_t):
    """The gated cell is squashed."""
    return np.tanh(o_t * C_t)


@_way("lstm_states", "h_t", "quantity")
def states_hidden_of_new_part(o_t, i_t, c_tilde):
    """Only what is new goes out."""
    return o_t * np.tanh(i_t * c_tilde)


# --- lstm_step_from_gates: z_c, c_tilde, then C_t and h_t ----------------------------------------


@_way("lstm_step_from_gates", "c_tilde", "function")
def from_gates_candidate_by_sigmoid(z_c):
    """All four are sigmoids."""
    return sigmoid(z_c)


@_way("lstm_step_from_gates", "c_tilde", "order")
def from_gates_candidate_bias_outside(W_c, b_c, h_prev, x):
    """The bracket of tanh ends before the bias."""
    return np.tanh(W_c @ join(h_prev, x)) + b_c


@_way("lstm_step_from_gates", "C_t", "quantity")
def from_gates_state_by_two_wrong_gates(i_t, o_t, c_prev, c_tilde):
    """Input keeps and output writes."""
    return i_t * c_prev + o_t * c_tilde


@_way("lstm_step_from_gates", "C_t", "left out")
def from_gates_state_ungated(c_prev, c_tilde):
    """The new is added to the old."""
    return c_prev + c_tilde


@_way("lstm_step_from_gates", "C_t", "operation")
def from_gates_state_mean(f_t, i_t, c_prev, c_tilde):
    """Two parts, half of each."""
    return (f_t * c_prev + i_t * c_tilde) / 2


@_way("lstm_step_from_gates", "h_t", "quantity")
def from_gates_hidden_of_old_cell(o_t, c_prev):
    """The cell state on the sheet is the old one."""
    return o_t * np.tanh(c_prev)


@_way("lstm_step_from_gates", "h_t", "sign")
def from_gates_hidden_complement(o_t, C_t):
    """The output gate says what is held back."""
    return (1 - o_t) * np.tanh(C_t)


# --- lstm_step: two units, everything ------------------------------------------------------------


@_way("lstm_step", "f_t", "put in")
def step_forget_product_shown(W_f, b_f, h_prev, c_prev, x):
    """f is what is left of the old cell state."""
    return sigmoid(W_f @ join(h_prev, x) + b_f) * c_prev


@_way("lstm_step", "f_t", "order")
def step_forget_input_first(W_f, b_f, h_prev, x):
    """x comes first, since it comes first in the cell."""
    return sigmoid(W_f @ join(x, h_prev) + b_f)


@_way("lstm_step", "i_t", "quantity")
def step_input_weights_of_forget(W_f, b_i, h_prev, x):
    """The matrix was read from the line above."""
    return sigmoid(W_f @ join(h_prev, x) + b_i)


@_way("lstm_step", "i_t", "left out")
def step_input_without_bias(W_i, h_prev, x):
    """The bias is zero at the start."""
    return sigmoid(W_i @ join(h_prev, x))


@_way("lstm_step", "c_tilde", "put in")
def step_candidate_input_gated(W_c, b_c, i_t, h_prev, x):
    """The candidate has been let in already."""
    return i_t * np.tanh(W_c @ join(h_prev, x) + b_c)


@_way("lstm_step", "c_tilde", "function")
def step_candidate_by_relu(W_c, b_c, h_prev, x):
    """Candidates are activations, by the positive part."""
    return relu(W_c @ join(h_prev, x) + b_c)


@_way("lstm_step", "c_tilde", "quantity")
def step_candidate_of_old_cell(W_c, b_c, c_prev, x):
    """The cell's candidate reads the cell."""
    return np.tanh(W_c @ join(c_prev, x) + b_c)


@_way("lstm_step", "o_t", "order")
def step_output_bias_outside(W_o, b_o, h_prev, x):
    """The bias is added to the gate."""
    return sigmoid(W_o @ join(h_prev, x)) + b_o


@_way("lstm_step", "o_t", "quantity")
def step_output_weights_of_candidate(W_c, b_o, h_prev, x):
    """The matrix of the line above."""
    return sigmoid(W_c @ join(h_prev, x) + b_o)


@_way("lstm_step", "o_t", "sign")
def step_output_sign_in_exponent(W_o, b_o, h_prev, x):
    """1 / (1 + e^z)."""
    return 1 / (1 + np.exp(W_o @ join(h_prev, x) + b_o))


@_way("lstm_step", "C_t", "quantity")
def step_state_candidate_by_output_gate(f_t, o_t, c_prev, c_tilde):
    """The gate beside the candidate on the sheet is o."""
    return f_t * c_prev + o_t * c_tilde


@_way("lstm_step", "C_t", "quantity")
def step_state_keeps_hidden(f_t, i_t, h_prev, c_tilde):
    """What is kept is h."""
    return f_t * h_prev + i_t * c_tilde


@_way("lstm_step", "C_t", "order")
def step_state_squashed(f_t, i_t, c_prev, c_tilde):
    """A state lies between -1 and 1."""
    return np.tanh(f_t * c_prev + i_t * c_tilde)


@_way("lstm_step", "C_t", "sign")
def step_state_input_complement(f_t, i_t, c_prev, c_tilde):
    """One minus, as in a GRU."""
    return f_t * c_prev + (1 - i_t) * c_tilde


@_way("lstm_step", "h_t", "left out")
def step_hidden_without_tanh(o_t, C_t):
    """The gate takes from the cell directly."""
    return o_t * C_t


@_way("lstm_step", "h_t", "quantity")
def step_hidden_by_input_gate(i_t, C_t):
    """i and o were exchanged."""
    return i_t * np.tanh(C_t)


@_way("lstm_step", "h_t", "function")
def step_hidden_by_sigmoid(o_t, C_t):
    """The sigmoid is the function of this cell."""
    return o_t * sigmoid(C_t)


# --- gru_step: two units -------------------------------------------------------------------------


@_way("gru_step", "r_t", "order")
def gru_reset_input_first(W_r, b_r, h_prev, x):
    """In the other book x comes first."""
    return sigmoid(W_r @ join(x, h_prev) + b_r)


@_way("gru_step", "z_t", "order")
def gru_update_bias_outside(W_z, b_z, h_prev, x):
    """The bias is added at the end."""
    return sigmoid(W_z @ join(h_prev, x)) + b_z


@_way("gru_step", "h_tilde", "order")
def gru_candidate_reset_of_sum(W_h, b_h, r_t, h_prev, x):
    """R is applied to the sum before tanh."""
    return np.tanh(r_t * (W_h @ join(h_prev, x) + b_h))


@_way("gru_step", "h_tilde", "left out")
def gru_candidate_without_bias(W_h, h_prev, x, r_t):
    """Only gates have a bias."""
    return np.tanh(W_h @ join(r_t * h_prev, x))


@_way("gru_step", "h_tilde", "left out")
def gru_candidate_not_squashed(W_h, b_h, h_prev, x, r_t):
    """The sum is the candidate."""
    return W_h @ join(r_t * h_prev, x) + b_h


@_way("gru_step", "h_tilde", "quantity")
def gru_candidate_weights_of_update(W_z, b_h, h_prev, x, r_t):
    """The matrix of the line above was used."""
    return np.tanh(W_z @ join(r_t * h_prev, x) + b_h)


@_way("gru_step", "h_t", "left out")
def gru_mix_old_whole(z_t, h_prev, h_tilde):
    """The old state stays, and the share of the new is added."""
    return h_prev + (1 - z_t) * h_tilde


@_way("gru_step", "h_t", "sign")
def gru_mix_rest_of_reset(r_t, z_t, h_prev, h_tilde):
    """The two gates of the cell stand in the two terms."""
    return z_t * h_prev + (1 - r_t) * h_tilde


@_way("gru_step", "h_t", "function")
def gru_mix_candidate_squashed_again(z_t, h_prev, h_tilde):
    """The candidate goes through tanh as it comes in."""
    return z_t * h_prev + (1 - z_t) * np.tanh(h_tilde)


@_way("gru_step", "h_t", "operation")
def gru_mix_mean(h_prev, h_tilde):
    """Half old, half new."""
    return (h_prev + h_tilde) / 2


# --- gru_conventions -----------------------------------------------------------------------------


@_way("gru_conventions", "h_tilde_before", "left out")
def before_without_reset(h_prev, W_hh, a_x):
    """The reset belongs to the other variant."""
    return np.tanh(a_x + W_hh @ h_prev)


@_way("gru_conventions", "h_tilde_before", "function")
def before_by_sigmoid(r_t, h_prev, W_hh, a_x):
    """A GRU has sigmoids."""
    return sigmoid(a_x + W_hh @ (r_t * h_prev))


@_way("gru_conventions", "h_tilde_after", "sign")
def after_reset_complement(r_t, h_prev, W_hh, b_hn, a_x):
    """R says how much goes."""
    return np.tanh(a_x + (1 - r_t) * (W_hh @ h_prev + b_hn))


@_way("gru_conventions", "h_tilde_after", "order")
def after_reset_outside_tanh(r_t, h_prev, W_hh, b_hn, a_x):
    """After means after tanh."""
    return r_t * np.tanh(a_x + W_hh @ h_prev + b_hn)


@_way("gru_conventions", "h_tilde_after", "left out")
def after_without_input(r_t, h_prev, W_hh, b_hn):
    """a_x has been used in the line before."""
    return np.tanh(r_t * (W_hh @ h_prev + b_hn))


@_way("gru_conventions", "h_cho", "left out")
def cho_candidate_whole(z_t, h_prev, h_tilde_before):
    """Only the old state is gated."""
    return z_t * h_prev + h_tilde_before


@_way("gru_conventions", "h_cho", "operation")
def cho_sum_of_gate_and_state(z_t, h_prev, h_tilde_before):
    """The ring is read as a plus."""
    return z_t + h_prev + (1 - z_t) * h_tilde_before


@_way("gru_conventions", "h_chung", "quantity")
def chung_by_reset_gate(r_t, h_prev, h_tilde_before):
    """R writes."""
    return (1 - r_t) * h_prev + r_t * h_tilde_before


@_way("gru_conventions", "h_chung", "convention")
def chung_as_cho(z_t, h_prev, h_tilde_before):
    """Z keeps the old state, here too."""
    return z_t * h_prev + (1 - z_t) * h_tilde_before


@_way("gru_conventions", "h_pytorch", "left out")
def pytorch_without_complement(z_t, h_prev, h_tilde_after):
    """Z is for both."""
    return z_t * h_prev + z_t * h_tilde_after


@_way("gru_conventions", "h_pytorch", "quantity")
def pytorch_of_cho(z_t, h_cho, h_tilde_after):
    """The state is the one worked out above."""
    return z_t * h_cho + (1 - z_t) * h_tilde_after


# --- rnn_step ------------------------------------------------------------------------------------


@_way("rnn_step", "z_t", "put in")
def rnn_bias_twice(W_h, W_x, b, h_prev, x):
    """Each product has its bias."""
    return W_h @ h_prev + b + W_x @ x + b


@_way("rnn_step", "z_t", "left out")
def rnn_input_only(W_x, b, x):
    """The state is zero at the start."""
    return W_x @ x + b


@_way("rnn_step", "z_t", "sign")
def rnn_state_subtracted(W_h, W_x, b, h_prev, x):
    """The old state is taken off."""
    return W_x @ x - W_h @ h_prev + b


@_way("rnn_step", "h_t", "order")
def rnn_bias_after_tanh(W_h, W_x, b, h_prev, x):
    """The bias is added to the squashed sum."""
    return np.tanh(W_h @ h_prev + W_x @ x) + b


@_way("rnn_step", "h_t", "order")
def rnn_tanh_of_each_product(W_h, W_x, b, h_prev, x):
    """Each product is squashed, and the bias added."""
    return np.tanh(W_h @ h_prev) + np.tanh(W_x @ x) + b


@_way("rnn_step", "h_t", "function")
def rnn_state_by_relu(z_t):
    """The usual function is the positive part."""
    return relu(z_t)


@_way("rnn_step", "scores", "left out")
def rnn_scores_unweighted(b_2, h_t):
    """As many words as units, so U is left out."""
    return h_t + b_2


@_way("rnn_step", "scores", "put in")
def rnn_scores_of_squashed_state(U, b_2, h_t):
    """The state is squashed once more on its way out."""
    return U @ np.tanh(h_t) + b_2


@_way("rnn_step", "scores", "sign")
def rnn_scores_bias_subtracted(U, b_2, h_t):
    """The bias is a threshold."""
    return U @ h_t - b_2


@_way("rnn_step", "y_hat", "quantity")
def rnn_softmax_of_pre_activation(z_t):
    """The softmax is of the sum above."""
    return softmax(z_t)


@_way("rnn_step", "y_hat", "order")
def rnn_softmax_without_output_bias(U, h_t):
    """The bias does not matter for shares."""
    return softmax(U @ h_t)


@_way("rnn_step", "y_hat", "put in")
def rnn_softmax_of_tanh(scores):
    """Every layer has its tanh before the softmax."""
    return softmax(np.tanh(scores))


@_way("rnn_step", "y_hat", "function")
def rnn_shares_of_squares(scores):
    """Shares are positive, so squares are divided by their sum."""
    return scores**2 / np.sum(scores**2)


@_way("rnn_step", "y_hat", "function")
def rnn_base_two(scores):
    """Powers of two are taken."""
    return 2**scores / np.sum(2**scores)


# --- written when the families had been widened, and not used for them ---------------------------


@_way("forget_gate", "z_f", "sign")
def forget_z_product_subtracted(W_f, b_f, h_prev, x):
    """The bias is what the product is taken off."""
    return b_f - W_f @ join(h_prev, x)


@_way("forget_gate", "z_f", "put in")
def forget_z_state_added(W_f, b_f, h_prev, x):
    """The old state is carried over."""
    return W_f @ join(h_prev, x) + b_f + h_prev


@_way("forget_gate", "f_t", "function")
def forget_by_softplus(z_f):
    """A gate is positive: log(1 + e^z)."""
    return np.log(1 + np.exp(z_f))


@_way("forget_gate", "f_t", "put in")
def forget_squared(z_f):
    """The sigmoid of z is squared, to shut it better."""
    return sigmoid(z_f) ** 2


@_way("forget_gate", "f_t", "order")
def forget_reads_squashed(W_f, b_f, h_prev, x):
    """All that is read goes through the sigmoid first."""
    return sigmoid(W_f @ sigmoid(join(h_prev, x)) + b_f)


@_way("forget_gate", "f_t", "order")
def forget_sigmoid_of_bias_apart(W_f, b_f, h_prev, x):
    """The sigmoid is for each of the two terms."""
    return sigmoid(W_f @ join(h_prev, x)) + sigmoid(b_f)


@_way("forget_gate", "f_t", "function")
def forget_minus_one_below(z_f):
    """Below the line stands e^z - 1."""
    return np.exp(z_f) / (np.exp(z_f) - 1)


@_way("input_gate", "z_i", "order")
def input_z_bias_scales_state(W_i, b_i, h_prev, x):
    """The bias is for the state, as a factor."""
    return W_i[:, : len(h_prev)] @ (h_prev * b_i) + W_i[:, len(h_prev) :] @ x


@_way("input_gate", "z_i", "left out")
def input_z_mean_of_two_blocks(W_i, b_i, h_prev, x):
    """Two products, so half of their sum."""
    return W_i @ join(h_prev, x) / 2 + b_i


@_way("input_gate", "i_t", "left out")
def input_of_input_only(W_i, b_i, h_prev, x):
    """The input gate is for the input."""
    return sigmoid(W_i[:, len(h_prev) :] @ x + b_i)


@_way("input_gate", "i_t", "put in")
def input_bias_in_twice_more(z_i, b_i):
    """The bias is added for h and for x, though z has it."""
    return sigmoid(z_i + 2 * b_i)


@_way("input_gate", "i_t", "function")
def input_straight_line(z_i):
    """Near zero the sigmoid is 1/2 + z/4."""
    return 0.5 + z_i / 4


@_way("input_gate", "i_t", "sign")
def input_negative(z_i):
    """The minus of the exponent is taken before the fraction."""
    return -sigmoid(z_i)


@_way("input_gate", "i_t", "put in")
def input_times_z(z_i):
    """The gate is for z itself."""
    return z_i * sigmoid(z_i)


@_way("candidate", "z_c", "operation")
def candidate_z_bias_as_factor(W_c, b_c, h_prev, x):
    """The bias is multiplied."""
    return (W_c @ join(h_prev, x)) * b_c


@_way("candidate", "z_c", "put in")
def candidate_z_input_squashed(W_c, b_c, h_prev, x):
    """The input is squashed before it is read."""
    return W_c @ join(h_prev, np.tanh(x)) + b_c


@_way("candidate", "c_tilde", "function")
def candidate_over_cosh(z_c):
    """tanh is over cosh once more."""
    return np.tanh(z_c) / np.cosh(z_c)


@_way("candidate", "c_tilde", "put in")
def candidate_state_added(z_c, h_prev):
    """The old state is added to what is new."""
    return np.tanh(z_c) + h_prev


@_way("candidate", "c_tilde", "left out")
def candidate_of_state_only(W_c, b_c, h_prev):
    """The input comes in at the gate."""
    return np.tanh(W_c[:, : len(h_prev)] @ h_prev + b_c)


@_way("output_gate", "z_o", "order")
def output_z_other_order(W_o, b_o, h_prev, x):
    """x stands before h."""
    return W_o @ join(x, h_prev) + b_o


@_way("output_gate", "z_o", "put in")
def output_z_squashed_already(W_o, b_o, h_prev, x):
    """z is squashed before the bias."""
    return sigmoid(W_o @ join(h_prev, x)) + b_o


@_way("output_gate", "o_t", "function")
def output_one_added(z_o):
    """The fraction and the 1 are apart."""
    return 1 / (1 + np.exp(-z_o)) + 1


@_way("output_gate", "o_t", "function")
def output_gates_compete(z_o):
    """The units share what goes out."""
    return softmax(z_o)


@_way("output_gate", "o_t", "put in")
def output_tanh_and_sigmoid(z_o):
    """A gated layer: tanh times sigmoid."""
    return np.tanh(z_o) * sigmoid(z_o)


@_way("state_update", "C_t", "order")
def state_kept_part_squashed(f_t, i_t, c_prev, c_tilde):
    """What is kept is squashed."""
    return np.tanh(f_t * c_prev) + i_t * c_tilde


@_way("state_update", "C_t", "quantity")
def state_new_part_goes_out(f_t, i_t, o_t, c_prev, c_tilde):
    """What comes in has to go out as well."""
    return f_t * c_prev + i_t * c_tilde * o_t


@_way("state_update", "C_t", "sign")
def state_rest_of_forget_exchanged(f_t, i_t, c_prev, c_tilde):
    """The forget gate says how much of the new comes in."""
    return (1 - f_t) * c_prev + f_t * c_tilde


@_way("state_update", "h_t", "put in")
def hidden_times_cell(o_t, C_t):
    """The squashed cell is for the cell."""
    return o_t * np.tanh(C_t) * C_t


@_way("state_update", "h_t", "quantity")
def hidden_of_kept_part(o_t, c_prev, f_t):
    """Only what was kept goes out."""
    return o_t * np.tanh(f_t * c_prev)


@_way("lstm_states", "z_i", "sign")
def states_z_input_subtracted(W_i, b_i, h_prev, x):
    """The input is taken off."""
    return W_i @ join(h_prev, -x) + b_i


@_way("lstm_states", "z_i", "quantity")
def states_z_reads_put_out_state(W_i, b_i, o_t, h_prev, x):
    """The state has gone through the output gate."""
    return W_i @ join(o_t * h_prev, x) + b_i


@_way("lstm_states", "i_t", "put in")
def states_gate_times_state(z_i, h_prev):
    """The gate is for the old state."""
    return sigmoid(z_i) * h_prev


@_way("lstm_states", "C_t", "operation")
def states_everything_added(f_t, i_t, c_prev, c_tilde):
    """Every sign is a plus."""
    return (f_t + c_prev) + (i_t + c_tilde)


@_way("lstm_states", "C_t", "left out")
def states_new_is_old(f_t, i_t, c_prev):
    """Both gates are for the old state."""
    return f_t * c_prev + i_t * c_prev


@_way("lstm_states", "h_t", "quantity")
def states_hidden_of_old_hidden(o_t, h_prev):
    """h follows from the h before."""
    return o_t * np.tanh(h_prev)


@_way("lstm_states", "h_t", "sign")
def states_hidden_held_back(o_t, C_t):
    """The gate says what stays in."""
    return (1 - o_t) * np.tanh(C_t)


@_way("lstm_step_from_gates", "z_c", "put in")
def from_gates_z_reads_gated_input(W_c, b_c, i_t, h_prev, x):
    """The input gate is for x."""
    return W_c @ join(h_prev, i_t[: len(x)] * x) + b_c


@_way("lstm_step_from_gates", "c_tilde", "put in")
def from_gates_candidate_added_to_cell(z_c, c_prev):
    """The candidate changes the old cell."""
    return np.tanh(z_c) + c_prev


@_way("lstm_step_from_gates", "C_t", "quantity")
def from_gates_state_keeps_by_output(f_t, i_t, o_t, c_prev, c_tilde):
    """The output gate is for the old."""
    return o_t * c_prev + i_t * c_tilde


@_way("lstm_step_from_gates", "C_t", "order")
def from_gates_state_input_over_all(f_t, i_t, c_prev, c_tilde):
    """The input gate stands before a bracket."""
    return i_t * (f_t * c_prev + c_tilde)


@_way("lstm_step_from_gates", "h_t", "operation")
def from_gates_hidden_sum(o_t, C_t):
    """Gate and cell are added."""
    return o_t + C_t


@_way("lstm_step", "f_t", "left out")
def step_forget_of_input(W_f, b_f, x, h_prev):
    """What is forgotten depends on the word alone."""
    return sigmoid(W_f[:, len(h_prev) :] @ x + b_f)


@_way("lstm_step", "f_t", "function")
def step_forget_by_tanh(W_f, b_f, x, h_prev):
    """tanh, as in the plain cell."""
    return np.tanh(W_f @ join(h_prev, x) + b_f)


@_way("lstm_step", "i_t", "order")
def step_input_bias_outside(W_i, b_i, x, h_prev):
    """The bias is added after the function."""
    return sigmoid(W_i @ join(h_prev, x)) + b_i


@_way("lstm_step", "i_t", "sign")
def step_input_complement(W_i, b_i, x, h_prev):
    """The input gate says what stays out."""
    return 1 - sigmoid(W_i @ join(h_prev, x) + b_i)


@_way("lstm_step", "c_tilde", "sign")
def step_candidate_bias_subtracted(W_c, b_c, x, h_prev):
    """The bias is a threshold."""
    return np.tanh(W_c @ join(h_prev, x) - b_c)


@_way("lstm_step", "c_tilde", "put in")
def step_candidate_reads_kept_state(W_c, b_c, f_t, x, h_prev):
    """What is forgotten is not read."""
    return np.tanh(W_c @ join(f_t * h_prev, x) + b_c)


@_way("lstm_step", "o_t", "quantity")
def step_output_reads_old_cell(W_o, b_o, x, c_prev):
    """What goes out of the cell depends on the cell."""
    return sigmoid(W_o @ join(c_prev, x) + b_o)


@_way("lstm_step", "o_t", "put in")
def step_output_bias_twice(W_o, b_o, x, h_prev):
    """Two products, two biases."""
    return sigmoid(W_o @ join(h_prev, x) + 2 * b_o)


@_way("lstm_step", "C_t", "left out")
def step_state_keeps_all(i_t, c_prev, c_tilde):
    """An LSTM adds to its cell."""
    return c_prev + i_t * c_tilde


@_way("lstm_step", "C_t", "operation")
def step_state_brackets(f_t, i_t, c_prev, c_tilde):
    """Gates in one bracket, states in the other."""
    return (f_t + i_t) * (c_prev + c_tilde)


@_way("lstm_step", "C_t", "sign")
def step_state_new_subtracted(f_t, i_t, c_prev, c_tilde):
    """What is new is taken off."""
    return f_t * c_prev - i_t * c_tilde


@_way("lstm_step", "h_t", "quantity")
def step_hidden_by_forget_gate(f_t, C_t):
    """The first gate on the sheet is taken."""
    return f_t * np.tanh(C_t)


@_way("lstm_step", "h_t", "order")
def step_hidden_gate_inside(o_t, C_t):
    """The gate is inside tanh."""
    return np.tanh(o_t * C_t)


@_way("gru_step", "z_t", "quantity")
def gru_update_as_reset(W_r, b_r, h_prev, x):
    """The same gate is worked out again."""
    return sigmoid(W_r @ join(h_prev, x) + b_r)


@_way("gru_step", "h_tilde", "order")
def gru_candidate_reset_outside_bias(W_h, b_h, r_t, h_prev, x):
    """R is for the product, and there is no tanh."""
    return r_t * (W_h @ join(h_prev, x)) + b_h


@_way("gru_step", "h_tilde", "function")
def gru_candidate_relu(W_h, b_h, r_t, h_prev, x):
    """Candidates are positive."""
    return relu(W_h @ join(r_t * h_prev, x) + b_h)


@_way("gru_step", "h_tilde", "order")
def gru_candidate_input_first(W_h, b_h, r_t, h_prev, x):
    """x comes first."""
    return np.tanh(W_h @ join(x, r_t * h_prev) + b_h)


@_way("gru_step", "h_t", "quantity")
def gru_mix_two_gates(r_t, z_t, h_prev, h_tilde):
    """Z writes the old off, R the new in."""
    return (1 - z_t) * h_prev + r_t * h_tilde


@_way("gru_step", "h_t", "put in")
def gru_mix_old_squashed(z_t, h_prev, h_tilde):
    """Both states are squashed."""
    return z_t * np.tanh(h_prev) + (1 - z_t) * h_tilde


@_way("gru_step", "h_t", "left out")
def gru_mix_kept_only(z_t, h_prev, h_tilde):
    """What is kept is the state."""
    return z_t * h_prev


@_way("gru_conventions", "h_tilde_before", "left out")
def before_not_squashed(W_hh, a_x, r_t, h_prev):
    """The sum is the candidate."""
    return a_x + W_hh @ (r_t * h_prev)


@_way("gru_conventions", "h_tilde_after", "quantity")
def after_bias_outside_subtracted(W_hh, a_x, r_t, h_prev, b_hn):
    """The second bias is outside, with a minus."""
    return np.tanh(a_x + r_t * (W_hh @ h_prev) - b_hn)


@_way("gru_conventions", "h_cho", "sign")
def cho_difference(z_t, h_prev, h_tilde_before):
    """The new is taken off the old."""
    return z_t * h_prev - (1 - z_t) * h_tilde_before


@_way("gru_conventions", "h_chung", "put in")
def chung_squashed(z_t, h_prev, h_tilde_before):
    """A state comes out of tanh."""
    return np.tanh((1 - z_t) * h_prev + z_t * h_tilde_before)


@_way("gru_conventions", "h_pytorch", "left out")
def pytorch_candidate_whole(z_t, h_prev, h_tilde_after):
    """The candidate is added whole."""
    return z_t * h_prev + h_tilde_after


@_way("rnn_step", "z_t", "order")
def rnn_weights_over_sum(W_h, W_x, b, h_prev, x):
    """The weights of the state are before a bracket."""
    return W_h @ (h_prev + W_x @ x) + b


@_way("rnn_step", "z_t", "operation")
def rnn_all_multiplied(W_h, W_x, b, h_prev, x):
    """All three are multiplied."""
    return (W_h @ h_prev) * (W_x @ x) * b


@_way("rnn_step", "h_t", "put in")
def rnn_bias_in_again(z_t, b):
    """The bias belongs into tanh."""
    return np.tanh(z_t + b)


@_way("rnn_step", "h_t", "function")
def rnn_state_positive(z_t):
    """A state is positive."""
    return np.abs(np.tanh(z_t))


@_way("rnn_step", "scores", "put in")
def rnn_scores_of_both_states(U, b_2, h_t, h_prev):
    """Old and new state are read."""
    return U @ (h_t + h_prev) + b_2


@_way("rnn_step", "scores", "operation")
def rnn_scores_bias_as_factor(U, b_2, h_t):
    """The bias scales the scores."""
    return (U @ h_t) * b_2


@_way("rnn_step", "y_hat", "function")
def rnn_output_by_tanh(scores):
    """The output is squashed as the state."""
    return np.tanh(scores)


@_way("rnn_step", "y_hat", "put in")
def rnn_shares_times_scores(scores):
    """The scores are weighted with their shares."""
    return softmax(scores) * scores


@_way("rnn_step", "y_hat", "left out")
def rnn_softmax_of_old_state(U, b_2, h_prev):
    """The output reads the state before."""
    return softmax(U @ h_prev + b_2)
