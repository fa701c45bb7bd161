// A gradient on its way back through three cells: flows.py, axes.py, gradient_flow.py.

import { sigmoid } from "../shared/program.js";
import { Refusal } from "../shared/text.js";
import { createAxes, power } from "./axes.js";
import { boxes, label, line, percent } from "./scene.js";

/** @typedef {{ radius: number, forget_bias: number, update_bias: number, steps: number, draw: number }} FlowSettings */
/** @typedef {{ draw: number, recurrent: Matrix[], inputs: Matrix[], xs: Matrix }} Drawn */
/** @typedef {{ W: Matrix[], U: Matrix[], forget: number, update: number }} Weights */
/** @typedef {{ name: string, norms: Vector, reach: number }} Flow */

const [LEFT, TOP, WIDE, GAP, HIGH] = [62, 66, 214, 18, 220];
/** @type {Record<string, [Role, Shape]>} */
const LOOKS = { RNN: ["forget", "circle"], LSTM: ["candidate", "diamond"], GRU: ["input", "triangle"] };
const [LOW, MOST] = [-12, 4];
const [UNITS, INPUTS, LONGEST, FRACTION] = [16, 4, 120, 0.01];

// ------------------------------------------------------------ the numbers

const DRAWN = 4 * UNITS * UNITS + 4 * UNITS * INPUTS + LONGEST * INPUTS; // numbers of one draw
const MODULUS = 2 ** 31 - 1;
/** @param {number[]} numbers @param {number} width */
const rowsOf = (numbers, width) =>
  Array.from({ length: numbers.length / width }, (_, k) => numbers.slice(width * k, width * (k + 1)));

/**
 * Recurrent blocks of radius 1, blocks that read x, and inputs: draw after draw of one sequence.
 * @param {number} draw
 * @param {Matrix} radii
 */
function drawnNumbers(draw, radii) {
  let state = 1;
  const next = () => (state = (48271 * state) % MODULUS);
  for (let k = 0; k < DRAWN * draw; k++) next();
  const numbers = Array.from({ length: DRAWN }, () => (next() / MODULUS - 0.5) * Math.sqrt(12));
  /** @param {number} count */
  const take = (count) => numbers.splice(0, count);
  const recurrent = radii[draw].map((radius) => rowsOf(take(UNITS * UNITS).map((w) => w / radius), UNITS));
  const inputs = radii[draw].map(() => rowsOf(take(UNITS * INPUTS).map((w) => (0.5 * w) / Math.sqrt(INPUTS)), INPUTS));
  return { draw, recurrent, inputs, xs: rowsOf(numbers, INPUTS) };
}
/** @type {Drawn | null} */
let kept = null;
/** @param {number} draw @param {Matrix} radii @returns {Drawn} */
const numbersOf = (draw, radii) =>
  draw === kept?.draw ? kept : (kept = drawnNumbers(draw, radii));

const zeros = () => Array(UNITS).fill(0);
const unit = () => Array(UNITS).fill(1 / Math.sqrt(UNITS));
/** @param {Vector[]} vectors */
const added = (...vectors) => vectors[0].map((_, k) => vectors.reduce((sum, v) => sum + v[k], 0));
/** @param {Vector[]} vectors */
const norm = (...vectors) => Math.sqrt(vectors.flat().reduce((sum, v) => sum + v * v, 0));
/**
 * Wᵀ v
 * @param {Matrix} W
 * @param {Vector} v
 */
function back(W, v) {
  const found = zeros();
  for (let i = 0; i < UNITS; i++) for (let j = 0; j < UNITS; j++) found[j] += W[i][j] * v[i];
  return found;
}
/**
 * The numbers of all steps, each from the state that the one before leaves, which it keeps.
 * @template {object} State
 * @template {State} Now
 * @param {Matrix} xs
 * @param {State} state
 * @param {(x: Vector, state: State) => Now} step
 */
