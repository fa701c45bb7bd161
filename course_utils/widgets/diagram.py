"""A cell's diagram as data: what stands where, what it is called and how its number comes about.

One description serves the live view in the browser, the stored picture and the table. Lengths are
in the units of the picture, 900 wide; y runs downwards. Names of nodes are names of trace fields.
Symbols are written as ``C_{t-1}``; what follows the underscore is a subscript.
"""

from typing import Literal, NamedTuple

Kind = Literal["state", "vector", "sum", "sigmoid", "tanh", "value"]
Role = Literal["state", "forget", "input", "candidate", "output", "plain"]


class Term(NamedTuple):
    """A matrix times the product of vectors: some columns of `W` read `vectors`."""

    W: str
    after: str
    """the vector that the columns before these read, or nothing"""
    vectors: tuple[str, ...]


class Equation(NamedTuple):
    """How a node's number comes about, in letters and ready to be filled in with numbers."""

    formula: str
    filled: str = ""
    """as ``{f} · {c_prev}``; each name stands for that field's number"""
    terms: tuple[Term, ...] = ()
    """the long sum of a node that reads vectors, in place of `filled`"""
    plus: tuple[str, ...] = ()
    peephole: tuple[str, ...] = ()
    """two names whose product, unit by unit, is added, too"""
    times: str = ""
    """what the whole sum is multiplied by, unit by unit"""


class Node(NamedTuple):
    """A named number of the trace, in a box around (x, y)."""

    name: str
    symbol: str
    title: str
    kind: Kind
    role: Role
    x: float
    y: float
    equation: Equation
    ghost: str = ""
    """the field whose number stood here one step before"""
    label: str = ""
    """its name in a word, beside the symbol"""


class Operator(NamedTuple):
    """A round mark where numbers meet."""

    sign: str
    x: float
    y: float
    role: Role = "plain"


class Wire(NamedTuple):
    """A line through `points`, as broad as the number that it carries, or a thin line.

    A gate is drawn in the colour of its role; what a gate lets through in the colour of its sign.
    """

    points: tuple[tuple[float, float], ...]
    role: Role = "plain"
    carries: str = ""
    """the name of a node, whose number flows here; nothing for a thin line"""
    leaves: bool = False
    """it goes on to the next step, beyond the picture"""
    bus: bool = False
    """all units together are read from here: of several units it is one thin line"""
    complement: bool = False
    """1 minus the gate flows here"""


class Bar(NamedTuple):
    """A bar from the end of bar `start` (or from zero), `name` long; `ghost` is its outline."""

    name: str
    symbol: str
    role: Role
    start: str = ""
    ghost: str = ""


class Diagram(NamedTuple):
    """The whole picture of one cell."""

    width: float
    height: float
    nodes: tuple[Node, ...]
    operators: tuple[Operator, ...]
    wires: tuple[Wire, ...]
    bars: tuple[Bar, ...]
    bars_title: str
    bars_note: str
    bars_box: tuple[float, float, float, float]
    """x, y, width, height"""


BOX_WIDTH = 92.0


def box_height(units_shown: int) -> float:
    """A box holds its symbol and one line for each unit shown."""
    return 24.0 + 18.0 * units_shown


BAR_LABEL = 17.0
"""How high a line of the bars' labels is, subscript and all: two bars are no nearer than that."""


def bar_step(diagram: Diagram, units_shown: int) -> float:
    """Return how far apart the bars are: they share the height below the heading, unit by unit."""
    rows = units_shown * (len(diagram.bars) + 0.5)
    return min(22.0, (diagram.bars_box[3] - 46) / rows)
