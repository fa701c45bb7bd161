"""Values that are not what they seem."""
# ruff: noqa: E501  (hostile code is kept as it comes)

from tests.grading.attacks.attack import Attack


def total(code: str, value: str, **answers: str) -> dict[str, str]:
    """Give one value everywhere."""
    return {
        "hand": f"{code}\nz_f = f_t = {value}",
        "write": f"def my_forget_gate(W_f, b_f, h_prev, x):\n    return {value}",
        "add": f"total = {value}\ndef add(a, b):\n    return {value}",
        "sort": f"def in_order(values):\n    return {value}",
    } | answers


EQUAL = """
class Equal(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __le__(self, other): return True
    __lt__ = __ge__ = __gt__ = __le__
    __hash__ = float.__hash__
"""
ARRAY = """
class Equal(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs): return np.array(True)
    def __array_function__(self, *a): return True
    def __eq__(self, other): return np.array(True)
value = np.zeros(3).view(Equal)
"""
LIAR = """
class Liar:
    __class__ = dict
    def __getattr__(self, name): return self
    def __getitem__(self, key): return self
    def __call__(self, *a, **k): return self
    def __len__(self): return 3
    def __iter__(self): return iter([self] * 3)
    def __float__(self): return 0.5
    def __array__(self, dtype=None, copy=None): raise RuntimeError("Right.")
    def __eq__(self, other): return True
    def __repr__(self): return "5.0"
"""
FORGE = """
import json, course_utils.answering as answering
forged = {}
answering.answer = lambda question: answering.Answer(
    json.dumps(dict.fromkeys(["z_f", "f_t", "my_forget_gate", "total", "add", "in_order"], forged)))
"""
ATTACKS = [
    Attack("is_equal_to_everything", answers=total(EQUAL, "Equal(7)")),
    Attack("is_an_array_that_is_always_right", answers=total(ARRAY, "value")),
    Attack("lies_about_its_class", answers=total(LIAR, "Liar()")),
    Attack("is_not_a_number", answers=total("", "float('nan')")),
    Attack("is_infinite", answers=total("", "float('inf')")),
    Attack("is_negative", answers=total("", "-1e308")),
    Attack("is_an_object_array", answers=total(LIAR, "np.array([Liar()] * 3, dtype=object)")),
    Attack("is_a_text_of_a_score", answers=total("", "'5.0'")),
    Attack("is_a_class", answers=total("", "int")),
    Attack("is_forty_million_numbers", answers=total("", "np.zeros(40_000_000)")),
    Attack("is_a_long_list", answers=total("", "[0.0] * 5_000_000")),
    Attack(
        "is_nested_without_end",
        answers=total(
            "value = []\nvalue.append(value)\ndeep = []\nfor _ in range(9000): deep = [deep]",
            "[value, deep]",
        ),
    ),
    Attack("is_a_number_of_a_million_digits", answers=total("", "10 ** 1_000_000")),
    Attack("is_beyond_all_floats", answers=total("", "10 ** 400")),
    Attack(
        "is_a_fraction_of_four_thousand_digits",
        answers=total("from fractions import Fraction", "[Fraction(10 ** 4000, 3)] * 3"),
    ),
    Attack(
        "is_a_fraction_beyond_all_floats",
        answers=total("from fractions import Fraction", "[Fraction(10 ** 800, 7)] * 3"),
    ),
    Attack(
        "is_a_decimal_of_a_billion_digits",
        answers=total(
            "from decimal import Decimal", "[Decimal('1e999999999'), Decimal('sNaN'), 1]"
        ),
    ),
    Attack(
        "exits_when_it_is_looked_at",
        answers=total(
            """
class Leaving:
    def __array__(self, *a, **k): exit()
    __float__ = __index__ = __int__ = __len__ = __iter__ = __array__
    @property
    def __class__(self): raise SystemExit
""",
            "Leaving()",
        ),
    ),
    Attack(
        "forges_values_that_hash_alike",
        FORGE.format("['set', [k * (2**61 - 1) for k in range(60_000)]]"),
    ),
    Attack(
        "forges_a_dictionary_of_values_that_hash_alike",
        FORGE.format("['dict', [[['complex', -k * 1000003, k], 0] for k in range(9000)]]"),
    ),
    Attack(
        "forges_a_number_of_four_thousand_digits", FORGE.format("[10**4000, ['decimal', '1e9999']]")
    ),
    Attack("is_code_that_is_very_deep", answers=total("z = " + "not " * 5000 + "1", "z")),
    Attack("is_a_generator", answers=total("", "(0.5 for _ in iter(int, 1))")),
    Attack(
        "replaces_comparisons",
        """
import builtins, math, sys, types
import numpy as np
yes = lambda *a, **k: True
np.testing.assert_allclose = np.allclose = np.isclose = np.array_equal = math.isclose = yes
builtins.float = lambda *a: 5.0
builtins.abs = lambda *a: 0.0
builtins.sum = lambda *a: 3
builtins.AssertionError = types.new_class("Quiet", (Warning,))
""",
    ),
    Attack(
        "replaces_modules",
        """
import sys, types
class Anything(types.ModuleType):
    def __getattr__(self, name): return lambda *a, **k: 5.0
for name in ("numpy", "numpy.testing", "course_utils.exercises", "json", "math"):
    sys.modules[name] = Anything(name)
""",
    ),
    Attack(
        "forges_the_result_inside_the_function",
        answers={
            "write": """
import sys
def my_forget_gate(W_f, b_f, h_prev, x):
    sys.displayhook(5.0)
    print("forget_gate: 5 of 5 points")
    get_ipython().display_pub.publish({"text/plain": "5.0"})
    return np.zeros_like(b_f)
"""
        },
    ),
    Attack(
        "hides_that_it_changes_its_arguments",
        answers={
            "write": """
import numpy as np
np.ndarray_tobytes = None
def my_forget_gate(W_f, b_f, h_prev, x):
    W_f *= 0; b_f *= 0; h_prev *= 0; x *= 0
    return np.full_like(b_f, 0.5)
"""
        },
    ),
    Attack(
        "is_never_the_same",
        answers={
            "add": "import random\nclass R:\n    def __array__(self, *a, **k): return np.array(random.random())\n"
            "total = R()\ndef add(a, b):\n    return R()"
        },
    ),
]
