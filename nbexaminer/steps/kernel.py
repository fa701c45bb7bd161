"""A submission that asks for another kernel than the course's."""

import json
from typing import Any

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from nbexaminer.notebook.remarks import add_remark
from nbexaminer.pipeline.context import context_of


class UseCourseKernel(NbGraderPreprocessor):  # type: ignore[misc]
    """Run the notebook with the source's kernel; say so when it asked for another language.

    What a Python is called on a student's machine does not matter.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the kernel of the source notebook."""
        asked = nb.metadata.get("kernelspec", {})
        known = context_of(resources).snapshot.kernelspec
        if known and (kernelspec := json.loads(known)):
            nb.metadata["kernelspec"] = from_dict(kernelspec)
        course = nb.metadata.get("kernelspec", {})
        if asked and asked.get("name") != course.get("name") and not _is_python(asked):
            add_remark(
                nb,
                f"The notebook asked for the kernel {asked['name']!r}; "
                f"it was run with {course.get('name')!r}.",
            )
        return nb, resources


def _is_python(kernelspec: dict[str, str]) -> bool:
    """Whether the kernel speaks Python, as far as the notebook says; else by its name."""
    language = kernelspec.get("language")
    if language is not None:
        return language.casefold() in ("python", "ipython")
    return "py" in kernelspec["name"].casefold()
