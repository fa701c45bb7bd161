// The view of the cell explorer: draws what the model shows and sends what a person moves.
// It computes no recurrent cell; every number on the screen came from the kernel.

const SVG = "http://www.w3.org/2000/svg";
const BOX_WIDTH = 92;
const PATIENCE = 3000; // milliseconds without an answer until we say so

// ---------------------------------------------------------------- small tools

function element(namespace, tag, attributes, children) {
  const node = namespace ? document.createElementNS(namespace, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}
const html = (tag, attributes = {}, ...children) => element(null, tag, attributes, children);
const svg = (tag, attributes = {}, ...children) => element(SVG, tag, attributes, children);

/** Change a text only where it differs: what did not move is not laid out again. */
function setText(node, text) {
  if (node.firstChild?.data !== text) node.textContent = text;
}

/** C_{t-1} as pieces: [["C", false], ["t-1", true]], the second of each saying "subscript". */
function pieces(symbol) {
  return symbol
    .split(/(_\{[^}]*\}|_[\p{L}\p{N}]+)/u)
    .filter(Boolean)
    .map((part) => (part[0] === "_" ? [part.replace(/[_{}]/g, ""), true] : [part, false]));
}
const minus = (text) => text.replaceAll("-", "−");
const spoken = (symbol) => pieces(symbol).map(([text]) => text).join(" ");

function symbolHtml(symbol) {
  return pieces(symbol).map(([text, sub]) => (sub ? html("sub", {}, minus(text)) : text));
}

function symbolSvg(symbol) {
  let lowered = false;
  return pieces(symbol).map(([text, sub]) => {
    const attributes = { dy: sub === lowered ? 0 : sub ? 4 : -4 };
    lowered = sub;
    if (sub) attributes["font-size"] = "75%";
    return svg("tspan", attributes, minus(text));
  });
}

function decimals(value) {
  const size = Math.abs(value);
  const text = value.toFixed(size < 10 ? 4 : size < 100 ? 3 : 1);
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}
const short = (value) => minus(String(Number(value.toPrecision(3))));
const plain = (value) => String(Number(value.toPrecision(8)));
const factor = (value) => (value < 0 ? `(${minus(plain4(value))})` : plain4(value));
const plain4 = (value) => String(Number(value.toFixed(4)));

// ---------------------------------------------------------------- the way to the kernel

/** At most one message is under way; what moves meanwhile waits, only the latest of each number. */
function createChannel(model, onSilence) {
  let sequence = Math.floor(Math.random() * 2 ** 40);
  let underWay = null;
  let timer = 0;
  let waiting = new Map();

  function send() {
    if (underWay || waiting.size === 0) return;
    underWay = { sequence: ++sequence, changes: waiting };
    waiting = new Map();
    timer = setTimeout(silence, PATIENCE);
    try {
      model.send({ sequence, changes: [...underWay.changes.values()] });
    } catch {
      silence();
    }
  }
  function silence() {
    clearTimeout(timer);
    waiting = new Map([...underWay.changes, ...waiting]);
    underWay = null;
    onSilence();
  }
  return {
    /** Set the number at `key`, `index`; kept and sent again with the next one if nobody answers. */
    set(key, index, value) {
      waiting.set(`${key}/${index}`, [key, index, value]);
      send();
    },
    answered(shown) {
      if (shown.sequence !== underWay?.sequence) return;
      clearTimeout(timer);
      underWay = null;
      send();
    },
    isOpen: (key, index) =>
      waiting.has(`${key}/${index}`) || Boolean(underWay?.changes.has(`${key}/${index}`)),
    forget() {
      waiting = new Map();
    },
    dispose: () => clearTimeout(timer),
  };
}

// ---------------------------------------------------------------- the diagram

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
        path.style.strokeWidth = (1.2 + 8.8 * open).toFixed(2);
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
    if (group.getAttribute("aria-label") !== label) group.setAttribute("aria-label", label);
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
    node.setAttribute("x", (zero + (Math.min(from, to) * half) / scale).toFixed(1));
    node.setAttribute("width", ((Math.abs(to - from) * half) / scale).toFixed(1));
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

// ---------------------------------------------------------------- the equation of one node

