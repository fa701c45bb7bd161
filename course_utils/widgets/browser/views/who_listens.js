// RNN, GRU and LSTM before the same letter: which earlier ones each listens to. who_listens.py has
// the same picture.

import { OPERATIONS, last, sum } from "../shared/program.js";
import { fixed } from "../shared/text.js";
import { ROW, WIDE, frame, linesOf, named, picks, placesIn, tinted } from "./letters.js";
import { networkOf } from "./network.js";
import { label, percent } from "./scene.js";

/** @typedef {{ cells: Record<string, StoredNetwork>, alphabet: string }} SmallWriters */

const CELLS = { RNN: "rnn", GRU: "gru", LSTM: "lstm" };
const [LEFT, TOP, LETTERS] = [8, 26, 150];
const DISTANCES = [1, 2, 5, 10, 20, 50];

/**
 * The length of d log p(last letter) / d e_t for each letter t before it, and p.
 * @param {import("./network.js").Network} network
 * @param {number[]} tokens
 */
function heardBy(network, tokens) {
  const right = last(tokens);
  const traces = network.read(tokens.slice(0, -1));
  const p = OPERATIONS.softmax(network.scores(last(traces)));
  /** @type {Numbers} */
  let slopes = network.startOfSlopes(p.map((share, k) => share - (k === right ? 1 : 0)));
  const lengths = traces.reverse().map((trace) => {
    const before = network.stepBackward(trace, slopes);
    slopes = before.state;
    return Math.hypot(...before.x);
  });
  return { lengths: lengths.reverse(), p: p[right] };
}
/**
 * The share of the gradient that falls on the last few letters.
 * @param {Vector} lengths
 */
function sharesOf(lengths) {
  const back = [...lengths].reverse();
  return DISTANCES.map((d) => percent(sum(back.slice(0, d)) / sum(back)));
}

/**
 * @param {{ at: number, place: number }} settings
 * @param {{ small_writers: SmallWriters, held_out: string }} data
 * @returns {Picture}
 */
export function picture({ at, place }, { small_writers: { cells, alphabet }, held_out }) {
  const text = held_out.slice(place, place + LETTERS);
  const tokens = [...text.slice(0, at)].map((letter) => alphabet.indexOf(letter));
  const lines = linesOf(text);
  const places = placesIn(lines);
  const high = 34 + ROW * lines.length;
  /** @type {{ marks: Mark[], clicks: Clickable[], rows: string[][] }} */
  const { marks, clicks, rows } = { marks: [], clicks: [], rows: [] };
  Object.entries(CELLS).forEach(([name, cell], k) => {
    const y = TOP + high * k;
    const { lengths, p } = heardBy(networkOf(cells[cell]), tokens);
    const most = Math.max(...lengths);
    const values = places.map((_, t) => (lengths[t] ?? 0) / most);
    marks.push(
      label(LEFT, y - 8, `${name}: p = ${fixed(p, 3)}`, 15, "start", { bold: true }),
      ...tinted(lines, values, LEFT, y, "candidate"),
      frame(places[at - 1], LEFT, y),
    );
    clicks.push(...picks(places, LEFT, y).slice(1));
    rows.push([name, fixed(p, 3), ...sharesOf(lengths)]);
  });
  return {
    width: WIDE,
    height: TOP + high * 3 - 18,
    marks,
    picks: clicks,
    words:
      `Letter ${at}, “${named(text[at - 1])}”: ` +
      `${rows.map(([name, p]) => `${name} gave it ${p}`).join(", ")}. ` +
      "The table has the share of the gradient that falls on the last few letters.",
    tables: [{
      caption: "How far back each listens",
      columns: ["cell", "p", ...DISTANCES.map((d) => `last ${d}`)],
      rows,
    }],
  };
}
