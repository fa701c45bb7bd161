"""An assignment in plain nbgrader style, with a test of every kind that courses have.

Each replica has a model solution and wrong answers; what students are given is the blank.
"""

from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbgrader.preprocessors import ClearHiddenTests

from tests.grading.course import KERNEL, answer, cell, graded_test

POINTS = 4
FILES = {
    "table.csv": b"city,people\nBasel,178\nBern,134\n",
    "data/words.txt": b"one two three two\n",
    "helping.py": b"import math\n\nSCALE = 3\n\n\nclass Point:\n    def __init__(self, x, y):\n"
    b"        self.x, self.y = x, y\n\n\ndef near(a, b):\n    return math.isclose(a, b)\n",
}
"""What lies beside the notebook."""


class Replica(NamedTuple):
    """One question and its test."""

    solution: str
    test: str
    wrong: str
    other: str = "pass"
    """Another wrong answer."""
    given: str = ""
    """A locked cell before it."""


HELLO = "def f():\n    print('hello')\n    print('world')"

REPLICAS: dict[str, Replica] = {
    "a data file in a test": Replica(
        "def people(rows):\n    return sum(int(row.split(',')[1]) for row in rows[1:])",
        "with open('table.csv') as file:\n    assert people(file.read().splitlines()) == 312",
        "def people(rows):\n    return len(rows)",
    ),
    "a data file in a locked cell": Replica(
        "total = sum(counts.values())",
        "assert total == 4 and counts['two'] == 2",
        "total = len(counts)",
        given="from collections import Counter\n"
        "with open('data/words.txt') as file:\n    counts = Counter(file.read().split())",
    ),
    "a data file in an answer": Replica(
        "def read(name):\n    with open(name) as file:\n        return file.readline().strip()",
        "assert read('table.csv') == 'city,people'",
        "def read(name):\n    return name",
    ),
    "a helper module": Replica(
        "def scaled(x):\n    return x * SCALE",
        "from helping import near\nassert near(scaled(0.1), 0.3)",
        "def scaled(x):\n    return x",
        given="from helping import SCALE, Point",
    ),
    "an object of a helper module": Replica(
        "def mirrored(point):\n    return Point(point.y, point.x)",
        "mirror = mirrored(Point(1, 2))\nassert (mirror.x, mirror.y) == (2, 1)",
        "def mirrored(point):\n    return point",
    ),
    "a docstring": Replica(
        'def f(x):\n    """Return x."""\n    return x',
        "assert f.__doc__ is not None and 'Return' in f.__doc__",
        "def f(x):\n    return x",
    ),
    "a name": Replica(
        "def area(x):\n    return x * x\nbest = area",
        "assert best.__name__ == 'area'\nassert best(3) == 9",
        "best = lambda x: x * x",
    ),
    "a signature": Replica(
        "def f(a, b=2, *, c=3):\n    return a + b + c",
        "import inspect\nassert list(inspect.signature(f).parameters) == ['a', 'b', 'c']\n"
        "assert inspect.signature(f).parameters['b'].default == 2",
        "def f(a, b, c):\n    return a + b + c",
    ),
    "annotations": Replica(
        "def f(a: int) -> str:\n    return str(a)",
        "assert f.__annotations__ == {'a': int, 'return': str}",
        "def f(a):\n    return str(a)",
    ),
    "source": Replica(
        "def f(values):\n    return [v * v for v in values]",
        "import inspect\nassert 'for' in inspect.getsource(f) and f([2]) == [4]\n"
        "assert 'while' not in inspect.getsource(f)",
        "def f(values):\n    k, out = 0, []\n    while k < len(values):\n"
        "        out.append(values[k] ** 2)\n        k += 1\n    return out",
    ),
    "something to call": Replica(
        "def f(): return 1", "assert callable(f)\nassert f() == 1", "f = 1", "def f(): return 2"
    ),
    "the global names": Replica(
        "speed_of_light = 299_792_458",
        "assert 'speed_of_light' in globals()\nassert globals()['speed_of_light'] > 2e8",
        "speed_of_sound = 343",
    ),
    "a name that is not there": Replica(
        "kept, gone = 1, 2\ndel gone",
        "assert kept == 1\ntry:\n    gone\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('gone is still there')",
        "kept, gone = 1, 2",
    ),
    "a function for a function": Replica(
        "def twice(f, x):\n    return f(f(x))",
        "assert twice(lambda x: x + 3, 1) == 7 and twice(str.upper, 'a') == 'A'",
        "def twice(f, x):\n    return f(x)",
    ),
    "a function from a function": Replica(
        "def adder(n):\n    return lambda x: x + n",
        "assert adder(3)(4) == 7 and adder(0)(1) == 1",
        "def adder(n):\n    return n",
        "def adder(n):\n    return lambda x: x",
    ),
    "a closure with a state": Replica(
        "def counter():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n"
        "        return n\n    return count",
        "one, two = counter(), counter()\nassert [one(), one(), two()] == [1, 2, 1]",
        "def counter():\n    return lambda: 1",
    ),
    "a class": Replica(
        "class Account:\n    def __init__(self, owner, balance=0):\n"
        "        self.owner, self.balance = owner, balance\n"
        "    def deposit(self, amount):\n        self.balance += amount\n"
        "    def __repr__(self):\n        return f'{self.owner}: {self.balance}'",
        "account = Account('Ada')\naccount.deposit(5)\n"
        "assert account.balance == 5 and repr(account) == 'Ada: 5'\n"
        "assert isinstance(account, Account)",
        "class Account:\n    def __init__(self, owner, balance=0):\n        self.balance = 0\n"
        "    def deposit(self, amount):\n        pass",
    ),
    "classes that inherit": Replica(
        "class Shape:\n    def area(self):\n        raise NotImplementedError\n"
        "class Square(Shape):\n    def __init__(self, a): self.a = a\n"
        "    def area(self): return self.a ** 2",
        "assert issubclass(Square, Shape) and Square(3).area() == 9\n"
        "try:\n    Shape().area()\nexcept NotImplementedError:\n    pass\n"
        "else:\n    assert False",
        "class Shape:\n    def area(self): return 0\n"
        "class Square(Shape):\n    def __init__(self, a): self.a = a",
    ),
    "operators of a class": Replica(
        "class V:\n    def __init__(self, x): self.x = x\n"
        "    def __add__(self, o): return V(self.x + o.x)\n"
        "    def __eq__(self, o): return self.x == o.x\n    def __len__(self): return self.x",
        "assert V(1) + V(2) == V(3) and len(V(4)) == 4 and not V(1) == V(2)",
        "class V:\n    def __init__(self, x): self.x = x\n    def __len__(self): return 4",
    ),
    "an object made above": Replica(
        "class Dog:\n    def __init__(self, name): self.name = name\nrex = Dog('Rex')",
        "assert isinstance(rex, Dog)\nassert rex.name == 'Rex'",
        "class Dog: pass\nrex = Dog()",
    ),
    "a test that changes an object": Replica(
        "class Purse:\n    sum = 0\n    def add(self, n): self.sum += n\npurse = Purse()",
        "purse.add(5)\nassert purse.sum == 5",
        "class Purse:\n    sum = 0\n    def add(self, n): pass\npurse = Purse()",
    ),
    "and one that finds it changed": Replica(
        "def rich(one):\n    return one.sum > 6",
        "purse.add(2)\nassert rich(purse) and purse.sum == 7",
        "def rich(one):\n    return False",
    ),
    "a data class": Replica(
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int = 0",
        "assert P(1) == P(1, 0) and P(1).y == 0",
        "class P:\n    def __init__(self, x, y=0): self.x, self.y = x, y",
    ),
    "a generator": Replica(
        "def count(n):\n    for k in range(n):\n        yield k * k",
        "import types\nfound = count(4)\nassert isinstance(found, types.GeneratorType)\n"
        "assert list(found) == [0, 1, 4, 9]",
        "def count(n):\n    return [k * k for k in range(n)]",
        "def count(n):\n    yield n",
    ),
    "an iterator without an end": Replica(
        "def odd():\n    k = 1\n    while True:\n        yield k\n        k += 2",
        "from itertools import islice\nassert list(islice(odd(), 3)) == [1, 3, 5]",
        "def odd():\n    yield 1",
    ),
    "a context manager": Replica(
        "from contextlib import contextmanager\n@contextmanager\ndef tag(out, name):\n"
        "    out.append(f'<{name}>')\n    yield\n    out.append(f'</{name}>')",
        "out = []\nwith tag(out, 'b'):\n    out.append('x')\nassert out == ['<b>', 'x', '</b>']",
        "def tag(out, name):\n    out.append(name)",
    ),
    "a decorator": Replica(
        "def logged(f):\n    def inner(*args):\n        inner.calls += 1\n"
        "        return f(*args)\n    inner.calls = 0\n    return inner",
        "@logged\ndef plus(a, b):\n    return a + b\n"
        "assert plus(1, 2) == 3 and plus(2, 2) == 4 and plus.calls == 2",
        "def logged(f):\n    return f",
    ),
    "axes of a figure": Replica(
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([0, 1, 2], [0, 1, 4])\n"
        "ax.set_xlabel('t')\nax.set_title('squares')",
        "assert ax.get_title() == 'squares' and ax.get_xlabel() == 't'\n"
        "assert list(ax.lines[0].get_ydata()) == [0, 1, 4]",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([0, 1], [0, 1])",
    ),
    "a function that plots": Replica(
        "def plot(values):\n    import matplotlib.pyplot as plt\n    fig, ax = plt.subplots()\n"
        "    ax.bar(range(len(values)), values)\n    return ax",
        "drawn = plot([1, 2, 3])\nassert len(drawn.patches) == 3\n"
        "assert drawn.figure.axes == [drawn]",
        "def plot(values):\n    import matplotlib.pyplot as plt\n    return plt.subplots()[1]",
    ),
    "dates": Replica(
        "import datetime\ndef later(day, days):\n    return day + datetime.timedelta(days=days)",
        "import datetime\nassert later(datetime.date(2024, 2, 28), 2) == datetime.date(2024, 3, 1)",
        "def later(day, days):\n    return day",
    ),
    "a named tuple": Replica(
        "from collections import namedtuple\nCity = namedtuple('City', 'name people')\n"
        "bern = City('Bern', 134)",
        "assert bern.name == 'Bern' and bern._fields == ('name', 'people')",
        "bern = ('Bern', 134)",
    ),
    "an enumeration": Replica(
        "from enum import Enum\nclass Colour(Enum):\n    RED = 1\n    BLUE = 2",
        "assert Colour(1) is Colour.RED and len(Colour) == 2",
        "class Colour:\n    RED = 1",
    ),
    "a generator of random numbers": Replica(
        "import numpy as np\ndef draw(rng, n):\n    return rng.normal(size=n)",
        "import numpy as np\nfound = draw(np.random.default_rng(0), 3)\n"
        "assert np.allclose(found, np.random.default_rng(0).normal(size=3))",
        "def draw(rng, n):\n    return [0.0] * n",
    ),
    "a seed": Replica(
        "import random\ndef roll():\n    random.seed(4)\n    return random.randint(1, 6)",
        "import random\nrandom.seed(4)\nassert roll() == random.Random(4).randint(1, 6)",
        "def roll(): return 0",
    ),
    "a patched function": Replica(
        "def lucky():\n    return dice() == 6\ndef dice():\n    return 1",
        "from unittest.mock import patch\nwith patch('__main__.dice', return_value=6):\n"
        "    assert lucky()\nassert not lucky()",
        "def lucky():\n    return True\ndef dice():\n    return 1",
    ),
    "a patched input": Replica(
        "def ask():\n    return int(input('How old? ')) + 1",
        "from unittest.mock import patch\n"
        "with patch('builtins.input', return_value='41') as asked:\n"
        "    assert ask() == 42\nassert asked.called",
        "def ask():\n    return 42",
    ),
    "a mock that is called": Replica(
        "def notify(people, send):\n    for one in people:\n        send(one)",
        "from unittest.mock import Mock, call\nsend = Mock()\nnotify(['a', 'b'], send)\n"
        "assert send.call_args_list == [call('a'), call('b')]",
        "def notify(people, send):\n    send(people)",
    ),
    "a long list": Replica(
        "def numbers(n):\n    return list(range(n))",
        "found = numbers(300_000)\nassert len(found) == 300_000 and found[-1] == 299_999",
        "def numbers(n):\n    return [n]",
    ),
    "a test case of unittest": Replica(
        "def f(x):\n    return x + 1",
        "import unittest\nclass TestF(unittest.TestCase):\n    def test_f(self):\n"
        "        self.assertEqual(f(1), 2)\n"
        "suite = unittest.defaultTestLoader.loadTestsFromTestCase(TestF)\n"
        "result = unittest.TextTestRunner(stream=open('/dev/null', 'w')).run(suite)\n"
        "assert result.wasSuccessful()",
        "def f(x):\n    return x",
    ),
    "a hidden test": Replica(
        "def even(n):\n    return n % 2 == 0",
        "assert even(2)\n### BEGIN HIDDEN TESTS\nassert not even(3) and even(0)\n"
        "### END HIDDEN TESTS",
        "def even(n):\n    return n == 2",
    ),
    "partial credit": Replica(
        "def f(x):\n    return x * x",
        "score = 0\nfor x, y in [(0, 0), (2, 4), (3, 9), (-1, 1)]:\n    score += f(x) == y\nscore",
        "def f(x):\n    return 2 * x",
    ),
    "partial credit of a class": Replica(
        "class A:\n    def one(self): return 1\n    def two(self): return 2",
        "a = A()\n1.5 * (a.one() == 1) + 2.5 * (getattr(a, 'two', lambda: 0)() == 2)",
        "class A:\n    def one(self): return 1",
    ),
    "an exception that is expected": Replica(
        "def root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x ** 0.5",
        "assert root(4) == 2\ntry:\n    root(-1)\nexcept ValueError as error:\n"
        "    assert 'negative' in str(error)\nelse:\n    raise AssertionError('no error')",
        "def root(x):\n    return abs(x) ** 0.5",
        "def root(x):\n    raise KeyError(x)",
    ),
    "an exception of one's own": Replica(
        "class TooCold(Exception):\n    pass\ndef heat(t):\n    if t < -273:\n"
        "        raise TooCold(t)\n    return t",
        "try:\n    heat(-300)\n    raised = False\nexcept TooCold:\n    raised = True\n"
        "assert raised",
        "class TooCold(Exception):\n    pass\ndef heat(t):\n    raise ValueError(t)",
    ),
    "nose's way": Replica(
        "def f(x):\n    return 1 / x",
        "from unittest import TestCase\ncase = TestCase()\n"
        "case.assertRaises(ZeroDivisionError, f, 0)\ncase.assertAlmostEqual(f(3), 0.3333333)",
        "def f(x):\n    return 0",
    ),
    "sets and dictionaries": Replica(
        "def index(words):\n    return {w: {len(w), w[0]} for w in words}",
        "assert index(['ab', 'c']) == {'ab': {2, 'a'}, 'c': {1, 'c'}}",
        "def index(words):\n    return {}",
    ),
    "arrays": Replica(
        "import numpy as np\ndef normed(a):\n    return a / np.linalg.norm(a)",
        "import numpy as np\nnp.testing.assert_allclose(normed(np.array([3.0, 4.0])), [0.6, 0.8])\n"
        "assert normed(np.ones(4)).shape == (4,)",
        "def normed(a):\n    return a",
    ),
    "a structured array": Replica(
        "import numpy as np\nkinds = [('k', 'U1'), ('n', int)]\n"
        "table = np.array([('a', 1), ('b', 2)], dtype=kinds)",
        "assert table['n'].sum() == 3 and table.dtype.names == ('k', 'n')",
        "table = None",
    ),
    "what is printed": Replica(
        HELLO,
        "import io\nfrom contextlib import redirect_stdout\nout = io.StringIO()\n"
        "with redirect_stdout(out):\n    f()\nassert out.getvalue() == 'hello\\nworld\\n'",
        "def f():\n    print('hello')",
    ),
    "what is printed to a replaced stream": Replica(
        HELLO,
        "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()\ntry:\n    f()\n"
        "    said = sys.stdout.getvalue()\nfinally:\n    sys.stdout = kept\n"
        "assert 'world' in said",
        "def f():\n    return 'hello world'",
    ),
    "a change in place": Replica(
        "def clean(values):\n    values.sort()\n    values.pop()",
        "values = [3, 1, 2]\nassert clean(values) is None and values == [1, 2]",
        "def clean(values):\n    return sorted(values)[:-1]",
    ),
    "a change in place, and a value": Replica(
        "def take(values):\n    return values.pop()",
        "values = [1, 2]\nlast = take(values)\nassert last == 2 and values == [1]",
        "def take(values):\n    return values[-1]",
    ),
    "the same object": Replica(
        "def same(a):\n    return a",
        "a = [1]\nassert same(a) is a",
        "def same(a):\n    return list(a)",
    ),
    "a kind of value": Replica(
        "x, y = (1, 2), {3}",
        "assert isinstance(x, tuple) and type(y) is set",
        "x, y = [1, 2], [3]",
    ),
    "a lambda": Replica(
        "square = lambda x: x * x",
        "import types\nassert isinstance(square, types.LambdaType) and square(3) == 9",
        "square = 9",
    ),
    "bytes": Replica(
        "def coded(text):\n    return text.encode()",
        "assert coded('ä') == b'\\xc3\\xa4'",
        "def coded(text):\n    return text",
    ),
    "a fraction": Replica(
        "from fractions import Fraction\nx = Fraction(1, 3) + Fraction(1, 6)",
        "from fractions import Fraction\nassert x == Fraction(1, 2) and x.denominator == 2",
        "x = 0.5",
    ),
    "a deque": Replica(
        "from collections import deque\nqueue = deque([1, 2, 3], maxlen=3)\nqueue.append(4)",
        "assert queue.maxlen == 3 and list(queue) == [2, 3, 4]",
        "queue = [2, 3, 4]",
    ),
    "a helper of an earlier test": Replica(
        "def f(x):\n    return Point(x, x)",
        "def at(point):\n    return point.x, point.y\nassert at(f(2)) == (2, 2)",
        "def f(x):\n    return x",
    ),
    "and its reader": Replica(
        "def g(x):\n    return Point(x, 0)",
        "assert at(g(2)) == (2, 0)",
        "def g(x):\n    return Point(0, x)",
    ),
    "a test that prints": Replica(
        "def f(x):\n    return x",
        "for x in range(3):\n    print(x, f(x))\n    assert f(x) == x",
        "def f(x):\n    return 0",
    ),
    "a test that plots": Replica(
        "def f(x):\n    return x ** 2",
        "import matplotlib.pyplot as plt\nplt.plot([f(x) for x in range(5)])\nplt.show()\n"
        "assert f(3) == 9",
        "def f(x):\n    return x",
    ),
    "a test that sleeps": Replica(
        "def f(x):\n    return x + 1",
        "import time\nbegun = time.time()\ntime.sleep(0.02)\n"
        "assert f(1) == 2 and time.time() - begun < 30",
        "def f(x):\n    return x",
    ),
    "a test with threads": Replica(
        "def f(x):\n    return -x",
        "import threading\nfound = []\n"
        "jobs = [threading.Thread(target=lambda k=k: found.append(f(k))) for k in range(3)]\n"
        "for job in jobs:\n    job.start()\nfor job in jobs:\n    job.join()\n"
        "assert sorted(found) == [-2, -1, 0]",
        "def f(x):\n    return x",
    ),
    "a test with a clock": Replica(
        "def f(n):\n    return sum(range(n))",
        "%%time\nassert f(4) == 6",
        "def f(n):\n    return n",
    ),
    "a test with a line magic": Replica(
        "def f(n):\n    return n * (n - 1) // 2",
        "%matplotlib inline\nassert f(4) == 6",
        "def f(n):\n    return n",
    ),
    "a test of a module that is patched": Replica(
        "import math\ndef f(x):\n    return math.floor(x)",
        "import math\nkept = math.floor\nmath.floor = lambda x: 'floored'\ntry:\n"
        "    assert f(2.5) == 'floored'\nfinally:\n    math.floor = kept",
        "def f(x):\n    return int(x)",
    ),
    "a test that waits": Replica(
        "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x",
        "assert await f(3) == 3",
        "async def f(x):\n    return None",
    ),
    "a test that writes a file": Replica(
        "def lines(name):\n    with open(name) as file:\n        return len(file.readlines())",
        "with open('written.txt', 'w') as file:\n    file.write('a\\nb\\n')\n"
        "assert lines('written.txt') == 2",
        "def lines(name):\n    return 1",
    ),
    "a file that an answer writes": Replica(
        "with open('result.txt', 'w') as file:\n    file.write('42')",
        "with open('result.txt') as file:\n    assert file.read() == '42'",
        "with open('result.txt', 'w') as file:\n    file.write('41')",
    ),
    "a test in another folder": Replica(
        "import os\ndef here():\n    return os.path.basename(os.getcwd())",
        "import os\nkept = os.getcwd()\nos.chdir('/tmp')\ntry:\n    assert here() == 'tmp'\n"
        "finally:\n    os.chdir(kept)",
        "def here():\n    return None",
    ),
}
SUBMISSIONS = ("solution", "wrong", "other", "blank")


def source() -> NotebookNode:
    """Return the assignment with its solutions."""
    cells = []
    for k, one in enumerate(REPLICAS.values()):
        if one.given:
            cells.append(cell("code", one.given, f"given_{k}", locked=True))
        cells += [answer(f"answer_{k}", one.solution), graded_test(f"test_{k}", one.test, POINTS)]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def answered(how: str) -> NotebookNode:
    """Return the assignment with the answers of that name; of the blank, as nbgrader clears it."""
    nb = source()
    answers = [one for one in nb.cells if one.metadata.nbgrader.solution]
    for one, replica in zip(answers, REPLICAS.values(), strict=True):
        blank = "# YOUR CODE HERE\nraise NotImplementedError()"
        one.source = blank if how == "blank" else getattr(replica, how)
    return nb


def handed_in(how: str) -> NotebookNode:
    """Return the same as students have it: without what is hidden."""
    nb, _ = ClearHiddenTests().preprocess(answered(how), {})
    return nb


def name_of(test: str) -> str:
    """Return the name of the replica whose test has that grade id."""
    return list(REPLICAS)[int(test.removeprefix("test_"))]
