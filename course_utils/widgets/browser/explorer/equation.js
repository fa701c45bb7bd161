// The equation of one node with its numbers filled in, and the table of all nodes.

import { matrixOf } from "./cell.js";
import { html, setText, symbolHtml } from "../shared/elements.js";
import { decimals, factor, minus, plain4 } from "../shared/text.js";

/**
 * A template such as "tanh({z})" with its numbers: one that stands alone in parentheses needs none.
 * @param {string} template
 * @param {(name: string) => number} numberOf
 */
function withNumbers(template, numberOf) {
  return template.replace(/(\(?)\{(\w+)\}(\)?)/g, (_, open, name, close) => {
    const value = numberOf(name);
    return open + (open && close ? minus(plain4(value)) : factor(value)) + close;
  });
}

/** @param {DiagramNode} node @param {Numbers} numbers @param {number} unit */
function filledIn(node, numbers, unit) {
  const { filled, terms, plus, peephole, times } = node.equation;
  const result = ` = ${decimals(numbers[node.name][unit])}`;
  if (filled) {
    return withNumbers(filled, (name) => numbers[name][unit]) + result;
  }
  if (!terms.length) return decimals(numbers[node.name][unit]);
  const products = terms.flatMap(({ W, after, vectors }) => {
    const row = matrixOf(numbers, W)[unit].slice(after ? numbers[after].length : 0);
    return numbers[vectors[0]].map((_, j) =>
      [row[j], ...vectors.map((name) => numbers[name][j])].map(factor).join("·"),
    );
  });
  if (peephole.length) products.push(peephole.map((name) => factor(numbers[name][unit])).join("·"));
  const sum = [...products, ...plus.map((name) => factor(numbers[name][unit]))].join(" + ");
  return (times ? `${factor(numbers[times][unit])}·(${sum})` : sum) + result;
}

/** @param {CellLayout} layout @param {number[]} units */
export function createEquation(layout, units) {
  const title = html("div", { class: "title" });
  const formula = html("div", { class: "formula" });
  const lines = units.map(() => html("div", { class: "filled" }));
  const root = html("div", { class: "equation" }, title, formula, ...lines);
  /** @type {string | null} */
  let written = null;
  return {
    root,
    /** @param {CellShown} shown @param {string} name */
    update(shown, name) {
      const node = layout.diagram.nodes.find((candidate) => candidate.name === name);
      if (!node) return;
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
          setText(line, which + filledIn(node, shown.numbers, units[k]));
        }
      });
    },
  };
}

/** @param {CellLayout} layout @param {number} count */
export function createTable(layout, count) {
  const units = Array.from({ length: count }, (_, k) => k);
  const heads = units.map((k) => html("th", { scope: "col", class: "number" }, `unit ${k + 1}`));
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
  /** @type {CellShown | null} */
  let latest = null;
  /** @type {Update} */
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