function filledIn(node, numbers, unit, sizeOfState) {
  const { filled, terms, plus } = node.equation;
  const result = ` = ${decimals(numbers[node.name][unit])}`;
  if (filled) {
    return filled.replace(/\{(\w+)\}/g, (_, name) => factor(numbers[name][unit])) + result;
  }
  if (!terms.length) return decimals(numbers[node.name][unit]);
  const products = terms.flatMap(({ W, offset, vectors }) => {
    const row = numbers[W][unit].slice(offset === "H" ? sizeOfState : 0);
    return numbers[vectors[0]].map((_, j) =>
      [row[j], ...vectors.map((name) => numbers[name][j])].map(factor).join("·"),
    );
  });
  return [...products, ...plus.map((name) => factor(numbers[name][unit]))].join(" + ") + result;
}

function createEquation(layout, units) {
  const title = html("div", { class: "title" });
  const formula = html("div", { class: "formula" });
  const lines = units.map(() => html("div", { class: "filled" }));
  const root = html("div", { class: "equation" }, title, formula, ...lines);
  let written = null;
  return {
    root,
    update(shown, name) {
      const node = layout.diagram.nodes.find((candidate) => candidate.name === name);
      if (written !== name) {
        formula.replaceChildren(...symbolHtml(node.equation.formula));
        title.textContent = node.title;
        root.dataset.node = name;
        root.className = `equation role-${node.role}`;
        written = name;
      }
      lines.forEach((line, k) => {
        if (node.kind === "vector") {
          setText(line, k ? "" : shown.numbers[name].map(plain4).map(minus).join(", "));
        } else {
          const which = shown.units > 1 ? `unit ${units[k] + 1}: ` : "";
          setText(line, which + filledIn(node, shown.numbers, units[k], shown.units));
        }
      });
    },
  };
}

// ---------------------------------------------------------------- sliders and number boxes

function createControls(layout, unit, channel, { onFocus, onReset }) {
  const { tabs } = layout;
  const panel = html("div", { class: "fields", role: "tabpanel" });
  const buttons = tabs.map((tab, k) =>
    html(
      "button",
      {
        type: "button",
        role: "tab",
        class: `role-${tab.role}`,
        onclick: () => open(k),
        onkeydown: (event) => {
          const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!turn) return;
          open((k + turn + tabs.length) % tabs.length);
          buttons[(k + turn + tabs.length) % tabs.length].focus();
        },
      },
      tab.title,
    ),
  );
  const root = html(
    "div",
    { class: "controls" },
    html("div", { role: "tablist", "aria-label": "Which numbers to set" }, ...buttons),
    panel,
  );
  let rows = [];
  let latest = null;
  let current = 0;

  function open(k) {
    current = k;
    buttons.forEach((button, j) => {
      button.setAttribute("aria-selected", String(j === k));
      button.setAttribute("tabindex", j === k ? "0" : "-1");
    });
    rows = [];
    const grids = gridsOf(tabs[k], unit).map((grid) => drawGrid(grid, channel, onFocus));
    rows = grids.flatMap(({ fields }) => fields);
    const keys = [...new Set(rows.map(({ field }) => field.key))];
    const reset = html(
      "button",
      { type: "button", onclick: () => onReset(keys) },
      `Reset ${tabs[k].title}`,
    );
    panel.setAttribute("aria-label", tabs[k].title);
    panel.replaceChildren(html("div", { class: "grid" }, ...grids.map(({ table }) => table)), reset);
    if (latest) update(latest);
  }
  function update(shown) {
    latest = shown;
    for (const { field, box, slider, show } of rows) {
      if (channel.isOpen(field.key, field.at)) continue;
      const value = field.at.reduce((array, j) => array[j], shown.numbers[field.key]);
      show(value, document.activeElement === box && box.dataset.typing);
      slider.setAttribute("aria-valuetext", plain(value));
    }
  }
  return { root, open, update, current: () => current };
}

/** A tab as one matrix, or, for one unit of many, its row in parts: what reads h, x, and b. */
function gridsOf(tab, unit) {
  if (unit === null || !tab.by_unit) return [tab];
  const { label, fields } = tab.rows[unit];
  const letter = (j) => tab.columns[j].split("_")[0];
  const all = fields.map((_, j) => j);
  return [...new Set(all.map(letter))].map((part) => {
    const places = all.filter((j) => letter(j) === part);
    return {
      columns: places.map((j) => tab.columns[j]),
      rows: [{ label, fields: places.map((j) => fields[j]) }],
    };
  });
}

