"""The explorer's view without a page: what a person's move becomes, computed by Node.

Each move goes the whole way: the view's own code changes the state and computes the numbers, Python
takes the state over, and both are compared.
"""

import atexit
import json
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.widgets import CellExplorer
from course_utils.widgets.setting import reading

STATIC = Path(__file__).parents[2] / "course_utils" / "widgets" / "static" / "explorer"
LOOP = """
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { catalogue, state, orders, only } = JSON.parse(line);
  if (only) {
    console.log(JSON.stringify(run(only.program, only.given)));
    continue;
  }
  const cell = createCell(catalogue, state);
  const met = [];
  let done = {};
  for (const order of orders) {
    done = cell.obey(order.pull ? { changes: [cell.pulled(...order.pull)] } : order);
    met.push(cell.isMet());
  }
  const { state: now, layout } = cell;
  const view = { ...done, ...cell.shown(), state: now, layout, python: cell.python() };
  Object.assign(view, { met, link: cell.link("me") });
  console.log(JSON.stringify(view));
}
"""


@cache
def node() -> subprocess.Popen[str]:
    """Start one process for all tests of this process."""
    folder = tempfile.TemporaryDirectory()
    parts = [(STATIC / f"{name}.js").read_text("utf-8") for name in ("tools", "program", "cell")]
    script = Path(folder.name, "cell.mjs")
    script.write_text("\n".join([*parts, LOOP]), encoding="utf-8")
    process = subprocess.Popen(
        ["node", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(folder.cleanup)
    atexit.register(process.kill)
    return process


def asked(**question: Any) -> dict[str, Any]:
    """Ask Node; return what it says."""
    process = node()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def seen(explorer: CellExplorer, **order: Any) -> dict[str, Any]:
    """Do in the view what `order` says, or nothing; return what it shows then."""
    orders = [order] if order else []
    view = asked(catalogue=explorer.catalogue, state=explorer.shown, orders=orders)
    if order:
        explorer._handle_custom_msg({"sequence": 7, "state": view["state"]}, [])
        assert explorer.shown["sequence"] == 7
        assert not explorer.shown["problem"], explorer.shown["message"]
    expected = reading(explorer._setting, explorer._traces)
    for name, numbers in expected.numbers.items():
        if name != "hx":
            np.testing.assert_allclose(view["numbers"][name], numbers, rtol=1e-12, atol=1e-15)
    assert view["saturated"] == expected.saturated
    for measure in ("scale", "below", "full", "units"):
        assert view[measure] == getattr(expected, measure)
    assert view["python"] == explorer.as_python().replace("e-0", "e-")  # 1e-07 is written 1e-7
    return view
