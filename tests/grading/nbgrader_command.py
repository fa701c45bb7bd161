"""nbgrader's own commands, run in this process: starting one anew takes seconds."""

import io
import logging
from contextlib import redirect_stderr

from jupyter_core.application import NoStart
from nbgrader.apps.nbgraderapp import NbGraderApp


def nbgrader(*typed: str) -> tuple[int | str | None, str]:
    """Run `nbgrader` with what is typed after it, in the current folder; its exit and its log."""
    log = io.StringIO()
    app = NbGraderApp.instance()
    try:
        with redirect_stderr(log):
            app.initialize(list(typed))
            app.init_logging(logging.StreamHandler, [log], color=False, subapps=True)
            app.start()
    except NoStart:
        return 0, log.getvalue()
    except SystemExit as end:
        return end.code, log.getvalue()
    finally:
        app.reset()
    return 0, log.getvalue()
