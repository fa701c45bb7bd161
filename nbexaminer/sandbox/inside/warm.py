"""Everything that a kernel and an ordinary notebook import, imported ahead.

Without a second thread, an open socket or a change of state that a submission could see.
"""

import gc
import importlib
import io
import os

MODULES = (
    "numpy",
    "numpy.fft",
    "numpy.polynomial",
    "numpy.random",
    "numpy.testing",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics.ast_mod",
    "IPython.core.magics.execution",
    "IPython.core.magics.namespace",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.core.ultratb",
    "IPython.extensions.storemagic",
    "IPython.utils.module_paths",
    "IPython.utils.timing",
    "IPython.utils.wildcard",
    "comm",
    "faulthandler",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "multiprocessing",
    "pdb",
    "pygments.filters",
    "pygments.formatters.html",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "pygments.styles.default",
    "sqlite3",
    "stack_data",
    "tornado.platform.asyncio",
    "tornado.queues",
    "unittest",
    "zmq.asyncio",
)
# Not matplotlib_inline: it looks for the kernel that is to show its figures once, when imported.
BACKEND = "module://matplotlib_inline.backend_inline"


def warm_up() -> None:
    """Import and use what takes time; a module that is not installed is left out."""
    os.environ["MPLBACKEND"] = BACKEND
    gc.disable()  # what is imported stays
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    _draw()
    keep_shared()
    gc.enable()


def keep_shared() -> None:
    """Let the collector never look again at what exists now, so that it stays shared in memory."""
    gc.collect()
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
