// Runs a program of course_utils.formulas: named operations on numbers, vectors and matrices.

/** @param {number} z */
export const sigmoid = (z) => {
  const e = Math.exp(-Math.abs(z)); // as the cells do: no overflow on either side
  return (z >= 0 ? 1 : e) / (1 + e);
};

/**
 * A function of two numbers on vectors, entry by entry; a number stands for all its entries.
 * @param {(a: number, b: number) => number} compute
 * @returns {Elementwise}
 */
function onVectors(compute) {
  /** @type {(a: number | Vector, b: number | Vector) => number | Vector} */
  const ofTwo = (a, b) => {
    if (!Array.isArray(a)) return Array.isArray(b) ? b.map((entry) => compute(a, entry)) : compute(a, b);
    if (!Array.isArray(b)) return a.map((entry) => compute(entry, b));
    if (a.length !== b.length) return a.length === 1 ? ofTwo(a[0], b) : ofTwo(a, b[0]);
    return a.map((entry, k) => compute(entry, b[k]));
  };
  const ofAll = (/** @type {(number | Vector)[]} */ ...parts) => parts.reduce(ofTwo);
  return /** @type {Elementwise} */ (ofAll);
}
/** @param {(z: number) => number} compute @returns {OnEach} */
const onEach = (compute) => {
  const ofAny = (/** @type {number | Vector} */ z) => (Array.isArray(z) ? z.map(compute) : compute(z));
  return /** @type {OnEach} */ (ofAny);
};
/** The last of a list that has one. @template T @param {ArrayLike<T>} list */
export const last = (list) => list[list.length - 1];
/** @param {number[]} terms */
export const sum = (terms) => terms.reduce((a, b) => a + b, 0);
/**
 * Four sums side by side, since networks of many units are run by it: one waits for itself.
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
export function dot(a, b) {
  let s = 0;
  let t = 0;
  let u = 0;
  let v = 0;
  let k = 0;
  for (; k + 3 < a.length; k += 4) {
    s += a[k] * b[k];
    t += a[k + 1] * b[k + 1];
    u += a[k + 2] * b[k + 2];
    v += a[k + 3] * b[k + 3];
  }
  for (; k < a.length; k++) s += a[k] * b[k];
  return s + t + u + v;
}

export const OPERATIONS = {
  add: onVectors((a, b) => a + b),
  multiply: onVectors((a, b) => a * b),
  divide: onVectors((a, b) => a / b),
  power: onVectors((a, b) => a ** b),
  negate: onEach((a) => -a),
  /** @type {<T extends Value>(a: T) => T} */
  copy: (a) => a,
  /** @type {(...parts: Vector[]) => Vector} */
  join: (...parts) => parts.flat(),
  /** @type {(W: Matrix, v: ArrayLike<number>) => Vector} */
  matvec: (W, v) => W.map((row) => dot(row, v)),
  /** @type {(W: Matrix) => Matrix} */
  transpose: (W) => W[0].map((_, j) => W.map((row) => row[j])),
  /** @type {(a: Vector, b: Vector) => Vector} */
  dot: (a, b) => [dot(a, b)],
  /**
   * The columns of W that read `vector`, after those that read `before`.
   * @type {(W: Matrix, before: Vector, vector: Vector) => Matrix}
   */
  columns: (W, before, vector) =>
    W.map((row) => row.slice(before.length, before.length + vector.length)),
  sigmoid: onEach(sigmoid),
  tanh: onEach(Math.tanh),
  exp: onEach(Math.exp),
  log: onEach(Math.log),
  abs: onEach(Math.abs),
  relu: onEach((z) => Math.max(z, 0)),
  /** @type {(z: Vector) => Vector} */
  total: (z) => [sum(z)],
  /** @param {Vector} z */
  softmax(z) {
    const most = Math.max(...z);
    const shares = z.map((value) => Math.exp(value - most));
    const total = sum(shares);
    return shares.map((share) => share / total);
  },
};

/** @type {Record<string, (...parts: any[]) => Value>} */
const BY_NAME = OPERATIONS; // Python made the program: what it names fits

/**
 * What the steps of a program compute, beside what is given, by name.
 * @param {Program} program
 * @param {Record<string, Value>} given
 * @returns {Numbers}
 */
export function run(program, given) {
  /** @type {Record<string, any>} */
  const known = { ...given };
  /** @param {string | number} part */
  const valueOf = (part) => (typeof part === "number" ? part : part === "" ? [] : known[part]);
  for (const [name, operation, ...parts] of program) {
    known[name] = BY_NAME[operation](...parts.map(valueOf));
  }
  return known;
}
