// Quantities of one unit over the steps: the program of the lines, run step by step. stepping.py and
// recurrence.py do the same.

import { last, run } from "../shared/program.js";
import { Refusal, fixed, general } from "../shared/text.js";
import { createAxes, power } from "./axes.js";
import { boxes, label, line } from "./scene.js";

/** @typedef {{ of: string, label: string, role: Role, shape: Shape, dashed: boolean }} Curve */
/**
 * @typedef {{ curves: Curve[], low: number, high: number, log: boolean, words: string[],
 *   wanted: [step: number, low: number, high: number][] }} Panel
 */
/**
 * What Stepping.program() in Python returns, and how it is drawn.
 * @typedef {object} Lines
 * @property {number} steps
 * @property {Program} once
 * @property {Program} each
 * @property {Record<string, string>} called
 * @property {Record<string, string>} letters
 * @property {Record<string, string>} starts
 * @property {Record<string, string>} past
 * @property {Record<string, Vector>} inputs
 * @property {Record<string, [of: string, by: string]>} delayed
 * @property {Panel[]} panels
 * @property {string} says
 */
/**
 * All numbers of one run: what is the same at every step; by letter the others, and the first's step.
 * @typedef {{ steps: number, once: Record<string, number>, series: Record<string, Vector>,
 *   first: Record<string, number> }} Found
 */

const [SHEET, LEFT, WIDE, TOP, GAP, HIGH, ROW] = [490, 52, 420, 40, 66, 150, 16];
const MOST_TOLD = 12;

/**
 * @param {Record<string, number>} settings
 * @param {Lines} lines
 * @returns {Found}
 */
function runAll(settings, { steps, once, each, called, letters, starts, past, inputs, delayed }) {
  /**
   * What the lines of `program` give, beside what is known.
   * @param {Program} program
   * @param {Record<string, number>} known
   * @param {string} when
   * @returns {Record<string, number>}
   */
  function worked(program, known, when) {
    /** @type {Record<string, any>} */
    const found = run(program, known); // numbers, since all that is known are numbers
    for (const [name] of program) {
      if (name in called && !Number.isFinite(found[name])) {
        throw new Refusal(`${called[name]} is no finite number${when}`);
      }
    }
    return found;
  }
  const fixedOnes = worked(once, settings, "");
  /** @type {Record<string, Vector>} */
  const series = {};
  /** @type {Record<string, number>} */
  const first = {};
  for (const letter of Object.values(letters)) {
    const start = starts[letter];
    series[letter] = start === undefined ? [] : [fixedOnes[start]];
    first[letter] = start === undefined ? 1 : 0;
  }
  for (let t = 1; t <= steps; t++) {
    const known = { ...fixedOnes };
    for (const [name, values] of Object.entries(inputs)) known[name] = values[t - 1] ?? 0;
    for (const [name, [of, by]] of Object.entries(delayed)) {
      known[name] = series[of][t - Number(fixed(fixedOnes[by], 0)) - first[of]] ?? 0;
    }
    for (const [name, letter] of Object.entries(past)) known[name] = last(series[letter]);
    const found = worked(each, known, ` at step ${t}`);
    for (const [name, letter] of Object.entries(letters)) series[letter].push(found[name]);
  }
  return { steps, once: fixedOnes, series, first };
}

// ------------------------------------------------------------ words

/** @param {number} value */
function said(value) {
  const size = Math.abs(value);
  const text = size >= 0.01 && size < 999.5 ? general(size, 3) : power(size, 1);
  return value < 0 && text !== "0" ? `−${text}` : text;
}
/**
 * The steps at which a quantity is above a limit, or with a sign of −1 below it.
 * @param {Found} found
 * @param {string} letter
 * @param {number} sign
 * @param {number} limit
 */
function stepsAt({ series, first }, letter, sign, limit) {
  const steps = series[letter].flatMap((value, k) => (sign * value > sign * limit ? [k + first[letter]] : []));
  if (steps.length > MOST_TOLD) return `${steps.length} steps`;
  if (steps.length === 0) return "no step";
  return steps.length === 1 ? `step ${steps[0]}` : `steps ${steps.join(", ")}`;
}
/**
 * What stands for a place in the sentence: a number, one of a step, or steps.
 * @param {string} place
 * @param {Found} found
 */
