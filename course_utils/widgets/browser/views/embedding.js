// A word's number, its one-hot vector, its row and the rows near it: embedding.py, neighbours.py.

import { dot, sum } from "../shared/program.js";
import { fixed, general, minus } from "../shared/text.js";
import { boxes, label, line, percent, shaded } from "./scene.js";

/** @typedef {{ word: string, other: string, share: number, measure: string }} EmbeddingSettings */
/** @typedef {{ words: string[], E: Matrix, columns: string[] }} EmbeddingData */

const [TOP, ROW, X, LEFT, BARS] = [62, 27, 102, 150, 606];

/** @param {number} value */
const number = (value, digits = 2) =>
  Number.isNaN(value) ? "none" : minus(String(Number(fixed(Number(value.toFixed(9)), digits))));
/** @param {Vector} v */
const length = (v) => Math.sqrt(dot(v, v));
/**
 * How near a row is to e; NaN where one of both has no direction.
 * @type {Record<string, (row: Vector, e: Vector) => number>}
 */
const MEASURES = {
  cosine: (row, e) => (length(row) * length(e) > 0 ? dot(row, e) / (length(row) * length(e)) : NaN),
  dot,
  distance: (row, e) => length(row.map((value, k) => value - e[k])),
};
/**
 * The rows from the nearest to the farthest; those without a value come last.
 * @param {Vector} values
 * @param {string} measure
 */
function nearest(values, measure) {
  const sizes = values.map((v) => (Number.isNaN(v) ? Infinity : measure === "distance" ? v : -v));
  return [...values.keys()].sort((a, b) => sizes[a] - sizes[b] || a - b);
}
/** @param {EmbeddingSettings} settings */
function who({ share, word, other }) {
  if (share === 0 || share === 1 || word === other) return `“${share === 1 ? other : word}”`;
  return `${percent(1 - share)} “${word}” and ${percent(share)} “${other}”`;
}

/**
 * The one-hot vector as a column, E row by row, and under a line the sum of the products.
 * @param {EmbeddingData} table
 * @param {Vector} x
 * @param {Vector} e
 * @param {number} wide
 * @returns {Mark[]}
 */
function product({ words, E, columns }, x, e, wide) {
  const [right, bottom] = [LEFT + wide * e.length, TOP + ROW * words.length];
  const largest = Math.max(...E.flat().map(Math.abs), 1e-12);
  const cells = [...E, e].flatMap((row, k) => {
    const r = k < E.length ? k : k + 0.35;
    return row.map(/** @returns {Shaded} */ (v, c) => [[LEFT + wide * c + 1, TOP + ROW * r + 1, wide - 2, ROW - 2], (0.5 * v) / largest]);
  });
  const [digits, size] = wide > 40 ? [2, 14] : [1, 12]; // a minus, two digits and a point must fit
  /** @type {(row: Vector, y: number) => Label[]} */
  const entries = (row, y) =>
    row.map((v, c) => label(LEFT + wide * (c + 0.5), y, number(v, digits), size, "middle"));
  const frames = words.flatMap(/** @returns {Box[]} */ (_, r) => (x[r] ? [[8, TOP + ROW * r, right - 8, ROW]] : []));
  const y = bottom + 0.35 * ROW + 18.5;
  return [
    label(X + 16, TOP - 10, "x_{t}", 16, "middle"),
    label(LEFT - 9, TOP - 10, "·", 16, "middle"),
    label(LEFT, TOP - 34, "E, a row for each word", 16),
    ...shaded(cells, "candidate"),
    ...columns.map((name, c) => label(LEFT + wide * (c + 0.5), TOP - 10, name, 13.5, "middle", { faint: true })),
    ...words.flatMap((word, r) => {
      const base = TOP + ROW * r + 18.5;
      const bold = x[r] !== 0;
      return [
        label(X - 10, base, word, 15, "end", { bold }),
        label(X + 16, base, general(x[r], 2), 15, "middle", { bold, faint: !bold }),
        ...entries(E[r], base),
      ];
    }),
    boxes(frames, "state", { outline: true }),
    line([[LEFT, bottom + 4], [right, bottom + 4]], "state", 1.5),
    label(LEFT - 10, y, "e_{t}", 16, "end"),
    ...entries(e, y),
  ];
}

/**
 * Bars for every row, the nearest on top.
 * @param {EmbeddingData} table
 * @param {Vector} values
 * @param {number[]} order
 * @param {string} measure
 * @returns {Mark[]}
 */
function neighbours({ words }, values, order, measure) {
  const zero = BARS + (measure !== "distance" && values.some((v) => v < 0) ? 44 : 0);
  const scale = Math.max(...values.map((v) => Math.abs(v) || 0), 1e-12);
  const marks = [label(BARS - 68, TOP - 10, `near e_{t}, by ${measure}`, 16, "start", { bold: true })];
  /** @type {{ up: Box[], down: Box[] }} */
  const { up, down } = { up: [], down: [] };
  order.forEach((k, place) => {
    const [y, value] = [TOP + ROW * place, values[k]];
    const wide = Number.isNaN(value) ? 0 : (value / scale) * (value > 0 ? 708 - zero : 40);
    marks.push(
      label(BARS - 8, y + 18.5, words[k], 15, "end"),
      label(zero + Math.max(wide, 0) + 6, y + 18.5, number(value), 14),
    );
    (wide > 0 ? up : down).push([zero + Math.min(wide, 0), y + 6, Math.abs(wide), ROW - 12]);
  });
  return [...marks, boxes(up, "input"), boxes(down, "forget")];
}

/** @param {EmbeddingSettings} settings @param {EmbeddingData} table @returns {Picture} */
export function picture(settings, table) {
  const { words, E, columns } = table;
  const { word, other, share, measure } = settings;
  const x = words.map((each) => (each === word ? 1 - share : 0) + (each === other ? share : 0));
  const e = E[0].map((_, c) => sum(E.map((row, k) => x[k] * row[c])));
  const values = E.map((row) => Number(MEASURES[measure](row, e).toFixed(9)));
  const order = nearest(values, measure);
  const wide = Math.min(66, 366 / e.length);
  const near = order.find((k) => x[k] === 0) ?? order[0];
  const isOne = share === 0 || share === 1;
  const of = isOne ? `row ${x.indexOf(1)} of E` : "a mix of two rows of E";
  return {
    height: TOP + ROW * (words.length + 1) + 30,
    marks: [...product(table, x, e, wide), ...neighbours(table, values, order, measure)],
    picks: words.map((value, k) => ({
      box: [8, TOP + ROW * k, LEFT + wide * e.length - 8, ROW],
      key: "word",
      value,
      title: `${value}, row ${k}`,
    })),
    words:
      `${who(settings)} is ${of}: ${e.map((v) => number(v)).join(", ")}. ` +
      `Nearest other row by ${measure}: “${words[near]}”, ${number(values[near])}.`,
    tables: [
      {
        caption: "One-hot vector, E and nearness",
        columns: ["word", "x_t", ...columns, measure],
        rows: [
          ...words.map((each, k) => [each, ...[x[k], ...E[k], values[k]].map((v) => number(v))]),
          ["e_t", "", ...e.map((v) => number(v)), ""],
        ],
      },
    ],
  };
}
