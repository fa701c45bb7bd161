"""A submission that asks for another kernel than the course's."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import OverwriteKernelspec

from course_utils.grading.remarks import add_remark


class UseCourseKernel(OverwriteKernelspec):  # type: ignore[misc]
    """nbgrader's OverwriteKernelspec, which says so when the student's kernel was another one."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return `nb` with the kernel of the source notebook."""
        asked = nb.metadata.get("kernelspec", {}).get("name")
        nb, resources = super().preprocess(nb, resources)
        course = nb.metadata.get("kernelspec", {}).get("name")
        if asked is not None and asked != course:
            add_remark(
                nb, f"The notebook asked for the kernel {asked!r}; it was run with {course!r}."
            )
        return nb, resources
