// A plot over steps, as marks: axes.py draws the same.

import { general } from "../shared/text.js";
import { dots, label, line } from "./scene.js";

/** @param {number} exponent */
const raised = (exponent) => [...String(exponent)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
/**
 * A size as a power of ten with one digit in front; near 1 as it is.
 * @param {number} value
 */
export function power(value, decimals = 0) {
  if (value === 0) return "0";
  if (value >= 0.01 && value < 99.5) return general(value, 2);
  const [mantissa, exponent] = value.toExponential(decimals).split("e");
  return `${mantissa}·10${raised(Number(exponent))}`;
}

/**
 * A field of the sheet; x runs over the steps, y over numbers or powers of ten.
 * @param {{ left: number, top: number, width: number, height: number, first: number, last: number,
 *   low: number, high: number, log?: boolean }} field
 */
export function createAxes({ left, top, width, height, first, last, low, high, log = false }) {
  const [bottom, right] = [top + height, left + width];
  /** @param {number} t */
  const placeX = (t) => left + (width * (t - first)) / Math.max(last - first, 1);
  /** @param {number} value */
  const share = (value) => (Math.min(Math.max(value, low), high) - low) / (high - low);
  /** @param {number} value */
  const placeY = (value) => top + height * (1 - share(!log ? value : value > 0 ? Math.log10(value) : -Infinity));

  /** Round numbers, or exponents, of which few lie on the axis. */
  function numbers() {
    const span = high - low;
    let every = Math.max(1, Math.ceil(span / 6));
    if (!log) {
      const round = Array.from({ length: 13 }, (_, k) => [1, 2, 5].map((n) => n * Number(`1e${k - 6}`)));
      every = round.flat().find((step) => span / step <= 4) ?? span;
    }
    const from = Math.ceil(low / every - 1e-9);
    return Array.from({ length: Math.floor(high / every + 1e-9) - from + 1 }, (_, k) => (from + k) * every);
  }
  /** The first and the last step, and round ones between. */
  function ticks() {
    const every = [1, 2, 5, 10, 20, 25].find((n) => last / n <= 5) ?? 50;
    const between = Array.from({ length: Math.ceil(last / every) }, (_, k) => every * k).slice(1);
    return [first, ...between.filter((t) => t > first && t < last - every / 2), last];
  }

  return {
    top, left, width, bottom, right, placeX, placeY, first, last,
    frame({ numbered = true } = {}) {
      /** @type {Mark[]} */
      const marks = [line([[left, bottom], [right, bottom]])];
      for (const value of numbers()) {
        const y = placeY(log ? 10 ** value : value);
        marks.push(line([[left, y], [right, y]], value === 0 && !log && low < 0 ? "faint" : "soft"));
        const text = log ? (value ? `10${raised(value)}` : "1") : general(value, 3).replace("-", "−");
        if (numbered) marks.push(label(left - 8, y + 5, text, 15, "end", { faint: true }));
      }
      return marks;
    },
    /** @returns {Mark[]} */
    steps: () =>
      ticks().flatMap((t) => {
        const x = placeX(t);
        const anchor = t === first ? "start" : t === last ? "end" : "middle";
        return [line([[x, bottom], [x, bottom + 5]]), label(x, bottom + 20, String(t), 15, anchor, { faint: true })];
      }),
    /**
     * @param {Vector} values
     * @returns {Point[]}
     */
    points: (values, start = first) => values.map((value, k) => [placeX(start + k), placeY(value)]),
    /**
     * A line through points, with marks at every few of them.
     * @param {Point[]} points
     * @param {Role} role
     * @param {Shape} shape
     * @returns {Mark[]}
     */
    curve(points, role, shape) {
      const every = Math.max(1, Math.floor(points.length / 8));
      const marked = points.filter((_, k) => (points.length - 1 - k) % every === 0);
      return [line(points, role, 2.5), dots(marked, role, shape)];
    },
  };
}
