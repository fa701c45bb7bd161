"""The explorer's view without a page: what a person's move becomes, computed by Node.

Each move goes the whole way: the view's own code changes the state and computes the numbers, Python
takes the state over, and both are compared.
"""

from functools import cache
from typing import Any

import numpy as np

from course_utils.widgets import CellExplorer
from course_utils.widgets.setting import reading
from tests.widgets.node import Node

LOOP = """
import { createInterface } from "node:readline";
import { createCell } from "./explorer/cell.js";
import { run } from "./shared/program.js";

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
def node() -> Node:
    """Start one process for all tests of this process."""
    return Node(LOOP)


def asked(**question: Any) -> dict[str, Any]:
    """Ask Node; return what it says."""
    return node().ask(question)


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