function forward(xs, state, step) {
  return xs.map((x) => {
    const numbers = step(x, state);
    const now = { before: state, ...numbers };
    state = numbers;
    return now;
  });
}
/**
 * The size of the gradient at every step: from the last, whose h has a unit one, step by step.
 * @template Step
 * @param {Step[]} steps
 * @param {(step: Step, gradient: { h: Vector, c: Vector }) => { h: Vector, c?: Vector }} stepBack
 */
function sizes(steps, stepBack) {
  /** @type {{ h: Vector, c: Vector }} */
  let gradient = { h: unit(), c: [] };
  const found = [norm(gradient.h)];
  for (const step of steps.slice(1).reverse()) {
    gradient = { c: [], ...stepBack(step, gradient) };
    found.unshift(norm(gradient.h, gradient.c));
  }
  return found;
}

/**
 * A block: h and x to the sums z of the units.
 * @type {(W: Matrix, U: Matrix, bias: number) => (h: Vector, x: Vector) => Vector}
 */
const block = (W, U, bias) => (h, x) =>
  W.map((row, k) => {
    let z = bias;
    for (let j = 0; j < UNITS; j++) z += row[j] * h[j];
    for (let j = 0; j < INPUTS; j++) z += U[k][j] * x[j];
    return z;
  });
/** @type {Record<string, (weights: Weights, xs: Matrix) => Vector>} */
const CELLS = {
  RNN({ W: [W], U: [U] }, xs) {
    const sums = block(W, U, 0);
    const steps = forward(xs, { h: zeros() }, (x, { h }) => ({ h: sums(h, x).map(Math.tanh) }));
    return sizes(steps, ({ h }, d) => ({ h: back(W, h.map((y, k) => d.h[k] * (1 - y * y))) }));
  },
  LSTM({ W, U, forget }, xs) {
    const [sumsG, sumsF, sumsI, sumsO] = W.map((part, k) => block(part, U[k], k === 1 ? forget : 0));
    const steps = forward(xs, { h: zeros(), c: zeros() }, (x, { h, c: old }) => {
      const g = sumsG(h, x).map(Math.tanh);
      const [f, i, o] = [sumsF, sumsI, sumsO].map((sums) => sums(h, x).map(sigmoid));
      const c = f.map((open, k) => open * old[k] + i[k] * g[k]);
      return { g, f, i, o, c, h: c.map((value, k) => o[k] * Math.tanh(value)) };
    });
    return sizes(steps, ({ before, g, f, i, o, c }, d) => {
      const squashed = c.map(Math.tanh);
      const dc = o.map((open, k) => (d.c[k] ?? 0) + d.h[k] * open * (1 - squashed[k] ** 2));
      const sums = [
        dc.map((v, k) => v * i[k] * (1 - g[k] ** 2)),
        dc.map((v, k) => v * before.c[k] * f[k] * (1 - f[k])),
        dc.map((v, k) => v * g[k] * i[k] * (1 - i[k])),
        d.h.map((v, k) => v * squashed[k] * o[k] * (1 - o[k])),
      ];
      return { h: added(...W.map((part, k) => back(part, sums[k]))), c: dc.map((v, k) => v * f[k]) };
    });
  },
  GRU({ W, U, update }, xs) {
    const [sumsN, sumsZ, sumsR] = W.slice(0, 3).map((part, k) => block(part, U[k], k === 1 ? update : 0));
    const steps = forward(xs, { h: zeros() }, (x, { h }) => {
      const [z, r] = [sumsZ, sumsR].map((sums) => sums(h, x).map(sigmoid));
      const n = sumsN(h.map((value, k) => r[k] * value), x).map(Math.tanh);
      return { z, r, n, h: z.map((open, k) => open * h[k] + (1 - open) * n[k]) };
    });
    return sizes(steps, ({ before: { h }, z, r, n }, d) => {
      const kept = back(W[0], d.h.map((v, k) => v * (1 - z[k]) * (1 - n[k] ** 2)));
      const byZ = back(W[1], d.h.map((v, k) => v * (h[k] - n[k]) * z[k] * (1 - z[k])));
      const byR = back(W[2], kept.map((v, k) => v * h[k] * r[k] * (1 - r[k])));
      return { h: added(d.h.map((v, k) => v * z[k]), kept.map((v, k) => v * r[k]), byZ, byR) };
    });
  },
};

