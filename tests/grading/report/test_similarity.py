"""The comparison of code stops for nobody's code: what is too deep to be compared is left out."""

import pytest

from nbexaminer.gradebook import StudentMarks
from nbexaminer.report import ClassRecord
from nbexaminer.report.gathering import Submission
from nbexaminer.report.similarity import same_code

ORDINARY = "def f(a, b):\n" + "    a = a + b * b\n" * 8
DEEP = {
    "minus signs": "x = " + "-" * 6000 + "1",
    "summands": "x = " + " + ".join("a" for _ in range(600)),
    "dots": "x = a" + ".b" * 600,
    "dots and more": "x = a" + ".b" * 60_000,
    "negations": "x = " + "not " * 5000 + "y",
    "powers": "x = " + " ** ".join("a" for _ in range(2000)),
    "conditions": "x = " + "a if b else " * 1500 + "c",
    "functions": "f = " + "lambda: " * 1500 + "0",
    "calls": "x = f" + "()" * 3000,
    "brackets": "x = " + "(" * 3000 + ")" * 3000,
    "branches": "if a:\n    b\n" + "elif a:\n    b\n" * 2000,
    "half a character": "x = '\ud800'\n" * 20,
    "a zero": "x = 1\0\n" * 50,
    "a million lines": "x = 1\n" * 1_000_000,
}


@pytest.mark.parametrize("kind", DEEP)
def test_code_that_is_too_deep_is_left_out_and_the_rest_is_compared(kind: str) -> None:
    code = {"a": DEEP[kind], "b": ORDINARY, "c": DEEP[kind], "d": ORDINARY.replace("a", "z")}
    submissions = [
        Submission(StudentMarks(student), code={("sums", "answer"): source})
        for student, source in code.items()
    ]
    found = same_code(ClassRecord("small", [], submissions, [], []))
    assert ("b", "d") in [one.students for one in found]
    assert {one.students for one in found} <= {("b", "d"), ("a", "c")}
