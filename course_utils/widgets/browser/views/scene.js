// A picture as data, as scene.py has it: marks on a sheet 760 wide, y downwards.

import { fixed } from "../shared/text.js";

/**
 * @param {Box[]} list
 * @param {Role} role
 * @param {{ opacity?: number, outline?: boolean }} look
 * @returns {Boxes}
 */
export const boxes = (list, role = "plain", { opacity = 1, outline = false } = {}) => ({
  kind: "boxes", boxes: list, role, opacity, outline,
});
/** @param {Point[]} points @param {Role} role @returns {Line} */
export const line = (points, role = "faint", width = 1, dashed = false) => ({ kind: "line", points, role, width, dashed });
/** @param {Point[]} points @param {Role} role @param {Shape} shape @returns {Dots} */
export const dots = (points, role, shape = "circle", size = 4) => ({ kind: "dots", points, role, shape, size });
/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {number} size
 * @param {Anchor} anchor
 * @param {Partial<Look>} look
 * @returns {Label}
 */
export const label = (x, y, text, size = 15, anchor = "start", look = {}) => ({
  kind: "label", x, y, text, size, anchor, bold: false, faint: false, light: false, mono: false, turn: 0, ...look,
});
/**
 * Boxes as strong in colour as their value is large, -1 to 1: one mark for each strength.
 * @param {Shaded[]} values
 * @param {Role} positive
 * @param {Role} negative
 */
export function shaded(values, positive, negative = "forget", levels = 20) {
  /** @type {Map<string, Box[]>} */
  const found = new Map();
  for (const [box, value] of values) {
    const level = Number(fixed(levels * Math.min(Math.abs(value), 1), 0));
    const key = `${value > 0 ? positive : negative} ${String(level).padStart(3, "0")}`;
    if (level) found.set(key, [...(found.get(key) ?? []), box]);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, list]) => {
    const [role, level] = key.split(" ");
    return boxes(list, /** @type {Role} */ (role), { opacity: Number(level) / levels });
  });
}
/**
 * Text without the braces of its subscripts: W_{h} as W_h.
 * @param {string} text
 */
export const unbraced = (text) => text.replace(/[{}]/g, "");
/** @param {number} number */
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
/** @param {number} share */
export const percent = (share) => `${fixed(100 * share, 0)}%`;