/** @param {FlowSettings} settings @param {{ radii: Matrix }} data @returns {Flow[]} */
function flows({ radius, forget_bias: forget, update_bias: update, steps, draw }, { radii }) {
  const { recurrent, inputs: U, xs } = numbersOf(draw, radii);
  const W = recurrent.map((rows) => rows.map((row) => row.map((w) => radius * w)));
  return Object.entries(CELLS).map(([name, cell]) => {
    const norms = cell({ W, U, forget, update }, xs.slice(0, steps));
    if (!norms.every(Number.isFinite)) {
      throw new Refusal(`the gradient of the ${name} is too large for 64 bits`);
    }
    const below = norms.findLastIndex((size) => size < FRACTION * norms[norms.length - 1]);
    return { name, norms, reach: norms.length - 2 - below };
  });
}

// ------------------------------------------------------------ the picture

/** @param {Flow} flow */
function reaches({ norms, reach }) {
  const most = norms.length - 1;
  if (reach < most) return `${reach} of ${most} steps`;
  return most > 1 ? `all ${most} steps` : "the one step";
}

/**
 * One cell's panel: x runs over 1 … steps, y over powers of ten up to `high`.
 * @param {Flow} flow
 * @param {number} left
 * @param {number} high
 * @param {boolean} isFirst
 * @returns {Mark[]}
 */
function panel(flow, left, high, isFirst) {
  const { name, norms, reach } = flow;
  const [role, shape] = LOOKS[name];
  const last = norms.length;
  const axes = createAxes({ left, top: TOP, width: WIDE, height: HIGH, first: 1, last, low: LOW, high, log: true });
  const [level, reached] = [axes.placeY(FRACTION), axes.placeX(last - reach)];
  return [
    boxes([[reached, TOP, axes.right - reached, HIGH]], "candidate", { opacity: 0.12 }),
    ...axes.frame({ numbered: isFirst }),
    ...axes.steps(),
    line([[left, level], [axes.right, level]], "faint", 1.2, true),
    label(left + 4, level - 6, percent(FRACTION), 14, "start", { faint: true }),
    ...axes.curve(axes.points(norms), role, shape),
    label(left, TOP - 10, `${name}: ${reaches(flow)}`, 16, "start", { bold: true }),
  ];
}

/** @param {FlowSettings} settings @param {{ radii: Matrix }} data @returns {Picture} */
export function picture(settings, data) {
  const found = flows(settings, data);
  const largest = Math.max(...found.flatMap(({ norms }) => norms));
  const high = Math.max(MOST, 4 * Math.ceil(Math.log10(largest) / 4));
  const bottom = TOP + HIGH + 42;
  const title = "size of the gradient that reaches h_{t} from a loss at the last step";
  const { steps } = settings;
  const back = [...new Set([0, 1, 2, 5, 10, 20, 40, 80, steps - 1])].filter((n) => n < steps);
  return {
    height: bottom + 12,
    marks: [
      ...found.flatMap((flow, k) => panel(flow, LEFT + k * (WIDE + GAP), high, k === 0)),
      label(LEFT, 20, title, 16),
      label(LEFT + 1.5 * WIDE + GAP, bottom, "step t", 16, "middle", { faint: true }),
    ],
    words:
      `Above ${percent(FRACTION)} of its size at the last step the gradient reaches: ` +
      `${found.map((flow) => `${flow.name} ${reaches(flow)}`).join("; ")}.`,
    tables: [
      {
        caption: `Size of the gradient, ${UNITS} units each`,
        columns: ["steps back", ...found.map(({ name }) => name)],
        rows: [
          ...back
            .sort((a, b) => a - b)
            .map((n) => [String(n), ...found.map(({ norms }) => power(norms[norms.length - 1 - n]))]),
          ["reach", ...found.map(({ reach }) => String(reach))],
        ],
      },
    ],
  };
}
