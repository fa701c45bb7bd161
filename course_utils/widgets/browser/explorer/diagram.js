// The diagram: boxes, operators, wires as broad as what flows in them, and the bars.

import { last } from "../shared/program.js";
import { html, setAttribute, setText, svg, symbolSvg } from "../shared/elements.js";
import { decimals, short, spoken } from "../shared/text.js";

const BOX_WIDTH = 92;
const FLIGHT = 420; // milliseconds in which a dot runs along its wire; all of them take twice that
/** @param {number} unitsShown */
const boxHeight = (unitsShown) => 24 + 18 * unitsShown;
/**
 * How far apart the bars are: they share the height below their heading, unit by unit.
 * @param {Diagram} diagram
 * @param {number} unitsShown
 */
const barStep = ({ bars, bars_box: [, , , height] }, unitsShown) =>
  Math.min(22, (height - 46) / (unitsShown * (bars.length + 0.5)));

/**
 * One unit takes less room than two.
 * @param {Diagram} diagram
 * @param {number} unitsShown
 */
function heightOf(diagram, unitsShown) {
  const bars = unitsShown * (diagram.bars.length + 0.5) * barStep(diagram, unitsShown);
  const boxes = diagram.nodes.map(({ y }) => y + boxHeight(unitsShown) / 2);
  return Math.min(diagram.height, Math.max(...boxes, diagram.bars_box[1] + 40 + bars) + 6);
}

/**
 * A line of right angles moved sideways, so that its corners stay corners.
 * @param {Point[]} points
 * @param {number} offset
 */
function shifted(points, offset) {
  const moved = points.map(/** @returns {Point} */ ([x, y]) => [x, y]);
  for (let k = 0; k + 1 < points.length; k += 1) {
    const axis = points[k][1] === points[k + 1][1] ? 1 : 0;
    moved[k][axis] = points[k][axis] + offset;
    moved[k + 1][axis] = points[k + 1][axis] + offset;
  }
  return moved;
}

/**
 * @param {CellLayout} layout
 * @param {number[]} units
 * @param {{ onSelect(name: string | null, pin: boolean): void, onDrag: OnDrag }} handlers
 */
export function createDiagram(layout, units, { onSelect, onDrag }) {
  const { diagram, title } = layout;
  /** @type {Update[]} */
  const updates = [];
  /** @type {Way[]} */
  const ways = [];
  /** @type {string | null} */
  let movable = null;
  /** @type {Record<string, NodeKind>} */
  const kinds = Object.fromEntries(diagram.nodes.map(({ name, kind }) => [name, kind]));
  const root = svg("svg", {
    viewBox: `0 0 ${diagram.width} ${heightOf(diagram, units.length)}`,
    class: "cell-diagram",
    role: "group",
    "aria-label": `Diagram of the ${title}. The arrow keys go from number to number.`,
  });
  root.append(...diagram.wires.flatMap((wire) => drawWire(wire, kinds, units, updates, ways)));
  root.append(...diagram.operators.map(drawOperator));
  const nodes = diagram.nodes.map((node) => drawNode(node, units, updates));
  root.append(...nodes, drawBars(diagram, units, updates));

  diagram.nodes.forEach((node, k) => {
    hearDrags(nodes[k], node, units, root, onDrag);
    nodes[k].addEventListener("pointerenter", () => onSelect(node.name, false));
    nodes[k].addEventListener("pointerleave", () => onSelect(null, false));
    nodes[k].addEventListener("click", () => nodes[k].focus());
    nodes[k].addEventListener("focus", () => onSelect(node.name, true));
    nodes[k].addEventListener("keydown", (event) => {
      const last = nodes.length - 1;
      const to = { ArrowRight: k + 1, ArrowDown: k + 1, ArrowLeft: k - 1, ArrowUp: k - 1 };
      const next = { ...to, Home: 0, End: last }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      nodes[Math.min(Math.max(next, 0), last)].focus();
    });
  });
  return {
    root,
    /** @param {CellShown} shown */
    update(shown) {
      updates.forEach((update) => update(shown));
      if (movable === String(shown.movable)) return;
      movable = String(shown.movable);
      for (const [k, node] of nodes.entries()) {
        node.classList.toggle("movable", shown.movable.includes(diagram.nodes[k].name));
      }
    },
    flow: () => flow(root, ways.filter(({ amount }) => amount > 0.01), diagram.width),
    /** @param {string} name */
    light(name) {
      diagram.nodes.forEach((node, k) => {
        nodes[k].classList.toggle("lit", node.name === name);
        nodes[k].setAttribute("tabindex", node.name === name ? "0" : "-1");
        nodes[k].setAttribute("aria-pressed", String(node.name === name));
      });
    },
  };
}

