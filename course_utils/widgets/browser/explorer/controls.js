// Sliders and number boxes, by tabs.

import { html, symbolHtml } from "../shared/elements.js";
import { createNumber } from "../shared/slider.js";
import { spoken } from "../shared/text.js";
import { entryOf } from "./cell.js";

/** @type {Record<string, number>} */
const TURNS = { ArrowRight: 1, ArrowLeft: -1 };

/**
 * @param {CellLayout} layout
 * @param {number | null} unit
 * @param {FieldHandlers & { onReset(keys: string[]): void }} handlers
 */
export function createControls(layout, unit, { onFocus, onSet, onReset }) {
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
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          const turn = TURNS[event.key];
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
  /** @type {ReturnType<typeof drawField>[]} */
  let rows = [];
  /** @type {CellShown | null} */
  let latest = null;
  let current = 0;

  /** @param {number} k */
  function open(k) {
    current = k;
    buttons.forEach((button, j) => {
      button.setAttribute("aria-selected", String(j === k));
      button.setAttribute("tabindex", j === k ? "0" : "-1");
    });
    rows = [];
    const grids = gridsOf(tabs[k], unit).map((grid) => drawGrid(grid, { onFocus, onSet }));
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
  /** @param {CellShown} shown */
  function update(shown) {
    latest = shown;
    for (const row of rows) {
      const { field, box, show } = row;
      const value = entryOf(shown.numbers[field.key], field.at);
      const isTyped = shown.problem || document.activeElement === box;
      if (value === row.drawn && !isTyped) continue; // most numbers are where they were
      row.drawn = value;
      show(value);
    }
  }
  return { root, open, update, current: () => current };
}

/**
 * A tab as one matrix, or, for one unit of many, its row in parts: what reads h, x, and b.
 * @param {Tab} tab
 * @param {number | null} unit
 * @returns {Grid[]}
 */
function gridsOf(tab, unit) {
  if (unit === null || !tab.by_unit) return [tab];
  const { label, fields } = tab.rows[unit];
  /** @param {number} j */
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

/** @param {Grid} tab @param {FieldHandlers} hear */
function drawGrid(tab, hear) {
  /** @type {ReturnType<typeof drawField>[]} */
  const fields = [];
  const columns = tab.columns.map((name) => html("th", { scope: "col" }, ...symbolHtml(name)));
  const body = tab.rows.map((row) => {
    const cells = row.fields.map((field) => {
      const drawn = drawField(field, hear);
      fields.push(drawn);
      return html("td", {}, drawn.box, drawn.slider);
    });
    return html("tr", {}, html("th", { scope: "row" }, ...symbolHtml(row.label)), ...cells);
  });
  const head = html("thead", {}, html("tr", {}, html("td"), ...columns));
  const table = html("table", {}, head, html("tbody", {}, ...body));
  return { table, fields };
}

/** @param {Field} field @param {FieldHandlers} handlers */
function drawField(field, { onFocus, onSet }) {
  const { key, at, limit, step } = field;
  const name = spoken(field.label);
  const ends = { min: -limit, max: limit, step };
  const attributes = { ...ends, "aria-label": name, "data-field": `${key}/${at}` };
  const { slider, box, show } = createNumber(attributes, name, (value) => onSet(key, at, value));
  for (const input of [slider, box]) input.addEventListener("focus", () => onFocus(field));
  return { field, box, slider, show, drawn: NaN };
}