function drawGrid(tab, channel, onFocus) {
  const fields = [];
  const columns = tab.columns.map((name) => html("th", { scope: "col" }, ...symbolHtml(name)));
  const body = tab.rows.map((row) => {
    const cells = row.fields.map((field) => {
      const drawn = drawField(field, channel, onFocus);
      fields.push(drawn);
      return html("td", {}, drawn.box, drawn.slider);
    });
    return html("tr", {}, html("th", { scope: "row" }, ...symbolHtml(row.label)), ...cells);
  });
  const head = html("thead", {}, html("tr", {}, html("td"), ...columns));
  const table = html("table", {}, head, html("tbody", {}, ...body));
  return { table, fields };
}

function drawField(field, channel, onFocus) {
  const name = spoken(field.label);
  const box = html("input", { type: "text", inputmode: "decimal", "aria-label": `${name}, number` });
  const slider = html("input", {
    type: "range",
    min: -field.limit,
    max: field.limit,
    step: field.step,
    "aria-label": name,
    "data-field": `${field.key}/${field.at}`,
  });
  const show = (value, keepBox) => {
    if (Number(slider.value) !== value) slider.value = value;
    const text = plain(value);
    if (!keepBox && box.value !== text) box.value = text;
  };
  slider.addEventListener("input", () => {
    box.value = plain(Number(slider.value));
    channel.set(field.key, field.at, Number(slider.value));
  });
  box.addEventListener("input", () => (box.dataset.typing = "yes"));
  box.addEventListener("change", () => {
    delete box.dataset.typing;
    channel.set(field.key, field.at, box.value);
  });
  for (const input of [box, slider]) input.addEventListener("focus", () => onFocus(field.key));
  return { field, box, slider, show };
}

// ---------------------------------------------------------------- the table twin

function createTable(layout, count) {
  const units = Array.from({ length: count }, (_, k) => k);
  const heads = units.map((k) => html("th", { scope: "col" }, `unit ${k + 1}`));
  const rows = layout.diagram.nodes
    .filter((node) => node.kind !== "vector")
    .map((node) => {
      const cells = units.map(() => html("td"));
      const head = html("th", { scope: "row", title: node.title }, ...symbolHtml(node.symbol));
      return { node, cells, row: html("tr", {}, head, ...cells) };
    });
  const caption = html("caption", {}, "Every number of this step, in order of working");
  const table = html(
    "table",
    {},
    caption,
    html("thead", {}, html("tr", {}, html("td"), ...heads)),
    html("tbody", {}, ...rows.map(({ row }) => row)),
  );
  const root = html(
    "details",
    { class: "numbers" },
    html("summary", {}, "All numbers as a table"),
    table,
  );
  let latest = null;
  const update = (shown) => {
    latest = shown;
    if (!root.open) return;
    for (const { node, cells } of rows) {
      cells.forEach((cell, k) => setText(cell, decimals(shown.numbers[node.name][k])));
    }
  };
  root.addEventListener("toggle", () => latest && update(latest));
  return { root, update };
}

// ---------------------------------------------------------------- all of it

function options(entries, chosen) {
  return entries.map(([value, text]) =>
    html("option", { value, selected: value === chosen ? "" : false }, text),
  );
}

/** JupyterLab takes plain keys for commands on cells, arrow keys too: here they move sliders. */
function keepFromNotebook(event) {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Escape") {
    event.stopPropagation();
  }
}

