"""What may be wrong at one node, by its kind: a sum, a product, a matrix, [h, x]."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from course_utils.formulas.functions import FUNCTIONS
from course_utils.formulas.neighbours.changes import (
    SQUASHING,
    Change,
    Changes,
    Vectors,
    named,
    opposite,
    product_of,
    sum_of,
    times,
)
from course_utils.formulas.nodes import (
    Apply,
    Columns,
    Diagonal,
    Dot,
    Joined,
    Matmul,
    Negative,
    Node,
    Number,
    Path,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transposed,
)
from course_utils.formulas.printing import text


def other_operation(changes: Changes, path: Path, node: Node, vectors: Vectors) -> Iterator[Change]:
    """Return the changes at one node that is no function."""
    match node:
        case Sum():
            yield from other_sum(changes, path, node, vectors)
        case Product():
            yield from _other_product(changes, path, node)
        case Quotient(first, second):
            yield changes.put(path, first, "left out", f"does not divide by {text(second)}")
            yield changes.put(path, second, "left out", f"leaves {text(first)} out")
            turned = Quotient(second, first)
            yield changes.put(path, turned, "exchanged", "has numerator and denominator exchanged")
            for one in _without_brackets(first, second):
                words = f"has {text(one)} in the place of {text(node)}, as without brackets"
                yield changes.put(path, one, "moved", words, "brackets", text(one))
        case Negative(of):
            yield changes.put(path, of, "sign", f"has the minus before {text(of)} lost")
        case Matmul(matrix, vector):
            yield from _other_matmul(changes, path, matrix, vector, vectors)
        case Dot(first, second):
            parts = (first, second)
            yield changes.put(path, Product(parts), "another operation", "multiplies by elements")
        case Joined(parts):
            yield from _other_joined(changes, path, parts)


def _without_brackets(above: Node, below: Node) -> Iterator[Node]:
    """(a + b) / (c + d) without the brackets above, below, or both."""
    if isinstance(below, Sum):
        yield Sum((Quotient(above, below.parts[0]), *below.parts[1:]))
    if isinstance(above, Sum):
        yield Sum((*above.parts[:-1], Quotient(above.parts[-1], below)))
        if isinstance(below, Sum):
            divided = Quotient(above.parts[-1], below.parts[0])
            yield Sum((*above.parts[:-1], divided, *below.parts[1:]))


def other_sum(changes: Changes, path: Path, node: Sum, vectors: Vectors) -> Iterator[Change]:
    for k, term in enumerate(node.parts):
        rest = node.parts[:k] + node.parts[k + 1 :]
        kept = sum_of(rest)
        yield changes.put(path, kept, "left out", f"leaves {named(term)} out", k)
        parts = (*node.parts[:k], opposite(term), *node.parts[k + 1 :])
        verb = "adds" if isinstance(term, Negative) else "subtracts"
        yield changes.put(path, Sum(parts), "sign", f"{verb} {named(term)}", k)
        if not isinstance(term, Negative):
            for often, words in ((2, "twice"), (3, "three times")):
                more = (*node.parts[:k], times(often, term), *node.parts[k + 1 :])
                said = f"adds {named(term)} {words}"
                yield changes.put(path, Sum(more), "scaled", said, often, k)
    if len(node.parts) > 2:
        for two in combinations(range(len(node.parts)), 2):
            parts = tuple(opposite(t) if k in two else t for k, t in enumerate(node.parts))
            both = " and ".join(named(node.parts[k]) for k in two)
            yield changes.put(path, Sum(parts), "two signs", f"has the signs of {both} turned", two)
    product = Product(tuple(t.of if isinstance(t, Negative) else t for t in node.parts))
    if not any(isinstance(term, Number) for term in node.parts):
        words = f"multiplies where it should add, in {text(node)}"
        yield changes.put(path, product, "another operation", words, "∘")
    if len(node.parts) == 2 and Number(1) not in node.parts:
        larger = Sum((node.parts[0], Apply("relu", Sum((node.parts[1], opposite(node.parts[0]))))))
        words = f"takes the larger of {' and '.join(map(text, node.parts))}"
        yield changes.put(path, larger, "replaced", words, "max")
    yield from _part_of_sum(changes, path, node, vectors)
    yield from _matrix_of_term(changes, path, node, vectors)
    yield from _in_each_term(changes, path, node)
    if len(node.parts) > 2:
        mean = Quotient(node, Number(len(node.parts)))
        yield changes.put(path, mean, "scaled", "takes the mean of the terms", "mean")
        for one, other in combinations(range(len(node.parts)), 2):
            joined = Product((node.parts[one], node.parts[other]))
            parts = tuple(joined if k == one else p for k, p in enumerate(node.parts) if k != other)
            words = f"multiplies {named(node.parts[one])} and {named(node.parts[other])}"
            yield changes.put(path, Sum(parts), "another operation", words, one, other)


def _part_of_sum(changes: Changes, path: Path, node: Sum, vectors: Vectors) -> Iterator[Change]:
    """Some of the terms halved, or counted for every input."""
    terms = node.parts
    for count in range(2, len(terms)):
        for some in combinations(range(len(terms)), count):
            rest = tuple(term for k, term in enumerate(terms) if k not in some)
            half = times(0.5, Sum(tuple(terms[k] for k in some)))
            words = f"halves {text(Sum(tuple(terms[k] for k in some)))}"
            yield changes.put(path, Sum((half, *rest)), "scaled", words, "halves", some)
    columns = [vectors.shape(t.first)[1] for t in terms if isinstance(t, Matmul)]
    for inputs in columns:
        mean = Quotient(node, Number(inputs))
        yield changes.put(path, mean, "scaled", f"divides by {inputs}", "inputs", "/")
        for k, term in enumerate(terms):
            if not isinstance(term, Matmul):
                more = (*terms[:k], times(inputs, term), *terms[k + 1 :])
                words = f"adds {named(term)} {inputs} times"
                yield changes.put(path, Sum(more), "scaled", words, "inputs", k)


def _matrix_of_term(changes: Changes, path: Path, node: Sum, vectors: Vectors) -> Iterator[Change]:
    """W h + V x: the matrix of one term multiplies another term, in the place of what it reads."""
    for k, term in enumerate(node.parts):
        if isinstance(term, Matmul):
            for n, other in enumerate(node.parts):
                if n != k and vectors.shape(other) == vectors.shape(term.second):
                    product = Matmul(term.first, other)
                    parts = (product if m == k else p for m, p in enumerate(node.parts) if m != n)
                    words = f"multiplies {text(term.first)} with {named(other)}"
                    yield changes.put(path, sum_of(tuple(parts)), "moved", words, "matrix", k, n)


_OPERATIONS: tuple[tuple[str, Callable[[Node, Node], Node]], ...] = (
    ("adds where it should multiply,", lambda a, b: Sum((a, b))),
    ("takes the dot product", Dot),
    ("divides where it should multiply,", Quotient),
)


def _in_each_term(changes: Changes, path: Path, node: Sum) -> Iterator[Change]:
    """Of a ∘ b + c ∘ d: the same change in both terms, and other brackets."""
    if not all(isinstance(part, Product) and len(part.parts) == 2 for part in node.parts):
        return
    terms = [part.children for part in node.parts]
    first, second = (tuple(term[k] for term in terms) for k in (0, 1))
    for k, kept in enumerate((second, first)):
        left = " and ".join(map(named, (first, second)[k]))
        yield changes.put(path, sum_of(kept), "left out", f"leaves {left} out", "each", k)
        mean = Quotient(sum_of(kept), Number(len(kept)))
        words = f"has {text(mean)} in the place of {text(node)}"
        yield changes.put(path, mean, "replaced", words, "mean", k)
        for function in (*SQUASHING, "mean", "first"):
            squashed = [
                Product(tuple(Apply(function, f) if j == k else f for j, f in enumerate(term)))
                for term in terms
            ]
            words = f"puts {left} through {FUNCTIONS[function].text}"
            yield changes.put(path, Sum(tuple(squashed)), "put in", words, function, "each", k)
    for words, operation in _OPERATIONS:
        each = Sum(tuple(operation(*term) for term in terms))
        said = f"{words} in both terms of {text(node)}"
        yield changes.put(path, each, "another operation", said, words, "each")
    words = f"divides by {' + '.join(map(named, first))}"
    yield changes.put(path, Quotient(node, Sum(first)), "scaled", words, "weighted mean")
    regrouped = (
        Product((Sum(first), Sum(second))),
        Product((*first, Sum(second))),
        Product((Sum(first), *second)),
        Product(tuple(map(Sum, terms))),
    )
    for one in regrouped:
        words = f"has {text(one)} in the place of {text(node)}"
        yield changes.put(path, one, "another operation", words, "regrouped", text(one))


def _other_product(changes: Changes, path: Path, node: Product) -> Iterator[Change]:
    for k, factor in enumerate(node.parts):
        rest = node.parts[:k] + node.parts[k + 1 :]
        kept = product_of(rest)
        yield changes.put(path, kept, "left out", f"leaves {named(factor)} out", k)
    words = f"adds where it should multiply, in {text(node)}"
    yield changes.put(path, Sum(node.parts), "another operation", words, "+")
    if len(node.parts) == 2:
        one, other = node.parts
        words = f"subtracts where it should multiply, in {text(node)}"
        yield changes.put(path, Sum((one, Negative(other))), "another operation", words, "-")
        words = f"takes the dot product, one number, in {text(node)}"
        yield changes.put(path, Dot(one, other), "another operation", words, "·")
        words = f"divides where it should multiply, in {text(node)}"
        yield changes.put(path, Quotient(one, other), "another operation", words, "/")
        yield changes.put(path, Quotient(other, one), "another operation", words, "\\")


def _other_matmul(
    changes: Changes, path: Path, matrix: Node, vector: Node, vectors: Vectors
) -> Iterator[Change]:
    rows, columns = vectors.shape(matrix)
    if rows == columns:
        turned = matrix.of if isinstance(matrix, Transposed) else Transposed(matrix)
        what = f"has {text(matrix)} transposed"
        yield changes.put(path, Matmul(turned, vector), "transposed", what)
        yield changes.put(path, vector, "left out", f"leaves {text(matrix)} out", "matrix")
        by_itself = Product((Diagonal(matrix), vector))
        words = f"multiplies by the diagonal of {text(matrix)}"
        yield changes.put(path, by_itself, "another operation", words, "diagonal")
    product = Matmul(matrix, vector)
    for k, (words, wrong) in enumerate(signs_missed([product])):
        yield changes.put(path, wrong[product], "signs of one product", words, k)
    for number in (Number(columns), Power(Number(columns), Number(0.5))):
        less = Quotient(Matmul(matrix, vector), number)
        words = f"divides {text(Matmul(matrix, vector))} by {text(number)}"
        yield changes.put(path, less, "scaled", words, "divided", len(number.children))
    if isinstance(matrix, Columns):
        width, whole = matrix.last - matrix.first, vectors.shape(matrix.of)[1]
        for first in (0, whole - width):
            if first != matrix.first:
                others_of = Columns(matrix.of, first, first + width)
                words = f"has {text(others_of)} in the place of {text(matrix)}"
                yield changes.put(path, Matmul(others_of, vector), "exchanged", words, first)
    others = [Symbol(name) for name in vectors.like(vector)]
    for other in others:
        if other != vector and not isinstance(vector, Symbol):
            what = f"multiplies {text(matrix)} with {text(other)}"
            yield changes.put(path, Matmul(matrix, other), "another quantity", what, other.name)


_SIGNS_MISSED: dict[str, Callable[[Matmul], Node]] = {
    "takes {first} without signs": lambda p: Matmul(Apply("abs", p.first), p.second),
    "takes {second} without signs": lambda p: Matmul(p.first, Apply("abs", p.second)),
    "takes {first} and {second} without signs": lambda p: Matmul(
        Apply("abs", p.first), Apply("abs", p.second)
    ),
    "leaves minus times minus at minus (neg keeps what is below 0, without its sign)": lambda p: (
        Sum(
            (p, Negative(times(2, Matmul(Apply("negative", p.first), Apply("negative", p.second)))))
        )
    ),
}


def signs_missed(products: Sequence[Matmul]) -> Iterator[tuple[str, dict[Node, Node]]]:
    """Return what stands for the products where their signs are not minded, after what was done."""
    first = " and ".join(dict.fromkeys(text(product.first) for product in products))
    second = " and ".join(dict.fromkeys(text(product.second) for product in products))
    for words, wrong in _SIGNS_MISSED.items():
        said = words.format(first=first, second=second)
        yield said, {product: wrong(product) for product in products}


def _other_joined(changes: Changes, path: Path, parts: tuple[Node, ...]) -> Iterator[Change]:
    yield from changes.over_entries(path, Joined(parts))
    squares = Joined(tuple(Product((part, part)) for part in parts))
    yield changes.put(path, squares, "scaled", f"squares {text(Joined(parts))}", "²")
    for function in SQUASHING:
        squashed = Joined(tuple(Apply(function, part) for part in parts))
        words = f"puts {text(Joined(parts))} through {FUNCTIONS[function].text}"
        yield changes.put(path, squashed, "put in", words, function)
    turned = Joined(parts[::-1])
    what = f"joins in the order {text(turned)}"
    yield changes.put(path, turned, "exchanged", what)
    for k, part in enumerate(parts):
        without = Joined((*parts[:k], times(0, part), *parts[k + 1 :]))
        yield changes.put(path, without, "left out", f"leaves {text(part)} out", k)
