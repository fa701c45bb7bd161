"""The views without a page: what the browser would show for a person's moves, computed by Node."""

import atexit
import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from course_utils.widgets import views
from course_utils.widgets.views.live_view import LiveView

STATIC = Path(views.__file__).parent / "static"
KINDS = [getattr(views, name) for name in views.__all__]
"""Every kind of view."""
LOOP = """
import { createInterface } from "node:readline";
let state = null;
for await (const text of createInterface({ input: process.stdin })) {
  const { start, orders } = JSON.parse(text);
  if (start) state = createState(start.layout, VIEWS[start.layout.view], start.data, start.shown);
  for (const order of orders) state.obey(order);
  state.goOn(() => false);
  console.log(JSON.stringify({ ...state.shown, state: state.state, link: state.link("me") }));
}
"""


@cache
def node() -> subprocess.Popen[str]:
    """Start one process for all tests of this process."""
    folder = tempfile.TemporaryDirectory()
    files = dict.fromkeys(path for kind in KINDS for path in kind.files())
    parts = [path.read_text("utf-8") for path in files if path.name not in ("gone.js", "view.js")]
    script = Path(folder.name, "views.mjs")
    script.write_text("\n".join([*parts, LOOP]), encoding="utf-8")
    process = subprocess.Popen(
        ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(folder.cleanup)
    atexit.register(process.kill)
    return process


def asked(view: LiveView | None, *orders: dict[str, Any]) -> dict[str, Any]:
    """Do in the browser's `view` what `orders` say, from what Python shows; None: in the last one.

    Returns what is shown then, the whole state, and the link that sets it.
    """
    process = node()
    assert process.stdin is not None
    assert process.stdout is not None
    start = view and {"layout": view.layout_of_view, "data": view.data, "shown": view.shown}
    process.stdin.write(json.dumps({"start": start, "orders": orders}) + "\n")
    process.stdin.flush()
    shown: dict[str, Any] = json.loads(process.stdout.readline())
    return shown
