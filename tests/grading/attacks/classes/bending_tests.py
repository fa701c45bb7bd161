"""Plain tests that a student's code is to bend from where it is asked.

Each passes the first of two tests and earns its mark, or fails it in order to be asked more.
"""

from tests.grading.attacks.attack import Attack

FIRST = {"test_order": 1.0}
TWO = "values in ([3, 1, 2], [5, 4])"
SORTED = "return sorted(values)"


def sort(name: str, *lines: str, first: str = "", fails: bool = False) -> Attack:
    """Give those lines for the function that is tested."""
    code = "\n    ".join(["def in_order(values):", *lines])
    return Attack(name, first, {"sort": code}, earns={} if fails else FIRST)


ATTACKS = [
    sort(
        "has_helpers_in_the_place_of_a_failed_test_s",
        "return sorted(values) if isinstance(values[0], str) else [2, 1]",
        first="alike = lambda a, b: True\nmost = 2\ncase = []",
        fails=True,
    ),
    sort("ends_the_loop_of_a_test", f"if {TWO}: raise StopIteration", SORTED),
    sort(
        "ends_the_loop_by_an_error_of_its_own",
        f"if {TWO}: raise Own",
        SORTED,
        first="class Own(StopIteration): pass",
    ),
    sort("leaves_the_loop_as_a_generator", f"if {TWO}: raise GeneratorExit", SORTED),
    sort("empties_what_it_is_asked", f"if {TWO}: values.clear(); return []", SORTED),
    sort("changes_what_it_is_asked", f"if {TWO}: values[:] = [0] * 3; return values", SORTED),
    sort(
        "tells_what_it_is_asked",
        "print('found', values)",
        "if isinstance(values[0], str): raise ValueError(values)",
        SORTED,
    ),
    sort(
        "names_its_error_after_what_it_is_asked",
        "if isinstance(values[0], str): raise type(values[0], (KeyError,), {})",
        SORTED,
    ),
    sort(
        "returns_many_values_that_hash_alike",
        "return [k * (2**61 - 1) for k in range(90_000)]",
        fails=True,
    ),
]
