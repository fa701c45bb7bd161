// Symbols and numbers as text, and what was typed as a number.

/**
 * C_{t-1} as pieces: [["C", false], ["t-1", true]], the second of each saying "subscript".
 * @param {string} symbol
 * @returns {[text: string, isSub: boolean][]}
 */
export function pieces(symbol) {
  return symbol
    .split(/(_\{[^}]*\}|_[\p{L}\p{N}]+)/u)
    .map(/** @returns {[text: string, isSub: boolean]} */ (part, k) => (k % 2 ? [part.replace(/[_{}]/g, ""), true] : [part, false]))
    .filter(([text]) => text);
}
/** @param {string} text */
export const minus = (text) => text.replaceAll("-", "−");
/** @param {string} symbol */
export const spoken = (symbol) => pieces(symbol).map(([text]) => text).join(" ");

/** @param {number} value */
export function decimals(value, most = 4) {
  const size = Math.abs(value);
  const text = value.toFixed(Math.min(most, size < 10 ? 4 : size < 100 ? 3 : 1));
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}
/** @param {number} value */
export const short = (value) => minus(String(Number(value.toPrecision(3))));
/** @param {number} value */
export const plain = (value) => String(Number(value.toPrecision(8)));
/** @param {number} value */
export const factor = (value) => (value < 0 ? `(${minus(plain4(value))})` : plain4(value));
/** @param {number} value */
export const plain4 = (value) => String(Number(value.toFixed(4)));

/**
 * As Python's f"{value:.{digits}f}": a tie goes to the even digit, where toFixed rounds it up.
 * @param {number} value
 * @param {number} digits
 */
export function fixed(value, digits) {
  const text = value.toFixed(digits);
  const isTie = Math.abs(value * 2 ** (digits + 1)) % 2 === 1;
  return isTie && /[13579]$/.test(text) ? (value * (1 - 1e-12)).toFixed(digits) : text;
}

/**
 * As Python's f"{value:.{digits}g}".
 * @param {number} value
 * @param {number} digits
 */
export function general(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e").map(Number);
  if (exponent >= -4 && exponent < digits) return String(Number(fixed(value, digits - 1 - exponent)));
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Why something cannot be done, in one sentence. */
export class Refusal extends Error {}

/**
 * What was typed, cut where it is long.
 * @param {unknown} raw
 */
export function quoted(raw) {
  const letters = [...String(raw)];
  return `“${letters.length <= 20 ? letters.join("") : `${letters.slice(0, 19).join("")}…`}”`;
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What was typed as a number, with a comma or a point, or NaN.
 * @param {unknown} raw
 */
export function asNumber(raw) {
  const text = String(raw).trim().replaceAll(",", ".").replaceAll("−", "-");
  return NUMBER.test(text) ? Number(text) : NaN;
}
