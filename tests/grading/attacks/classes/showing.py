"""What is to run when somebody reads the page."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from nbformat import NotebookNode

from tests.grading.attacks.attack import Attack, add_code, add_text
from tests.grading.attacks.classes.forging_messages import answered

SCRIPT = "<script>alert('xss')</script><img src=x onerror=\"alert('xss')\">"


def in_text(nb: NotebookNode) -> None:
    add_text(nb, SCRIPT + "\n\n[x](javascript:alert('xss')) ![x](javascript:alert('xss'))")


def in_outputs(nb: NotebookNode) -> None:
    add_code(
        nb,
        f"""
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display, publish_display_data
script = {SCRIPT!r}
display(HTML(script), Markdown(script), Latex(script), Javascript("alert('xss')"))
publish_display_data({{"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload=\\"alert('xss')\\"/>"}})
publish_display_data({{"image/png": "x' onerror='alert(1)"}}, {{"image/png": {{"alt": script, "width": script}}}})
print(script)
print("\\x1b]8;;javascript:alert('xss')\\x07link\\x1b]8;;\\x07 \\x1b[31m" + script)
raise type(script, (ValueError,), {{}})(script)
""",
    )


HALF = """
from IPython.display import Markdown, display
half = "\\ud800 \\x00 \\x1b]0;title\\x07 \\u202e"
print(half)
display(Markdown(half))
class Own(Exception): pass
Own.__name__ = "Own\\ud800"
"""
"""Half a character, which JSON can hold and a file cannot, and others that are no text."""

ATTACKS = [
    Attack("scripts_in_text", edit=in_text),
    Attack("scripts_in_outputs", edit=in_outputs),
    Attack(
        "scripts_in_errors_of_a_function",
        answers={
            "write": f"script = {SCRIPT!r}\ndef my_forget_gate(W_f, b_f, h_prev, x):\n"
            "    raise type(script, (ValueError,), {})(script)",
            "add": f"script = {SCRIPT!r}\ntotal = type(script, (), {{}})()\n"
            "def add(a, b):\n    return type(script, (), {})()",
            "hand": f"script = {SCRIPT!r}\nz_f = type(script, (), {{}})()\nf_t = script",
        },
    ),
    Attack(
        "characters_that_are_none",
        answers={
            "hand": HALF + "z_f = half\nf_t = {half: half}\nraise Own(half)",
            "write": HALF + "def my_forget_gate(*a):\n    print(half); raise Own(half)",
            "add": HALF + "total = half\ndef add(a, b):\n    print(half); return half",
        },
    ),
    Attack(
        "characters_that_are_none_in_answers",
        answered(
            r"""json.dumps([{"value": ["unsent", "\ud800", "\ud800"], "printed": "\ud800", "changed": [],
            "failure": ["raised", ["Own\ud800", 5, None], "\ud800"]}])
            if asked["do"] == "call" else json.dumps({name: ["function", 0, "\ud800", [["\ud800"], []]]
            for name in asked["names"]})"""
        ),
    ),
    Attack("scripts_in_an_answer_in_words", answers={"why": SCRIPT}),
]