/** @param {Point[]} points */
const line = (points) => `M${points.join("L")}`;

const SLOW = 25; // milliseconds a frame: on a machine that takes longer, dots run only once
let tooSlow = false;

/**
 * A dot runs along each of these ways, in the order of working. Dots are elements of the page above
 * the drawing, moved by transforms: the browser does that without painting the drawing again.
 * @param {SVGSVGElement} drawing
 * @param {Way[]} ways
 * @param {number} width
 */
function flow(drawing, ways, width) {
  if (tooSlow || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const scale = drawing.getBoundingClientRect().width / width;
  const dots = ways.map(({ points }, k) => {
    const far = [0]; // how far along the way each point is
    points.slice(1).forEach(([x, y], j) => far.push(far[j] + Math.abs(x - points[j][0]) + Math.abs(y - points[j][1])));
    const frames = points.map(([x, y], j) => ({
      offset: far[j] / last(far),
      transform: `translate(${x * scale}px, ${y * scale}px)`,
      opacity: 1,
    }));
    const dot = html("i", { class: "dot", "aria-hidden": "true" });
    drawing.parentElement?.append(dot);
    dot.animate(frames, { duration: FLIGHT, delay: (k / ways.length) * FLIGHT });
    return dot;
  });
  let frames = 0;
  const started = performance.now();
  requestAnimationFrame(function next(now) {
    frames += 1;
    if (now - started < 2 * FLIGHT) {
      requestAnimationFrame(next);
      return;
    }
    dots.forEach((dot) => dot.remove());
    tooSlow = (now - started) / frames > SLOW;
  });
}

/**
 * A gate has the colour of its role. Around the line of any other number lies a band of the colour
 * of its sign. Each is as broad as the number is large.
 * @param {Wire} wire
 * @param {Record<string, NodeKind>} kinds
 * @param {number[]} units
 * @param {Update[]} updates
 * @param {Way[]} ways
 * @returns {SVGPathElement[]}
 */
function drawWire(wire, kinds, units, updates, ways) {
  const { carries = "" } = wire;
  const kind = kinds[carries];
  const alone = !carries || (wire.bus && units.length > 1);
  const drawn = (alone ? [units[0]] : units).flatMap((unit, k, lanes) => {
    const points = shifted(wire.points, 11 * (k - (lanes.length - 1) / 2));
    const d = line(points);
    const core = svg("path", { class: `wire role-${wire.role}`, d });
    const way = { points, amount: 0 }; // dots run where a number is known to flow
    ways.push(way);
    if (alone) return [core];
    if (kind === "sigmoid") {
      updates.push(({ numbers }) => {
        const gate = numbers[carries][unit];
        way.amount = wire.complement ? 1 - gate : gate;
        setAttribute(core, "style", `stroke-width:${(1.2 + 8.8 * way.amount).toFixed(1)}`);
      });
      return [core];
    }
    const band = svg("path", { class: "band", d });
    updates.push(({ numbers, full }) => {
      const value = numbers[carries][unit];
      way.amount = Math.min(Math.abs(value) / full[kind], 1);
      setAttribute(band, "style", `stroke-width:${(10 * way.amount).toFixed(1)}`);
      setAttribute(band, "data-sign", value < 0 ? "below" : "above");
    });
    return [band, core];
  });
  if (wire.leaves) {
    const [x, y] = last(wire.points);
    drawn.push(
      svg("path", { class: `head role-${wire.role}`, d: `M${x},${y - 9}l14,9l-14,9z` }),
    );
  }
  return drawn;
}

/**
 * Whoever pulls a box sideways says how far, in boxes; a shorter pull is a click.
 * @param {SVGGElement} box
 * @param {DiagramNode} node
 * @param {number[]} units
 * @param {SVGSVGElement} drawing
 * @param {OnDrag} onDrag
 */
function hearDrags(box, node, units, drawing, onDrag) {
  /** @type {{ x: number, y: number, row: number, moved: boolean } | null} */
  let from = null;
  /** @param {PointerEvent} event */
  const row = (event) => {
    const marked = /** @type {Element} */ (event.target).closest("[data-row]");
    return Number(marked?.getAttribute("data-row") ?? 0);
  };
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !box.classList.contains("movable")) return;
    from = { x: event.clientX, y: event.clientY, row: row(event), moved: false };
    box.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    if (!from) return;
    const boxes =
      ((event.clientX - from.x) / drawing.getBoundingClientRect().width) *
      (drawing.viewBox.baseVal.width / BOX_WIDTH);
    if (!from.moved && Math.abs(boxes) < 0.04) return;
    onDrag(node, node.kind === "vector" ? from.row : units[from.row], boxes, !from.moved);
    from.moved = true;
  });
  /**
   * A finger that goes sideways pulls the box; one that goes up or down scrolls the page.
   * @param {TouchEvent} event
   */
  function keepFinger(event) {
    const [finger] = event.touches;
    if (!from || event.touches.length > 1) return;
    const sideways = Math.abs(finger.clientX - from.x) > Math.abs(finger.clientY - from.y);
    if (from.moved || sideways) event.preventDefault();
  }
  box.addEventListener("touchmove", keepFinger, { passive: false });
  for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => (from = null));
}

