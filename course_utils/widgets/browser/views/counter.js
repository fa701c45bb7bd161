// The matrices of a cell, or of a language model, to scale: counter.py and counts.py have the same.

import { last } from "../shared/program.js";
import { Refusal } from "../shared/text.js";
import { boxes, grouped, label, unbraced } from "./scene.js";

/** @typedef {{ model: string, cell: string, V: number, D: number, H: number, tied: boolean, convention: string }} CountSettings */
/**
 * What is counted: the gates of each cell, its biases by convention, and the conventions' titles.
 * @typedef {object} Counts
 * @property {Record<string, string>} conventions
 * @property {Record<string, Record<string, string>>} gates
 * @property {Record<string, Record<string, number>>} biases
 */
/** @typedef {[symbol: string, rows: number, columns?: number]} Sized */
/** @typedef {{ title: string, part: string, matrices: Sized[] }} Group */
/** @typedef {ReturnType<typeof placed>} Placed */

/** @type {Record<string, Role>} */
const ROLES = { embedding: "forget", cell: "input", output: "candidate" };
const [WIDE, HIGH, LARGEST] = [744, 440, 18];
const [GAP, GROUP_GAP, ABOVE, BELOW] = [12, 28, 44, 30];
const SQUARES = 2500; // up to so many numbers in a matrix each is a square of its own

// A matrix is [symbol, rows, columns]; of a vector the columns are undefined.
/** @param {Sized} matrix */
const columnsOf = ([, , columns = 1]) => columns;
/** @param {Sized} matrix */
const count = ([, rows, columns = 1]) => rows * columns;
/** @param {Sized} matrix */
const size = ([, rows, columns]) => (columns ? [rows, columns] : [rows]).map(grouped).join("×");
/** @param {Sized} m */
const below = (m) => size(m) + (m[2] ? ` = ${grouped(count(m))}` : "");
/** @param {Group[]} groups */
const matricesOf = (groups) => groups.flatMap(({ matrices }) => matrices);
/** @param {Group[]} groups */
const total = (groups) => matricesOf(groups).reduce((sum, m) => sum + count(m), 0);

/**
 * @param {CountSettings} settings
 * @param {string} convention
 * @param {Counts} counts
 * @returns {Group[]}
 */
function groupsOf({ model, cell, V, D, H, tied }, convention, { gates, biases }) {
  /** @type {Group[]} */
  const groups = Object.entries(gates[cell]).map(([gate, title]) => {
    const [letter, bias] = cell === "rnn" ? ["", "1"] : [gate, gate];
    const signs = ["", "′"].slice(0, biases[cell][convention]);
    const biasVectors = signs.map(/** @returns {Sized} */ (sign) => [`b_{${bias}}${sign}`, H]);
    /** @type {Sized[]} */
    const weights = [[`W_{${letter}h}`, H, H], [`W_{${letter}x}`, H, D]];
    return { title, part: "cell", matrices: [...weights, ...biasVectors] };
  });
  if (model === "cell") return groups;
  if (tied && D !== H) {
    throw new Refusal(`tied weights need E = H, got E = ${D} and H = ${H}. Nothing is changed.`);
  }
  /** @type {Sized[]} */
  const output = [];
  if (!tied) output.push(["U", V, H]);
  if (convention !== "weights") output.push(["b_{2}", V]);
  const after = output.length ? [{ title: "output layer", part: "output", matrices: output }] : [];
  return [{ title: "embedding", part: "embedding", matrices: [["E", V, D]] }, ...groups, ...after];
}

/**
 * The group as it is drawn in a scale: laid on its side where it is far higher than wide.
 * @param {Group} group
 * @param {number} unit
 */
function placed({ title, part, matrices }, unit) {
  const rows = matrices[0][1];
  const lies = rows > 40 && rows > 3 * matrices.reduce((sum, m) => sum + columnsOf(m), 0);
  const blocks = matrices.map((m) => {
    const sides = lies ? [m[1], columnsOf(m)] : [columnsOf(m), m[1]];
    return { m, sides, slot: Math.max(unit * sides[0], 9.3 * below(m).length, 34) };
  });
  const slots = blocks.map(({ slot }) => slot);
  const inner = lies ? Math.max(...slots) : slots.reduce((a, b) => a + b, 0) + GAP * (slots.length - 1);
  const heights = blocks.map(({ sides }) => unit * sides[1]);
  const height = lies
    ? 22 + heights.reduce((sum, h) => sum + (h + 22 + BELOW), 0)
    : ABOVE + Math.max(...heights) + BELOW;
  return { title, role: ROLES[part], lies, blocks, width: Math.max(inner, 8.4 * title.length), height };
}

