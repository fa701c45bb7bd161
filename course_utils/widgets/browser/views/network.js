// A trained network in the browser: its cell's own program, step after step, on stored weights.
// Python makes what is stored: network.py.

import { OPERATIONS, run } from "../shared/program.js";

/** @typedef {ArrayLike<number>[]} Rows */
/** @typedef {ReturnType<typeof createNetwork>} Network */

/** @param {string} text */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * The rows of a stored array: whole numbers times a scale for each row, or numbers as they are.
 * @param {StoredArray} stored
 */
function rowsOf({ columns, numbers, scales }) {
  const bytes = bytesOf(numbers).buffer;
  const whole = scales ? new Int8Array(bytes) : new Float32Array(bytes);
  const scale = scales && new Float32Array(bytesOf(scales).buffer);
  /** @param {number} k */
  const row = (k) =>
    Float64Array.from(
      whole.subarray(k * columns, (k + 1) * columns),
      (number) => number * (scale ? scale[k] : 1),
    );
  return Array.from({ length: whole.length / columns }, (_, k) => row(k));
}

/**
 * W^T v: how what W v leads to depends on v, from how it depends on W v.
 * @param {Rows} W
 * @param {ArrayLike<number>} v
 */
function transposedProduct(W, v) {
  const found = Array(W[0].length).fill(0);
  W.forEach((row, k) => {
    for (let j = 0; j < row.length; j++) found[j] += row[j] * v[k];
  });
  return found;
}

/**
 * The chain rule: the slope of a result, its value and its parts give the slope of each part.
 * @type {Record<string, (slope: Vector, value: Vector, parts: any[]) => (Vector | null)[]>}
 */
const SLOPES = {
  add: (slope, _, parts) => parts.map(() => slope),
  multiply: (slope, _, [a, b]) => [[slope, b], [slope, a]].map((pair) => OPERATIONS.multiply(...pair)),
  negate: (slope) => [OPERATIONS.negate(slope)],
  join(slope, _, [first, second]) {
    return [slope.slice(0, first.length), slope.slice(-second.length)];
  },
  matvec: (slope, _, [W]) => [null, transposedProduct(W, slope)],
  sigmoid: (slope, y) => [slope.map((d, k) => d * y[k] * (1 - y[k]))],
  tanh: (slope, y) => [slope.map((d, k) => d * (1 - y[k] ** 2))],
  columns: () => [],
};

/**
 * A program backwards: how something depends on all its values, from how it does on its last.
 * @param {Program} program
 * @param {Record<string, any>} values
 * @param {Record<string, Vector>} slopesOfLast
 */
function runBackward(program, values, slopesOfLast) {
  /** @type {Record<string, Vector>} */
  const slopes = { ...slopesOfLast };
  for (const [name, operation, ...parts] of [...program].reverse()) {
    if (!(name in slopes)) continue;
    const given = parts.map((part) => values[part] ?? part);
    SLOPES[operation](slopes[name], values[name], given).forEach((slope, k) => {
      const part = parts[k];
      if (slope && typeof part === "string") {
        slopes[part] = part in slopes ? OPERATIONS.add(slopes[part], slope) : slope;
      }
    });
  }
  return slopes;
}

/**
 * A network that reads tokens. What it has read is a state, `start` before any; `step` computes all
 * of the next step by name, of which `next` is the state to go on from, and `scores` the readout.
 * @param {StoredNetwork} stored
 */
function createNetwork({ program, carried, arrays }) {
  /** @type {Record<string, any>} */
  const weights = {};
  for (const [name, stored] of Object.entries(arrays)) {
    const rows = rowsOf(stored);
    weights[name] = stored.isVector ? [...rows[0]] : rows;
  }
  const embedding = weights.embedding.map((/** @type {Vector} */ row) => [...row]);
  const readout = weights["readout.W"];
  const states = Object.entries(carried); // [what a step takes, what of the step before it is]
  /** @type {<V>(change: (state: [string, string]) => [string, V]) => Record<string, V>} */
  const mapped = (change) => Object.fromEntries(states.map(change));
  const start = mapped(([before]) => [before, Array(readout[0].length).fill(0)]);
  /** @param {Record<string, Vector>} state @param {number} token */
  const step = (state, token) => run(program, { ...weights, ...state, x: embedding[token] });
  /** @param {Numbers} trace */
  const next = (trace) => mapped(([before, now]) => [before, trace[now]]);
  return {
    start,
    step,
    next,
    /** @param {Numbers} trace */
    scores: ({ h }) => OPERATIONS.add(OPERATIONS.matvec(readout, h), weights["readout.b"]),
    /**
     * The steps of reading tokens from the start.
     * @param {number[]} tokens
     */
    read(tokens) {
      let state = start;
      return tokens.map((token) => {
        const trace = step(state, token);
        state = next(trace);
        return trace;
      });
    },
    /**
     * How something depends on the state, from how it depends on the scores.
     * @param {Vector} slopes
     */
    startOfSlopes: (slopes) => ({ h: transposedProduct(readout, slopes) }),
    /**
     * The same one step back: of the input, and of the state that the step began with.
     * @param {Numbers} trace
     * @param {Record<string, Vector>} slopesOfState
     */
    stepBackward(trace, slopesOfState) {
      const slopes = runBackward(program, trace, slopesOfState);
      return { x: slopes.x, state: mapped(([before, now]) => [now, slopes[before]]) };
    },
  };
}

/** @type {WeakMap<StoredNetwork, Network>} */
const known = new WeakMap();
/**
 * The network that is stored so, made once.
 * @param {StoredNetwork} stored
 * @returns {Network}
 */
export function networkOf(stored) {
  const network = known.get(stored) ?? createNetwork(stored);
  known.set(stored, network);
  return network;
}
