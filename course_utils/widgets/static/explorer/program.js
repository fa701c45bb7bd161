// Runs a program of course_utils.formulas: named operations on numbers, vectors and matrices.

const sigmoid = (z) => {
  const e = Math.exp(-Math.abs(z)); // as the cells do: no overflow on either side
  return (z >= 0 ? 1 : e) / (1 + e);
};

/** A function of numbers on vectors, entry by entry; a number stands for all its entries. */
function onVectors(compute) {
  return (...parts) => {
    const lengths = parts.filter(Array.isArray).map((part) => part.length);
    if (lengths.length === 0) return parts.reduce(compute);
    const entry = (part, k) => (Array.isArray(part) ? part[part.length === 1 ? 0 : k] : part);
    return Array.from({ length: Math.max(...lengths) }, (_, k) =>
      parts.map((part) => entry(part, k)).reduce(compute),
    );
  };
}
const onEach = (compute) => (z) => (Array.isArray(z) ? z.map(compute) : compute(z));
const sum = (terms) => terms.reduce((a, b) => a + b, 0);
const dot = (a, b) => sum(a.map((value, k) => value * b[k]));

const OPERATIONS = {
  add: onVectors((a, b) => a + b),
  multiply: onVectors((a, b) => a * b),
  divide: onVectors((a, b) => a / b),
  power: onVectors((a, b) => a ** b),
  negate: onEach((a) => -a),
  copy: (a) => a,
  join: (...parts) => parts.flat(),
  matvec: (W, v) => W.map((row) => dot(row, v)),
  transpose: (W) => W[0].map((_, j) => W.map((row) => row[j])),
  dot: (a, b) => [dot(a, b)],
  /** The columns of W that read `vector`, after those that read `before`. */
  columns: (W, before, vector) =>
    W.map((row) => row.slice(before.length, before.length + vector.length)),
  sigmoid: onEach(sigmoid),
  tanh: onEach(Math.tanh),
  exp: onEach(Math.exp),
  log: onEach(Math.log),
  relu: onEach((z) => Math.max(z, 0)),
  total: (z) => [sum(z)],
  softmax(z) {
    const most = Math.max(...z);
    const shares = z.map((value) => Math.exp(value - most));
    return shares.map((share) => share / sum(shares));
  },
};

/** What the steps of a program compute, beside what is given, by name. */
function run(program, given) {
  const known = { ...given };
  const valueOf = (part) => (typeof part === "number" ? part : part === "" ? [] : known[part]);
  for (const [name, operation, ...parts] of program) {
    known[name] = OPERATIONS[operation](...parts.map(valueOf));
  }
  return known;
}