function render({ model, el }) {
  const root = html("div", { class: "cell-explorer", onkeydown: keepFromNotebook });
  el.append(root);
  const status = html("p", { class: "message", role: "status" });
  let said = null;
  const say = (text, problem = false) => {
    if (said !== text) status.replaceChildren(...symbolHtml(text));
    said = text;
    status.classList.toggle("problem", problem);
  };
  const channel = createChannel(model, () =>
    say(
      "The kernel does not answer. What you set is kept here and goes out with your next move; " +
        "after a restart of the kernel run the cell again.",
      true,
    ),
  );
  const code = html("pre", { class: "code", tabindex: "0", hidden: "" });
  let parts = [];
  let pinned = "c";
  let hovered = null;
  let lit = null;
  let openTab = 0;

  const select = (name, pin) => {
    if (pin) pinned = name;
    hovered = pin ? null : name;
    paintSelection();
  };
  const readerOf = (key) =>
    model
      .get("layout_of_cell")
      .diagram.nodes.find(
        ({ name, equation }) =>
          equation.plus.includes(key) || equation.terms.some(({ W }) => W === key) || name === key,
      );
  const paintSelection = () => {
    const name = hovered ?? pinned;
    parts.equation.update(model.get("shown"), name);
    if (lit !== name) parts.diagram.light(name);
    lit = name;
  };

  function build() {
    const layout = model.get("layout_of_cell");
    const shown = model.get("shown");
    const count = shown.units;
    const units = count <= 2 ? [...Array(count).keys()] : [model.get("unit")];
    if (parts.controls) openTab = parts.controls.current();
    if (!layout.diagram.nodes.some(({ name }) => name === pinned)) pinned = "h";
    lit = null;
    const diagram = createDiagram(layout, units, select);
    const equation = createEquation(layout, units);
    const controls = createControls(layout, count > 2 ? units[0] : null, channel, {
      onFocus: (key) => select(readerOf(key)?.name ?? pinned, true),
      onReset: (keys) => ask({ reset: keys }),
    });
    const table = createTable(layout, count);
    parts = { diagram, equation, controls, table };
    root.replaceChildren(
      toolbar(layout, shown, count),
      status,
      html("div", { class: "body" }, diagram.root, equation.root, controls.root),
      table.root,
      code,
    );
    controls.open(Math.min(openTab, layout.tabs.length - 1));
    update();
  }

  /** Ask for something that replaces what waits to be sent. */
  function ask(content) {
    channel.forget();
    model.send(content);
  }

  function toolbar(layout, shown, count) {
    const presets = layout.presets.map(({ name, title }) => [name, title]);
    const own = shown.preset === null ? [["", "Own numbers"]] : [];
    const choose = html(
      "select",
      { onchange: (event) => event.target.value && ask({ preset: event.target.value }) },
      ...options([...own, ...presets], shown.preset ?? ""),
    );
    const unitChoice = html(
      "select",
      {
        onchange: (event) => {
          model.set("unit", Number(event.target.value));
          model.save_changes();
        },
      },
      ...options(
        [...Array(count).keys()].map((k) => [String(k), String(k + 1)]),
        String(model.get("unit")),
      ),
    );
    return html(
      "div",
      { class: "toolbar" },
      html("label", {}, "Preset ", choose),
      ...(count > 2 ? [html("label", {}, "Unit ", unitChoice)] : []),
      html("button", { type: "button", onclick: () => ask({ reset: "all" }) }, "Reset all"),
      html("button", { type: "button", onclick: () => model.send({ python: true }) }, "Copy as Python"),
      html("span", { class: "legend" }, "▲▼ saturated: the slope is below 0.01"),
    );
  }

  function update() {
    const shown = model.get("shown");
    code.hidden = true; // it would no longer say what is shown
    channel.answered(shown);
    parts.diagram.update(shown);
    paintSelection();
    parts.controls.update(shown);
    parts.table.update(shown);
    say(shown.message, shown.problem);
  }

  async function onCustom(content) {
    if (!content.python) return;
    code.textContent = content.python;
    code.hidden = false;
    try {
      await navigator.clipboard.writeText(content.python);
      say("Copied. The same text stands below.");
    } catch {
      code.focus();
      say("This browser does not let a page copy; the text stands below.");
    }
  }

  let shownLayout = null;
  function onShown() {
    if (shownLayout !== model.get("layout_of_cell")) {
      shownLayout = model.get("layout_of_cell");
      build();
    } else {
      update();
    }
  }
  model.on("change:shown", onShown);
  model.on("change:unit", build);
  model.on("msg:custom", onCustom);
  onShown();
  return () => {
    channel.dispose();
    model.off("change:shown", onShown);
    model.off("change:unit", build);
    model.off("msg:custom", onCustom);
  };
}

export default { render };
