"""What --only-changed counts as the code that marks."""

import inspect
from pathlib import Path

import pytest
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from traitlets.utils.importstring import import_item

import course_utils
from course_utils.grading.course_folder import open_course
from course_utils.grading.regrade import counting
from course_utils.grading.runner import marking_code
from tests.grading.course import ROOT

FOLDERS = [Path(str(course_utils.__file__)).parent / name for name in marking_code._FOLDERS]


def steps(api: NbGraderAPI) -> list[type]:
    converter = Autograde(coursedir=api.coursedir, config=api.config)
    named = [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
    return [import_item(one) if isinstance(one, str) else one for one in named]


def test_every_step_of_ours_is_among_it() -> None:
    ours = [one for one in steps(open_course(ROOT)) if one.__module__.startswith("course_utils")]
    ours += [
        one
        for _, one in inspect.getmembers(counting, inspect.isclass)
        if one.__module__ == counting.__name__
    ]
    assert len(ours) > 10
    for one in ours:
        path = Path(inspect.getfile(one))
        assert any(path.is_relative_to(folder) for folder in FOLDERS), one


def test_the_folders_are_there() -> None:
    assert all(any(folder.rglob("*.py")) for folder in FOLDERS)


def test_another_file_makes_it_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(course_utils, "__file__", str(tmp_path / "__init__.py"))
    (tmp_path / "cells").mkdir()
    file = tmp_path / "cells" / "lstm.py"
    digests = set()
    for text in ("1", "2", "1"):
        file.write_text(text)
        marking_code.marking_code.cache_clear()
        digests.add(marking_code.marking_code())
    marking_code.marking_code.cache_clear()
    assert len(digests) == 2
