// NumPy's default_rng(seed).random(): the same numbers, so that a text drawn here is the text that
// Python draws. SeedSequence spreads the seed over a pool of four words (M. O'Neill's seed_seq),
// which starts PCG64, her generator of 128 bits with its output "XSL RR". NumPy keeps both streams
// as they are (its NEP 19).

import { sum } from "../shared/program.js";

const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/**
 * Four numbers of 64 bits that up to four whole numbers from 0 to 2^32 - 1 are spread over.
 * @param {number[]} seeds
 */
function seedWords(seeds) {
  /** @type {(constant: number, factor: number) => (word: number) => number} */
  const hasher = (constant, factor) => (word) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, factor);
    const product = Math.imul(mixed, constant);
    return product ^ (product >>> 16);
  };
  /** @type {(a: number, b: number) => number} */
  const mix = (a, b) => {
    const mixed = Math.imul(0xca01f9dd, a) - Math.imul(0x4973f715, b);
    return mixed ^ (mixed >>> 16);
  };
  const intoPool = hasher(0x43b0d7e5, 0x931e8875);
  const pool = [0, 1, 2, 3].map((k) => intoPool(seeds[k] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from !== to) pool[to] = mix(pool[to], intoPool(pool[from]));
    }
  }
  const words = [...pool, ...pool].map(hasher(0x8b51f9dd, 0x58f38ded));
  /** @param {number} k */
  const word = (k) => BigInt(words[k] >>> 0);
  return [0, 2, 4, 6].map((k) => (word(k + 1) << 32n) | word(k));
}

/**
 * A function that returns one number after the other, from 0 up to 1.
 * @param {number[]} seeds
 */
export function defaultRng(...seeds) {
  const [first, second, third, fourth] = seedWords(seeds);
  const increment = ((third << 65n) | (fourth << 1n) | 1n) & MASK_128;
  let state = 0n;
  const step = () => (state = (state * MULTIPLIER + increment) & MASK_128);
  step();
  state += (first << 64n) | second;
  step();
  return () => {
    step();
    const folded = (state >> 64n) ^ (state & MASK_64);
    const turn = state >> 122n;
    const bits = ((folded >> turn) | (folded << (64n - turn))) & MASK_64;
    return Number(bits >> 11n) / 2 ** 53;
  };
}

/**
 * The place that a random number falls on, where each takes its share p of 0 to 1.
 * @param {number[]} p
 * @param {number} random
 */
export function choice(p, random) {
  const most = sum(p);
  let below = 0;
  return p.findIndex((share) => (below += share) / most > random);
}