/** @param {Operator} operator */
function drawOperator({ sign, x, y, role }) {
  const shape =
    sign === "tanh"
      ? svg("rect", { x: x - 21, y: y - 12, width: 42, height: 24, rx: 6 })
      : svg("circle", { cx: x, cy: y, r: 13 });
  const text = svg("text", { x, y: y + 5, "text-anchor": "middle" }, sign);
  return svg("g", { class: `operator role-${role}`, "aria-hidden": "true" }, shape, text);
}

const METER = BOX_WIDTH - 4;

/**
 * Behind each number lies its meter: from the left for a gate, else from the middle to its side.
 * @param {DiagramNode} node
 * @param {number[]} units
 * @param {Update[]} updates
 */
function drawNode(node, units, updates) {
  const height = boxHeight(units.length);
  const [left, top] = [node.x - BOX_WIDTH / 2, node.y - height / 2];
  const right = left + BOX_WIDTH;
  const group = svg(
    "g",
    { class: `node role-${node.role}`, role: "button", tabindex: "-1", "data-node": node.name },
    svg("rect", { class: "box", x: left, y: top, width: BOX_WIDTH, height, rx: 6 }),
    svg("text", { class: "symbol", x: left + 8, y: top + 17 }, ...symbolSvg(node.symbol)),
  );
  if (node.label) {
    const at = { class: "label", x: right - 7, y: top + 15, "text-anchor": "end" };
    group.append(svg("text", at, node.label));
  }
  const rows = units.map((unit, k) => {
    const y = top + 36 + 18 * k;
    const meter = svg("rect", { class: "meter", y: y - 14, height: 17, "data-row": k });
    const value = svg("text", { class: "value", x: right - 17, y, "text-anchor": "end", "data-row": k }, "");
    const mark = svg("text", { class: "mark", x: right - 9, y: y - 1, "text-anchor": "middle" }, "");
    const hold = { class: "hold", x: left, y: y - 15, width: BOX_WIDTH, height: 18, "data-row": k };
    group.append(meter, value, mark, svg("rect", hold));
    return { unit, meter, value, mark };
  });
  const name = `${spoken(node.symbol)}, ${node.title}`;
  /** @param {SVGRectElement} meter @param {number} value @param {number} whole */
  function measure(meter, value, whole) {
    const share = Math.min(Math.abs(value) / whole, 1);
    const width = node.kind === "sigmoid" ? share * METER : (share * METER) / 2;
    const start = node.kind === "sigmoid" ? left + 2 : node.x - (value < 0 ? width : 0);
    setAttribute(meter, "x", start.toFixed(1));
    setAttribute(meter, "width", width.toFixed(1));
    setAttribute(meter, "data-sign", value < 0 ? "below" : "above");
  }
  updates.push(({ numbers, saturated, full }) => {
    const vector = numbers[node.name];
    const texts = node.kind === "vector" ? wrapped(vector, units.length) : null;
    const flat = saturated[node.name];
    rows.forEach(({ unit, meter, value, mark }, k) => {
      setText(value, texts ? (texts[k] ?? "") : decimals(vector[unit]));
      setText(mark, flat?.[unit] ? (vector[unit] > 0.5 ? "▲" : "▼") : "");
      const alone = texts ? vector.length <= units.length : true;
      measure(meter, alone ? (vector[texts ? k : unit] ?? 0) : 0, full[node.kind]);
    });
    const heard = units.map((unit) => decimals(vector[unit] ?? 0) + (flat?.[unit] ? " saturated" : ""));
    const values = texts ? texts.join(" ") : heard.join(", ");
    setAttribute(group, "aria-label", `${name}: ${values}`);
  });
  return group;
}