/**
 * The groups in lines, at the largest scale at which all fit.
 * @param {Group[]} groups
 */
function arranged(groups) {
  for (let unit = LARGEST; ; unit *= 0.94) {
    const found = groups.map((group) => placed(group, unit));
    /** @type {Placed[][]} */
    const rows = [[]];
    for (const group of found) {
      const taken = last(rows).reduce((sum, { width }) => sum + (width + GROUP_GAP), 0);
      if (taken && taken + group.width > WIDE) rows.push([]);
      last(rows).push(group);
    }
    const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
    const fits =
      Math.max(...found.map(({ width }) => width)) <= WIDE && heights.reduce((a, b) => a + b, 0) <= HIGH;
    if (fits || unit < 1e-3) return { unit, rows, heights };
  }
}

/**
 * A square for each number, or one rectangle where they would be too many or too small.
 * @param {number} x
 * @param {number} y
 * @param {number[]} sides
 * @param {number} unit
 * @param {Role} role
 */
function block(x, y, [columns, rows], unit, role) {
  if (unit < 4 || rows * columns > SQUARES) {
    return boxes([[x, y, Math.max(unit * columns, 1), Math.max(unit * rows, 1)]], role);
  }
  /** @type {(_: unknown, k: number) => Box} */
  const square = (_, k) => [x + unit * (k % columns), y + unit * Math.floor(k / columns), unit - 1, unit - 1];
  return boxes(Array.from({ length: rows * columns }, square), role);
}

/** @param {Placed} group @param {number} left @param {number} top @param {number} unit */
function drawn({ title, role, lies, blocks }, left, top, unit) {
  /** @type {Mark[]} */
  const marks = [label(left, top + 15, title + (lies ? " (on its side)" : ""), 15, "start", { faint: true })];
  let [x, y] = [left, top + (lies ? 22 : 0)];
  for (const { m, sides, slot } of blocks) {
    const upper = y + (lies ? 22 : ABOVE);
    const bottom = upper + unit * sides[1];
    marks.push(
      label(x, upper - 8, m[0], 16),
      block(x, upper, sides, unit, role),
      label(x, bottom + 18, below(m), 15, "start", { faint: true }),
    );
    if (lies) y = bottom + BELOW;
    else x += slot + GAP;
  }
  return marks;
}

/** @param {CountSettings} settings @param {Counts} data @returns {Picture} */
export function picture(settings, data) {
  const { conventions } = data;
  const groups = groupsOf(settings, settings.convention, data);
  const { unit, rows, heights } = arranged(groups);
  /** @type {Mark[]} */
  const marks = [];
  let top = 6;
  rows.forEach((row, k) => {
    let left = 8;
    for (const group of row) {
      marks.push(...drawn(group, left, top, unit));
      left += group.width + GROUP_GAP;
    }
    top += heights[k];
  });
  const totals = Object.entries(conventions).map(([name, title], k) => {
    const number = grouped(total(groupsOf(settings, name, data)));
    const bold = name === settings.convention;
    const look = { bold, faint: !bold };
    marks.push(label(8 + 160 * k, top + 22, title, 15, "start", look));
    marks.push(label(8 + 160 * k, top + 22 + 22, number, 18, "start", look));
    return [title, number];
  });
  const alone = settings.model === "cell" ? "The cell alone: " : "";
  const terms = matricesOf(groups).map((m) => `${m[0]} ${size(m)}`);
  const sum = grouped(total(groups));
  const list = groups.flatMap(({ title, matrices }) =>
    matrices.map((m) => [unbraced(m[0]), title, size(m), grouped(count(m))]),
  );
  return {
    height: top + 56,
    marks,
    words: `${alone}${terms.join(" + ")} = ${sum} numbers.`,
    tables: [
      {
        caption: "Every matrix",
        columns: ["matrix", "part", "shape", "numbers"],
        rows: [...list, ["total", "", "", sum]],
      },
      { caption: "The total by convention", columns: ["convention", "numbers"], rows: totals },
    ],
  };
}