function told(place, found) {
  const [, crossing, sign, limit] = place.match(/^(\w+) ([<>]) (-?\d+(?:\.\d+)?)$/) ?? [];
  if (crossing in found.series) return stepsAt(found, crossing, sign === ">" ? 1 : -1, Number(limit));
  if (place in found.once) return said(found.once[place]);
  const [, letter = "", step] = place.match(/^(.*)_(\d+)$/) ?? [];
  return said(found.series[letter][Number(step) - found.first[letter]]);
}

// ------------------------------------------------------------ the picture

/**
 * @param {Panel} panel
 * @param {Found} found
 * @param {number} top
 */
function drawn({ curves, low, high, log, words, wanted }, found, top) {
  const last = words.length || found.steps;
  const first = Math.min(...Object.values(found.first));
  const axes = createAxes({ left: LEFT, top, width: WIDE, height: HIGH, first, last, low, high, log });
  /**
   * @param {Curve} curve
   * @param {Point[]} points
   */
  const oneCurve = ({ role, shape, dashed }, points) => {
    const inside = points.filter(([x]) => x <= axes.right + 1e-9);
    return dashed ? [line(inside, role, 2, true)] : axes.curve(inside, role, shape);
  };
  /** @type {Mark[]} */
  const marks = [];
  if (wanted.length) {
    const wide = (0.5 * WIDE) / Math.max(last - first, 1);
    const fields = wanted.map(/** @returns {Box} */ ([step, below, above]) => {
      const y = axes.placeY(above);
      return [axes.placeX(step) - wide / 2, y, wide, axes.placeY(below) - y];
    });
    marks.push(boxes(fields, "candidate", { opacity: 0.25 }));
  }
  marks.push(...axes.frame());
  if (words.length) {
    words.forEach((word, k) => {
      const y = axes.bottom + 20 + ROW * ((k + 1) % 2); // in two rows, so that they do not meet
      marks.push(label(axes.placeX(k + 1), y, word, 14, "middle", { faint: true }));
    });
  } else marks.push(...axes.steps());
  curves.forEach((curve, k) => {
    const x = LEFT + (k * WIDE) / curves.length;
    marks.push(
      ...oneCurve(curve, axes.points(found.series[curve.of], found.first[curve.of])),
      ...oneCurve(curve, [[x, top - 18], [x + 26, top - 18]]),
      label(x + 36, top - 13, curve.label, 14),
    );
  });
  return marks;
}

/**
 * @param {Panel[]} panels
 * @param {Found} found
 */
function table(panels, { series, first, steps }) {
  const curves = new Map(panels.flatMap((panel) => panel.curves).map((curve) => [curve.of, curve.label]));
  const letters = [...curves.keys()];
  const from = Math.min(...letters.map((letter) => first[letter]));
  const rows = Array.from({ length: steps + 1 - from }, (_, k) => k + from).map((step) => [
    String(step),
    ...letters.map((letter) => (step < first[letter] ? "" : said(series[letter][step - first[letter]]))),
  ]);
  return { caption: "Step by step", columns: ["step", ...curves.values()], rows };
}

/**
 * @param {Record<string, number>} settings
 * @param {Lines} data
 */
export function picture(settings, data) {
  const found = runAll(settings, data);
  const { panels, says } = data;
  /** @type {Mark[]} */
  const marks = [];
  let top = TOP;
  for (const panel of panels) {
    marks.push(...drawn(panel, found, top));
    top += HIGH + GAP + (panel.words.length ? ROW : 0);
  }
  marks.push(label(LEFT + WIDE / 2, top - 24, "step", 15, "middle", { faint: true }));
  return {
    width: SHEET,
    height: top - 14,
    marks,
    words: says.replace(/\{([^{}]*)\}/g, (_, place) => told(place, found)),
    tables: [table(panels, found)],
  };
}
