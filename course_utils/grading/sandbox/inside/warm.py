"""Everything that a kernel and an ordinary notebook import, imported ahead.

Without a second thread, an open socket or a change of state that a submission could see.
"""

import gc
import importlib
import io
import os

MODULES = (
    "numpy",
    "numpy.testing",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "ipykernel.codeutil",
    "ipykernel.datapub",
    "ipykernel.ipkernel",
    "ipykernel.pickleutil",
    "ipykernel.pylab.backend_inline",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.magics",
    "IPython.core.pylabtools",
    "IPython.core.ultratb",
    "IPython.extensions.storemagic",
    "matplotlib_inline.config",
    "comm",
    "debugpy",
    "debugpy.server.api",
    "jedi",
    "multiprocessing",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "sqlite3",
    "stack_data",
    "traceback",
    "unittest",
    "zmq.asyncio",
)
BACKEND = "module://matplotlib_inline.backend_inline"


def warm_up() -> None:
    """Import and use what takes time; a module that is not installed is left out."""
    os.environ["MPLBACKEND"] = BACKEND
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    _draw()
    gc.collect()
    # What exists now is never looked at by the collector again, so it stays shared in memory.
    gc.freeze()


def threads() -> int:
    """Return how many threads this process has, those of libraries included."""
    return len(os.listdir("/proc/self/task"))


def _draw() -> None:
    """Find the fonts and load the drawing code, apart from pyplot and its state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], label="$x_1$")
    axes.set_title("warm")
    axes.legend()
    FigureCanvasAgg(figure).print_png(io.BytesIO())  # type: ignore[no-untyped-call]
