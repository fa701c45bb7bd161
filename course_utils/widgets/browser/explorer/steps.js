// The way through time: one column a step, inputs that can be typed over, states that are carried.

import { matrixOf } from "./cell.js";
import { last } from "../shared/program.js";
import { html, setText, symbolHtml } from "../shared/elements.js";
import { decimals, plain } from "../shared/text.js";

const PAUSE = 1000; // milliseconds between two steps of a play

/**
 * @param {CellLayout} layout
 * @param {CellShown} shown
 * @param {number[]} units
 * @param {{ onSet: OnSet, onStep(step: number): void, onSteps(count: number): void }} handlers
 */
export function createSteps(layout, shown, units, { onSet, onStep, onSteps }) {
  const count = shown.numbers.xs.length;
  const columns = Array.from({ length: count }, (_, t) => t);
  /** @type {Update[]} */
  const updates = [];
  let step = shown.step;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer = 0;

  /** @param {number} to */
  const go = (to) => onStep(Math.min(Math.max(to, 0), count - 1) + 1);
  /**
   * @type {(text: string, title: string, onclick: () => void, keep: string) => HTMLButtonElement}
   */
  const button = (text, title, onclick, keep) =>
    html("button", { type: "button", title, "aria-label": title, onclick, "data-keep": keep }, text);
  const first = button("|◀", "First step", () => go(0), "first");
  const back = button("◀", "One step back", () => go(step - 1), "back");
  const play = button("Play", "Play all steps", () => (timer ? stop() : start()), "play");
  const next = button("▶", "One step on", () => go(step + 1), "next");
  const where = html("span", { class: "where" });
  const more = button("Add a step", "Add a step, its input 0", () => onSteps(count + 1), "more");
  const fewer = button("Remove the last", "Remove the last step", () => onSteps(count - 1), "fewer");
  more.disabled = count >= layout.most_steps;

  function start() {
    play.textContent = "Pause";
    play.setAttribute("aria-label", "Pause");
    timer = setTimeout(tick, step === count - 1 ? 0 : PAUSE / 2);
  }
  function tick() {
    go(step === count - 1 ? 0 : step + 1);
    timer = setTimeout(() => (step === count - 1 ? stop() : tick()), PAUSE);
  }
  function stop() {
    clearTimeout(timer);
    timer = 0;
    play.textContent = "Play";
    play.setAttribute("aria-label", "Play all steps");
  }
  /** @param {CellShown} latest */
  function update(latest) {
    step = latest.step;
    setText(where, count > 1 ? `step ${step + 1} of ${count}` : "one step");
    first.disabled = back.disabled = step === 0;
    next.disabled = step === count - 1;
    updates.forEach((change) => change(latest));
  }
  const moves = count > 1 ? [first, back, play, next] : [];
  const root = html(
    "div",
    { class: "steps", role: "group", "aria-label": "Steps through time" },
    html("div", { class: "moves" }, ...moves, where, more, ...(count > 1 ? [fewer] : [])),
    ...(count > 1 ? [drawSequence(layout, shown, units, columns, onSet, go, updates)] : []),
  );
  return { root, update, stop };
}

/**
 * @param {CellLayout} layout
 * @param {CellShown} shown
 * @param {number[]} units
 * @param {number[]} columns
 * @param {OnSet} onSet
 * @param {(to: number) => void} go
 * @param {Update[]} updates
 */
function drawSequence(layout, shown, units, columns, onSet, go, updates) {
  const heads = columns.map((t) => {
    const button = html("button", { type: "button", onclick: () => go(t), "data-keep": `step${t}` }, `${t + 1}`);
    const head = html("th", { scope: "col" }, button);
    button.setAttribute("aria-label", `Step ${t + 1}`);
    updates.push(({ step }) => {
      head.classList.toggle("current", t === step);
      if (t === step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    return head;
  });
  const rows = last(layout.tabs).rows[0].fields.map((_, j) => drawInputs(shown, columns, j, onSet, updates));
  for (const [name, letter] of layout.carried) {
    for (const unit of units) rows.push(drawAlong(name, letter, "state", unit, shown, columns, updates));
  }
  for (const { name, symbol, role } of layout.gates) {
    const letter = symbol.split("_")[0];
    for (const unit of units) rows.push(drawAlong(name, letter, role, unit, shown, columns, updates));
  }
  const head = html("thead", {}, html("tr", {}, html("th", { scope: "row" }, "step"), ...heads));
  return html("div", { class: "scroll" }, html("table", {}, head, html("tbody", {}, ...rows)));
}

/**
 * The entries x_j of all steps, in boxes.
 * @param {CellShown} shown
 * @param {number[]} columns
 * @param {number} j
 * @param {OnSet} onSet
 * @param {Update[]} updates
 */
function drawInputs(shown, columns, j, onSet, updates) {
  const symbol = matrixOf(shown.numbers, "xs")[0].length > 1 ? `x_${j + 1}` : "x";
  const cells = columns.map((t) => {
    const name = `Input of step ${t + 1}${symbol === "x" ? "" : `, entry ${j + 1}`}`;
    const box = html("input", {
      type: "text",
      inputmode: "decimal",
      "aria-label": name,
      "data-step-field": `xs/${t},${j}`,
      onchange: () => onSet("xs", [t, j], box.value),
    });
    updates.push(({ numbers, problem }) => {
      const text = plain(matrixOf(numbers, "xs")[t][j]);
      const typing = document.activeElement === box && !problem && box.dataset.last === text;
      if (!typing && box.value !== text) box.value = text;
      box.dataset.last = text;
    });
    return html("td", {}, box);
  });
  return html("tr", {}, html("th", { scope: "row" }, ...symbolHtml(symbol)), ...cells);
}

/**
 * A state or a gate over the steps: its number, and a bar; what comes later is pale.
 * @param {string} name
 * @param {string} letter
 * @param {Role} role
 * @param {number} unit
 * @param {CellShown} shown
 * @param {number[]} columns
 * @param {Update[]} updates
 */
function drawAlong(name, letter, role, unit, shown, columns, updates) {
  const title = shown.units > 1 ? `${letter}, unit ${unit + 1}` : letter;
  const cells = columns.map((t) => {
    const number = html("span");
    const bar = html("i", { class: `role-${role}` });
    const cell = html("td", {}, number, html("span", { class: "track", "aria-hidden": "true" }, bar));
    updates.push(({ numbers, scale, step }) => {
      const value = matrixOf(numbers, `${name}_along`)[t][unit];
      setText(number, decimals(value, 2));
      const share = Number((50 * Math.min(Math.abs(value) / scale, 1)).toFixed(1));
      bar.style.left = value < 0 ? `${50 - share}%` : "50%";
      bar.style.width = `${share}%`;
      cell.classList.toggle("later", t > step);
      cell.classList.toggle("current", t === step);
    });
    return cell;
  });
  return html("tr", {}, html("th", { scope: "row" }, title), ...cells);
}
