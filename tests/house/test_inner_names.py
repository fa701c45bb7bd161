"""What is overridden or called of other packages' inner parts is still there, under that name.

These packages have bounds in pyproject.toml. Raise a bound, run this, and it says what has to be
looked at before anything else is tried.
"""

import importlib
import inspect
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
INNER = {
    "nbconvert.preprocessors.execute:ExecutePreprocessor": {
        "_check_assign_resources": "resources",
    },
    "nbclient.client:NotebookClient": {
        "execute_cell": "args kwargs",
        "handle_comm_msg": "outs msg cell_index",
        "output": "outs msg display_id cell_index",
        "process_message": "msg cell cell_index",
        "reset_execution_trackers": "",
        "_get_timeout": "cell",
        "_update_display_id": "display_id msg",
    },
    "nbgrader.converters.generate_assignment:GenerateAssignment": {
        "start": "",
    },
    "nbgrader.api:Gradebook": {
        "__init__": "db_url course_id authenticator",
    },
    "nbgrader.apps.zipcollectapp:ZipCollectApp": {
        "_format_collect_path": "collect_step",
    },
    "nbgrader.converters.base:BaseConverter": {
        "start": "",
    },
    "nbgrader.exchange.default.collect:ExchangeCollect": {
        "_path_to_record": "path",
    },
    "nbgrader.exchange.default.exchange:Exchange": {
        "do_copy": "src dest log",
    },
    "nbgrader.exchange.default.release_feedback:ExchangeReleaseFeedback": {
        "copy_files": "",
    },
    "nbgrader.plugins.zipcollect:ExtractorPlugin": {
        "extract": "archive_path extracted_path",
    },
    "nbgrader.plugins.zipcollect:FileNameCollectorPlugin": {
        "_match": "filename",
    },
    "nbgrader.preprocessors.getgrades:GetGrades": {
        "_get_score": "cell resources",
    },
    "nbgrader.preprocessors.saveautogrades:SaveAutoGrades": {
        "_add_comment": "cell resources",
        "_add_score": "cell resources",
    },
    "nbgrader.nbgraderformat.v3:MetadataValidatorV3": {
        "validate_cell": "cell",
    },
    "nbgrader.server_extensions.formgrader.base:BaseHandler": {
        "render": "name ns",
        "write_error": "status_code kwargs",
    },
    "nbgrader.server_extensions.formgrader.formgrader:FormgradeExtension": {
        "build_extra_config": "",
        "init_handlers": "webapp",
        "init_tornado_settings": "webapp",
    },
    "ipykernel.compiler:XCachingCompiler": {
        "get_code_name": "raw_code code number",
    },
    "ipykernel.iostream:OutStream": {
        "flush": "",
        "write": "string",
        "_flush": "",
        "_is_master_process": "",
        "_schedule_flush": "",
        "_setup_stream_redirects": "name",
    },
    "ipykernel.ipkernel:IPythonKernel": {
        "do_execute": "code silent store_history user_expressions allow_stdin cell_meta cell_id",
        "post_handler_hook": "",
        "pre_handler_hook": "",
        "set_parent": "ident parent channel",
    },
    "ipykernel.kernelapp:IPKernelApp": {
        "init_code": "",
        "init_io": "",
        "init_kernel": "",
        "init_path": "",
        "init_pdb": "",
        "init_shell": "",
        "init_signal": "",
        "initialize": "argv",
    },
    "jupyter_client.session:Session": {
        "msg": "msg_type content parent header metadata",
        "send": "stream msg_or_type content parent ident buffers track header metadata",
    },
    "pygments.formatters.terminal256:Terminal256Formatter": {
        "_setup_styles": "",
    },
}
"""By class: the methods, and the names of their arguments."""
BOUNDED = {"ipykernel", "jupyter-client", "nbclient", "nbgrader"}


@pytest.mark.parametrize("place", INNER)
def test_what_is_overridden_is_there_and_takes_the_same(place: str) -> None:
    module, name = place.split(":")
    owner = getattr(importlib.import_module(module), name)
    for method, arguments in INNER[place].items():
        assert hasattr(owner, method), f"{place} has no {method} any more"
        signature = inspect.signature(inspect.unwrap(getattr(owner, method)))
        taken = [parameter for parameter in signature.parameters if parameter != "self"]
        assert taken == arguments.split(), f"{place}.{method} takes other arguments"


def test_these_packages_are_bounded_on_both_sides() -> None:
    files = (ROOT / "pyproject.toml", ROOT / "nbexaminer" / "pyproject.toml")
    projects = [tomllib.loads(file.read_text())["project"] for file in files]
    wanted = [Requirement(line) for project in projects for line in project["dependencies"]]
    bounds = [(one.name, {each.operator for each in one.specifier}) for one in wanted]
    assert all((name, {">=", "<"}) in bounds for name in BOUNDED)