/**
 * The entries of x, short, on as many lines as a box has.
 * @param {Vector} vector
 * @param {number} lines
 */
function wrapped(vector, lines) {
  const perLine = Math.ceil(vector.length / lines);
  const texts = vector.slice(0, 4 * lines).map(short);
  return Array.from({ length: lines }, (_, k) =>
    texts.slice(k * perLine, (k + 1) * perLine).join(" "),
  );
}

/** @param {Diagram} diagram @param {number[]} units @param {Update[]} updates */
function drawBars(diagram, units, updates) {
  const { bars } = diagram;
  const [left, top, width] = diagram.bars_box;
  const [first, room] = [left + 74, width - 76];
  const step = barStep(diagram, units.length);
  const group = svg("g", { class: "bars", "aria-hidden": "true" });
  group.append(
    svg("text", { class: "heading", x: left, y: top + 12 }, ...symbolSvg(diagram.bars_title)),
    svg("text", { class: "note", x: left, y: top + 28 }, diagram.bars_note),
  );

  /** @type {(kind: string, y: number, share: number) => SVGRectElement} */
  const rectangle = (kind, y, share) =>
    svg("rect", { class: kind, x: first, y: y - share * step, width: 0, height: 2 * share * step });
  /**
   * Where a number stands: 0 is at the left where nothing is negative, else in the middle.
   * @type {(value: number, shown: CellShown) => number}
   */
  const place = (value, { scale, below }) =>
    first + (below ? (value / scale + 1) / 2 : value / scale) * room;
  /** @type {(node: Element, from: number, to: number, shown: CellShown) => void} */
  const stretch = (node, from, to, shown) => {
    const [start, end] = [place(Math.min(from, to), shown), place(Math.max(from, to), shown)];
    setAttribute(node, "x", start.toFixed(1));
    setAttribute(node, "width", (end - start).toFixed(1));
  };
  let y = top + 46;
  for (const unit of units) {
    const bottom = y + step * (bars.length - 0.5);
    const axis = svg("line", { y1: y - 8, y2: bottom });
    group.append(axis);
    updates.push((shown) => {
      for (const end of ["x1", "x2"]) setAttribute(axis, end, place(0, shown).toFixed(1));
    });
    /** @type {Record<string, number>} */
    const ends = {};
    for (const bar of bars) {
      const body = rectangle(`bar role-${bar.role}`, y, 0.36);
      const { ghost: old = "" } = bar;
      const ghosts = old ? ["halo", "ghost"].map((kind) => rectangle(kind, y, 0.45)) : [];
      const label = svg("text", { x: left + 70, y: y + 4, "text-anchor": "end" });
      label.append(...symbolSvg(bar.symbol));
      group.append(body, ...ghosts, label);
      updates.push((shown) => {
        const { numbers } = shown;
        const start = bar.start ? ends[bar.start] : 0;
        ends[bar.name] = start + numbers[bar.name][unit];
        stretch(body, start, ends[bar.name], shown);
        for (const ghost of ghosts) stretch(ghost, 0, numbers[old][unit], shown);
      });
      y += step;
    }
    y += step / 2;
  }
  return group;
}
