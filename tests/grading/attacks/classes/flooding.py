"""More output than anybody wants to read."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from tests.grading.attacks.attack import Attack

PRINT = "for _ in range(200): print('x' * 1_000_000)"
ATTACKS = [
    Attack("prints_200_mb", PRINT, said="its output was cut off"),
    Attack("prints_many_lines", "for k in range(300_000): print(k, flush=k % 100 == 0)"),
    Attack(
        "prints_when_called",
        answers={"write": f"def my_forget_gate(W_f, b_f, h_prev, x):\n    {PRINT}\n    return b_f"},
    ),
    Attack(
        "writes_to_the_terminal_when_called",
        answers={
            "write": "import os\ndef my_forget_gate(W_f, b_f, h_prev, x):\n"
            "    for _ in range(50): os.write(1, b'x' * 1_000_000)\n    return b_f"
        },
    ),
    Attack(
        "shows_large_pictures",
        """
from IPython.display import publish_display_data
for _ in range(100): publish_display_data({"image/png": "A" * 1_000_000})
""",
    ),
    Attack("fails_at_length", "raise ValueError('x' * 50_000_000)"),
    Attack(
        "fails_at_length_when_called",
        answers={
            "write": "def my_forget_gate(W_f, b_f, h_prev, x):\n    raise ValueError('x' * 30_000_000)"
        },
    ),
]
