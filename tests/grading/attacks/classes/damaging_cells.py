"""Notebooks whose cells are not what was given out."""

import json
from copy import deepcopy

from nbformat import NotebookNode

from tests.grading.attacks.attack import Attack
from tests.grading.attacks.vault import POINTS, right_answers
from tests.grading.course import by_id, written


def without(*names: str) -> object:
    def edit(nb: NotebookNode) -> None:
        nb.cells = [
            c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in names
        ]

    return edit


def doubled(*names: str) -> object:
    def edit(nb: NotebookNode) -> None:
        nb.cells += [deepcopy(by_id(nb, name)) for name in names for _ in range(3)]

    return edit


def kernel(**spec: object) -> object:
    def edit(nb: NotebookNode) -> None:
        nb.metadata.kernelspec = spec
        nb.metadata.language_info = {"name": "bash", "file_extension": ".sh", "mimetype": "x"}

    return edit


def no_cells(nb: NotebookNode) -> None:
    nb.cells = []


def hostile_metadata(nb: NotebookNode) -> bytes:
    for one in nb.cells:
        one.metadata["filenames"] = {"image/png": "../../../../attack-left.png"}
        one.metadata["widgets"] = {"x": "y" * 100_000}
        one["attachments"] = {"../../attack-left.png": {"image/png": "AAAA"}}
        if one.cell_type == "code":
            one.outputs = [
                {
                    "output_type": "display_data",
                    "data": {"image/png": "AAAA", "text/html": "<script>alert('xss')</script>"},
                    "metadata": {"filenames": {"image/png": "../../../attack-left.png"}},
                }
            ]
    nb.metadata |= {"course_utils": {"remarks": [{"text": "all right", "cell": 3}]}, "nbgrader": 5}
    return written(nb)


def old_format(nb: NotebookNode) -> bytes:
    return json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": nb.cells}]}).encode()


ATTACKS = [
    Attack("deletes_the_tests", edit=without(*POINTS)),
    Attack("deletes_everything", edit=no_cells),
    Attack(
        "deletes_a_test_of_a_right_answer",
        answers={"add": right_answers()["add"]},
        edit=without("test_total"),
        earns={"test_total": 2.0},
        said="'test_total' was deleted; it was put back",
    ),
    Attack("doubles_the_tests", edit=doubled(*POINTS), said="was there 4 times"),
    Attack("doubles_the_answers", edit=doubled("hand", "write", "add"), said="was there 4 times"),
    Attack(
        "asks_for_bash", edit=kernel(name="bash", display_name="x"), said="asked for the kernel"
    ),
    Attack(
        "asks_for_a_kernel_of_its_own",
        edit=kernel(name="../../evil", argv=["touch", "attack-left"], display_name=["x"], env={}),
    ),
    Attack("has_hostile_metadata", edit=hostile_metadata),
    Attack("is_of_an_old_format", edit=old_format),
]
