"""Slips that many exercises share, as replacements: `sets = ["sigmoid", "bias"]` in a form.

The words are those of the catalogue's rules. Those slips of a set are taken whose part stands in
the formulas, and whose quantities are there.
"""

from collections.abc import Mapping
from dataclasses import replace

from course_utils.exercises.catalogue import common_rules, gru_step, state_rules
from course_utils.exercises.forms.replacing import replacement
from course_utils.exercises.rules import Rule, Slip


def _set(rule: Rule, parts: Mapping[str, Mapping[str, str]]) -> tuple[Slip, ...]:
    """Return the slips of a rule as replacements in formulas."""
    words = {slip.name: slip for slip in rule.slips}
    return tuple(replace(words[name], use=replacement(parts[name])) for name in parts)


_KEPT, _WRITTEN, _SHOWN = "f_t ∘ C_{t-1}", "i_t ∘ C~_t", "o_t ∘ tanh(C_t)"

SETS: dict[str, tuple[Slip, ...]] = {
    "sigmoid": _set(
        common_rules.SIGMOID,
        {
            "softmax for sigmoid": {"σ(…)": "softmax(…)"},
            "tanh for sigmoid": {"σ(…)": "tanh(…)"},
            "no activation": {"σ(…)": "…"},
            "sign lost in the sigmoid": {"σ(…)": "σ(-(…))"},
        },
    ),
    "tanh": _set(
        common_rules.TANH,
        {
            "sigmoid for tanh": {"tanh(…)": "σ(…)"},
            "softmax for tanh": {"tanh(…)": "softmax(…)"},
            "tanh missing": {"tanh(…)": "…"},
            "tanh of half z": {"tanh(…)": "tanh((…) / 2)"},
        },
    ),
    "bias": _set(
        common_rules.BIAS,
        {
            "bias forgotten": {"W … + b": "W …"},
            "bias added after the activation": {
                "σ(W … + b)": "σ(W …) + b",
                "tanh(W … + b)": "tanh(W …) + b",
            },
            "bias subtracted": {"W … + b": "W … - b"},
        },
    ),
    "order": _set(
        common_rules.ORDER,
        {
            "[x, h] for [h, x]": {
                "[h_{t-1}, x_t]": "[x_t, h_{t-1}]",
                "[r_t ∘ h_{t-1}, x_t]": "[x_t, r_t ∘ h_{t-1}]",
            }
        },
    ),
    "inputs": _set(
        common_rules.INPUTS,
        {
            "x dropped": {"[h_{t-1}, x_t]": "[h_{t-1}, 0 x_t]"},
            "h dropped": {"[h_{t-1}, x_t]": "[0 h_{t-1}, x_t]"},
        },
    ),
    "cell state": (
        *_set(
            state_rules.KEPT,
            {
                "f left out": {_KEPT: "C_{t-1}"},
                "1 - f for f": {_KEPT: "(1 - f_t) ∘ C_{t-1}"},
                "h for C": {_KEPT: "f_t ∘ h_{t-1}"},
            },
        ),
        *_set(
            state_rules.WRITTEN,
            {
                "i left out": {_WRITTEN: "C~_t"},
                "candidate left out": {_WRITTEN: "i_t"},
                "1 - f for i": {_WRITTEN: "(1 - f_t) ∘ C~_t"},
            },
        ),
        *_set(
            state_rules.JOINED,
            {
                "terms multiplied": {f"{_KEPT} + {_WRITTEN}": f"{_KEPT} ∘ {_WRITTEN}"},
                "terms subtracted": {f"{_KEPT} + {_WRITTEN}": f"{_KEPT} - {_WRITTEN}"},
            },
        ),
    ),
    "hidden state": _set(
        state_rules.SHOWN,
        {
            name: {_SHOWN: by}
            for name, by in {
                "o + tanh(C)": "o_t + tanh(C_t)",
                "tanh left out": "o_t ∘ C_t",
                "tanh of the product": "tanh(o_t ∘ C_t)",
                "sigmoid for tanh in h_t": "o_t ∘ σ(C_t)",
                "o left out": "tanh(C_t)",
                "f for o": "f_t ∘ tanh(C_t)",
                "old cell state shown": "o_t ∘ tanh(C_{t-1})",
            }.items()
        },
    ),
    "reset": _set(
        gru_step.RESET,
        {
            "reset after the product": {
                "W [r_t ∘ h_{t-1}, x_t] + b": "r_t ∘ (W [h_{t-1}, 0 x_t]) + W [0 h_{t-1}, x_t] + b"
            },
            "reset left out": {"r_t ∘ h_{t-1}": "h_{t-1}"},
            "z for r": {"r_t ∘ h_{t-1}": "z_t ∘ h_{t-1}"},
        },
    ),
    "mix": _set(
        gru_step.MIX,
        {
            name: {"z_t ∘ h_{t-1} + (1 - z_t) ∘ h~_t": by}
            for name, by in {
                "z and 1 - z swapped": "(1 - z_t) ∘ h_{t-1} + z_t ∘ h~_t",
                "1 - z left out": "z_t ∘ h_{t-1} + h~_t",
                "z left out": "h_{t-1} + (1 - z_t) ∘ h~_t",
                "r for z": "r_t ∘ h_{t-1} + (1 - r_t) ∘ h~_t",
                "z for both": "z_t ∘ h_{t-1} + z_t ∘ h~_t",
            }.items()
        },
    ),
}
"""By name."""
