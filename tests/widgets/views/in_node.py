"""The views without a page: what the browser would show for a person's moves, computed by Node."""

from functools import cache
from typing import Any

from course_utils.widgets import views
from course_utils.widgets.views.live_view import LiveView
from tests.widgets.node import Node

KINDS = [getattr(views, name) for name in views.__all__]
"""Every kind of view."""
LOOP = """
import { createInterface } from "node:readline";
import * as kinds from "./views/kinds.js";
import { createState } from "./views/state.js";

let state = null;
for await (const text of createInterface({ input: process.stdin })) {
  const { start, orders } = JSON.parse(text);
  if (start) state = createState(start.layout, kinds[start.layout.view], start.data, start.shown);
  for (const order of orders) state.obey(order);
  state.goOn(() => false);
  console.log(JSON.stringify({ ...state.shown, state: state.state, link: state.link("me") }));
}
"""


@cache
def node() -> Node:
    """Start one process for all tests of this process."""
    return Node(LOOP)


def asked(view: LiveView | None, *orders: dict[str, Any]) -> dict[str, Any]:
    """Do in the browser's `view` what `orders` say, from what Python shows; None: in the last one.

    Returns what is shown then, the whole state, and the link that sets it.
    """
    start = view and {"layout": view.layout_of_view, "data": view.data, "shown": view.shown}
    return node().ask({"start": start, "orders": orders})
