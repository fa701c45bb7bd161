// A page of the novel, tinted by one unit of the network that reads it. unit_text.py has the same
// picture.

import { fixed, minus } from "../shared/text.js";
import { ROW, WIDE, frame, linesOf, named, picks, placesIn, tinted } from "./letters.js";
import { networkOf } from "./network.js";
import { boxes, label } from "./scene.js";

/** @typedef {{ unit: number, page: number, quantity: string, at: number }} UnitSettings */
/** @typedef {{ writer: { network: StoredNetwork, alphabet: string }, held_out: string }} UnitData */

const [LEFT, TOP, LINES, BEFORE] = [8, 40, 8, 400];
/** @type {Record<string, string>} */
const NAMES = {
  c: "cell state C",
  h: "hidden state h",
  f: "forget gate f",
  i: "input gate i",
  o: "output gate o",
};
const QUANTITIES = Object.keys(NAMES);
/** @param {number} value */
const signed = (value) => minus(`${value < 0 ? "" : "+"}${fixed(value, 2)}`);

/**
 * Where a page begins and ends: so many line breaks on from the last one.
 * @param {string} text
 * @param {number} number
 * @returns {[start: number, end: number]}
 */
function spanOf(text, number) {
  const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
  const first = Math.min(LINES * (number - 1), breaks.length - LINES - 1);
  return [breaks[first], breaks[first + LINES]];
}
/**
 * What the network has inside at each letter of a page, kept for the last pages.
 * @type {Map<number, Numbers[]>}
 */
const pages = new Map();
/**
 * Read on to a page from some lines before it; a step between two yields.
 * @param {UnitData} data
 * @param {number} number
 */
function* readPage({ writer: { network: stored, alphabet }, held_out }, number) {
  const network = networkOf(stored);
  const [start, end] = spanOf(held_out, number);
  const inside = [];
  let state = network.start;
  for (let k = Math.max(start - BEFORE, 0); k < end; k++) {
    const trace = network.step(state, alphabet.indexOf(held_out[k]));
    state = network.next(trace);
    if (k >= start) inside.push(Object.fromEntries(QUANTITIES.map((name) => [name, trace[name]])));
    yield;
  }
  const [oldest] = pages.keys();
  if (pages.size >= 2) pages.delete(oldest);
  pages.set(number, inside);
}
/**
 * The middle of a unit's numbers on the page and half their range; a gate's is 0 to 1.
 * @param {Vector} values
 * @param {string} quantity
 */
function rangeOf(values, quantity) {
  if (["f", "i", "o"].includes(quantity)) return [0.5, 0.5];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return [(low + high) / 2, Math.max((high - low) / 2, 1e-9)];
}
/** @type {(name: string, middle: number, half: number) => Mark[]} */
const legend = (name, middle, half) => [
  label(LEFT, 20, name),
  label(180, 20, signed(middle - half), 15, "end"),
  boxes([[186, 8, 60, 15]], "forget", { opacity: 0.75 }),
  boxes([[246, 8, 60, 15]], "candidate", { opacity: 0.75 }),
  label(312, 20, signed(middle + half)),
];

/** @param {UnitSettings} settings @param {string} text @returns {Picture} */
function pictureOf({ unit, page, quantity, at: wanted }, text) {
  const lines = linesOf(text);
  const places = placesIn(lines);
  const at = Math.min(wanted, text.length) - 1;
  const whole = {
    width: WIDE,
    height: TOP + ROW * lines.length + 6,
    picks: picks(places, LEFT, TOP),
    limits: { at: text.length },
  };
  const read = pages.get(page);
  if (!read) {
    const marks = tinted(lines, Array(text.length).fill(0), LEFT, TOP, "candidate");
    return { ...whole, marks, words: "The network reads up to this page.", tables: [] };
  }
  const values = read.map((inside) => inside[quantity][unit - 1]);
  const [middle, half] = rangeOf(values, quantity);
  const shares = values.map((value) => (value - middle) / half);
  const rows = lines.map(([start, line]) => [
    line.replace(/\n$/, ""),
    ...[0, Math.floor(line.length / 2), line.length - 1].map((k) => signed(values[start + k])),
  ]);
  const columns = ["line", "first letter", "middle", "last letter"];
  return {
    ...whole,
    marks: [
      ...legend(NAMES[quantity], middle, half),
      ...tinted(lines, shares, LEFT, TOP, "candidate"),
      frame(places[at], LEFT, TOP),
    ],
    words:
      `Unit ${unit}, ${NAMES[quantity]}: ${signed(values[at])} after letter ${at + 1}, ` +
      `“${named(text[at])}”; on this page from ${signed(Math.min(...values))} to ` +
      `${signed(Math.max(...values))}.`,
    tables: [{ caption: "The unit, line by line", columns, rows }],
  };
}
/** @param {UnitSettings} settings @param {UnitData} data */
export function* pictures(settings, data) {
  const text = data.held_out.slice(...spanOf(data.held_out, settings.page));
  if (!pages.has(settings.page)) {
    yield pictureOf(settings, text);
    yield* readPage(data, settings.page);
  }
  yield pictureOf(settings, text);
}
