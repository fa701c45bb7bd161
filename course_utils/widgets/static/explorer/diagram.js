// The diagram: boxes, operators, wires as wide as their gates, and the bars.

const BOX_WIDTH = 92;
const boxHeight = (unitsShown) => 24 + 18 * unitsShown;

/** A line of right angles moved sideways, so that its corners stay corners. */
function shifted(points, offset) {
  const moved = points.map((point) => [...point]);
  for (let k = 0; k + 1 < points.length; k += 1) {
    const axis = points[k][1] === points[k + 1][1] ? 1 : 0;
    moved[k][axis] = points[k][axis] + offset;
    moved[k + 1][axis] = points[k + 1][axis] + offset;
  }
  return moved;
}

function createDiagram(layout, units, onSelect) {
  const { diagram, title } = layout;
  const updates = [];
  const root = svg("svg", {
    viewBox: `0 0 ${diagram.width} ${diagram.height}`,
    class: "cell-diagram",
    role: "group",
    "aria-label": `Diagram of the ${title}. The arrow keys go from number to number.`,
  });
  root.append(...diagram.wires.flatMap((wire) => drawWire(wire, units, updates)));
  root.append(...diagram.operators.map(drawOperator));
  const nodes = diagram.nodes.map((node) => drawNode(node, units, updates));
  root.append(...nodes, drawBars(diagram, units, updates));

  diagram.nodes.forEach((node, k) => {
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
    update: (shown) => updates.forEach((update) => update(shown)),
    light(name) {
      diagram.nodes.forEach((node, k) => {
        nodes[k].classList.toggle("lit", node.name === name);
        nodes[k].setAttribute("tabindex", node.name === name ? "0" : "-1");
        nodes[k].setAttribute("aria-pressed", String(node.name === name));
      });
    },
  };
}

function drawWire(wire, units, updates) {
  const lanes = wire.width ? units : [units[0]];
  const drawn = lanes.map((unit, k) => {
    const offset = 11 * (k - (lanes.length - 1) / 2);
    const path = svg("path", {
      class: `wire role-${wire.role}`,
      d: `M${shifted(wire.points, offset).join("L")}`,
    });
    if (wire.width) {
      updates.push(({ numbers }) => {
        const gate = numbers[wire.width][unit];
        const open = wire.complement ? 1 - gate : gate;
        setAttribute(path, "style", `stroke-width: ${(1.2 + 8.8 * open).toFixed(2)}`);
      });
    }
    return path;
  });
  if (wire.leaves) {
    const [x, y] = wire.points.at(-1);
    drawn.push(
      svg("path", { class: `head role-${wire.role}`, d: `M${x},${y - 9}l14,9l-14,9z` }),
    );
  }
  return drawn;
}

function drawOperator({ sign, x, y, role }) {
  const shape =
    sign === "tanh"
      ? svg("rect", { x: x - 21, y: y - 12, width: 42, height: 24, rx: 6 })
      : svg("circle", { cx: x, cy: y, r: 13 });
  const text = svg("text", { x, y: y + 5, "text-anchor": "middle" }, sign);
  return svg("g", { class: `operator role-${role}`, "aria-hidden": "true" }, shape, text);
}

function drawNode(node, units, updates) {
  const height = boxHeight(units.length);
  const [left, top] = [node.x - BOX_WIDTH / 2, node.y - height / 2];
  const right = left + BOX_WIDTH;
  const group = svg(
    "g",
    { class: `node role-${node.role}`, role: "button", tabindex: "-1", "data-node": node.name },
    svg("rect", { x: left, y: top, width: BOX_WIDTH, height, rx: 6 }),
    svg("text", { class: "symbol", x: left + 8, y: top + 17 }, ...symbolSvg(node.symbol)),
  );
  const rows = units.map((unit, k) => {
    const y = top + 36 + 18 * k;
    const value = svg("text", { class: "value", x: right - 17, y, "text-anchor": "end" }, "");
    const mark = svg("text", { class: "mark", x: right - 9, y: y - 1, "text-anchor": "middle" }, "");
    group.append(value, mark);
    return { unit, value, mark };
  });
  updates.push(({ numbers, saturated }) => {
    const vector = numbers[node.name];
    const texts = node.kind === "vector" ? wrapped(vector, units.length) : null;
    const flat = saturated[node.name];
    rows.forEach(({ unit, value, mark }, k) => {
      setText(value, texts ? (texts[k] ?? "") : decimals(vector[unit]));
      setText(mark, flat?.[unit] ? (vector[unit] > 0.5 ? "▲" : "▼") : "");
    });
    const heard = units.map((unit) => decimals(vector[unit] ?? 0) + (flat?.[unit] ? " saturated" : ""));
    const values = texts ? texts.join(" ") : heard.join(", ");
    const label = `${spoken(node.symbol)}, ${node.title}: ${values}`;
    setAttribute(group, "aria-label", label);
  });
  return group;
}

/** The entries of x, short, on as many lines as a box has. */
function wrapped(vector, lines) {
  const perLine = Math.ceil(vector.length / lines);
  const texts = vector.slice(0, 4 * lines).map(short);
  return Array.from({ length: lines }, (_, k) =>
    texts.slice(k * perLine, (k + 1) * perLine).join(" "),
  );
}

function drawBars(diagram, units, updates) {
  const { bars } = diagram;
  const [left, top, width, height] = diagram.bars_box;
  const half = (width - 74) / 2;
  const zero = left + 74 + half;
  const step = Math.min(22, (height - 46) / (units.length * (bars.length + 0.5)));
  const group = svg("g", { class: "bars", "aria-hidden": "true" });
  group.append(
    svg("text", { class: "heading", x: left, y: top + 12 }, ...symbolSvg(diagram.bars_title)),
    svg("text", { class: "note", x: left, y: top + 28 }, diagram.bars_note),
  );

  const rectangle = (kind, y, share) =>
    svg("rect", { class: kind, x: zero, y: y - share * step, width: 0, height: 2 * share * step });
  const stretch = (node, from, to, scale) => {
    setAttribute(node, "x", (zero + (Math.min(from, to) * half) / scale).toFixed(1));
    setAttribute(node, "width", ((Math.abs(to - from) * half) / scale).toFixed(1));
  };
  let y = top + 46;
  for (const unit of units) {
    const bottom = y + step * (bars.length - 0.5);
    group.append(svg("line", { x1: zero, x2: zero, y1: y - 8, y2: bottom }));
    const ends = {};
    for (const bar of bars) {
      const body = rectangle(`bar role-${bar.role}`, y, 0.36);
      const ghosts = bar.ghost ? ["halo", "ghost"].map((kind) => rectangle(kind, y, 0.45)) : [];
      const label = svg("text", { x: left + 70, y: y + 4, "text-anchor": "end" });
      label.append(...symbolSvg(bar.symbol));
      group.append(body, ...ghosts, label);
      updates.push(({ numbers, scale }) => {
        const start = bar.start ? ends[bar.start] : 0;
        ends[bar.name] = start + numbers[bar.name][unit];
        stretch(body, start, ends[bar.name], scale);
        for (const ghost of ghosts) stretch(ghost, 0, numbers[bar.ghost][unit], scale);
      });
      y += step;
    }
    y += step / 2;
  }
  return group;
}
