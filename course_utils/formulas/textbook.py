"""The cells of the course as a textbook prints them. `course_utils.cells` defines; these are
notation for it, tested equal.

W_h stands for all of a candidate's weights, W_hh and W_hx for the blocks of it that read h and x.
"""

from course_utils.formulas.lines import read

LSTM = read(
    """
    z_f = W_f [h_{t-1}, x_t] + b_f        f_t = σ(z_f)
    z_i = W_i [h_{t-1}, x_t] + b_i        i_t = σ(z_i)
    z_c = W_c [h_{t-1}, x_t] + b_c        C~_t = tanh(z_c)
    z_o = W_o [h_{t-1}, x_t] + b_o        o_t = σ(z_o)
    C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t
    h_t = o_t ∘ tanh(C_t)
    """
)
"""Hochreiter & Schmidhuber 1997, with the forget gate of Gers 2000."""

PEEPHOLE_LSTM = read(
    """
    i_t = σ(W_i [h_{t-1}, x_t] + b_i + p_i ∘ C_{t-1})
    f_t = σ(W_f [h_{t-1}, x_t] + b_f + p_f ∘ C_{t-1})
    C~_t = tanh(W_c [h_{t-1}, x_t] + b_c)
    C_t = f_t ∘ C_{t-1} + i_t ∘ C~_t
    o_t = σ(W_o [h_{t-1}, x_t] + b_o + p_o ∘ C_t)
    h_t = o_t ∘ tanh(C_t)
    """
)
"""Gers & Schmidhuber 2000."""

COUPLED_LSTM = read(
    """
    i_t = σ(W_i [h_{t-1}, x_t] + b_i)
    C~_t = tanh(W_c [h_{t-1}, x_t] + b_c)
    C_t = (1 - i_t) ∘ C_{t-1} + i_t ∘ C~_t
    o_t = σ(W_o [h_{t-1}, x_t] + b_o)
    h_t = o_t ∘ tanh(C_t)
    """
)
"""Greff 2017."""

NO_FORGET_LSTM = read(
    """
    i_t = σ(W_i [h_{t-1}, x_t] + b_i)
    C~_t = tanh(W_c [h_{t-1}, x_t] + b_c)
    C_t = C_{t-1} + i_t ∘ C~_t
    o_t = σ(W_o [h_{t-1}, x_t] + b_o)
    h_t = o_t ∘ tanh(C_t)
    """
)
"""Hochreiter & Schmidhuber 1997."""

_GRU_GATES = """
    r_t = σ(W_r [h_{t-1}, x_t] + b_r)
    z_t = σ(W_z [h_{t-1}, x_t] + b_z)
    """
_GRU_MIX = """
    h_t = z_t ∘ h_{t-1} + (1 - z_t) ∘ h~_t
    """

GRU = read(f"{_GRU_GATES} h~_t = tanh(W_h [r_t ∘ h_{{t-1}}, x_t] + b_h) {_GRU_MIX}")
"""Cho 2014 v3: the reset before the product."""

GRU_RESET_AFTER = read(
    f"{_GRU_GATES} h~_t = tanh(W_hx x_t + b_h + r_t ∘ (W_hh h_{{t-1}} + b_hn)) {_GRU_MIX}"
)
"""cuDNN's and PyTorch's: the reset after the product."""

RNN = read(
    """
    z_t = W_h h_{t-1} + W_x x_t + b
    h_t = tanh(z_t)
    scores = U h_t + b_2
    y_hat = softmax(scores)
    """
)
"""Elman 1990 with tanh, and the softmax output over the vocabulary."""

GRU_CONVENTIONS = read(
    """
    h~_{before} = tanh(a_x + W_hh (r_t ∘ h_{t-1}))
    h~_{after} = tanh(a_x + r_t ∘ (W_hh h_{t-1} + b_hn))
    h_cho = z_t ∘ h_{t-1} + (1 - z_t) ∘ h~_{before}
    h_chung = (1 - z_t) ∘ h_{t-1} + z_t ∘ h~_{before}
    h_pytorch = z_t ∘ h_{t-1} + (1 - z_t) ∘ h~_{after}
    """
)
"""One step by Cho, by Chung and by PyTorch; a_x is W_hx x_t + b_h."""
