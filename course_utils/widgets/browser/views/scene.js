// A picture as data, as scene.py has it: marks on a sheet 760 wide, y downwards.

import { fixed } from "../shared/text.js";

export const boxes = (list, role = "plain", { opacity = 1, outline = false } = {}) => ({
  kind: "boxes", boxes: list, role, opacity, outline,
});
export const line = (points, role = "faint", width = 1, dashed = false) => ({ kind: "line", points, role, width, dashed });
export const dots = (points, role, shape = "circle", size = 4) => ({ kind: "dots", points, role, shape, size });
export const label = (x, y, text, size = 15, anchor = "start", look = {}) => ({
  kind: "label", x, y, text, size, anchor, bold: false, faint: false, light: false, mono: false, turn: 0, ...look,
});
/** Boxes as strong in colour as their value is large, -1 to 1: one mark for each strength. */
export function shaded(values, positive, negative = "forget", levels = 20) {
  const found = new Map();
  for (const [box, value] of values) {
    const level = Number(fixed(levels * Math.min(Math.abs(value), 1), 0));
    const key = `${value > 0 ? positive : negative} ${String(level).padStart(3, "0")}`;
    if (level) found.set(key, [...(found.get(key) ?? []), box]);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, list]) => {
    const [role, level] = key.split(" ");
    return boxes(list, role, { opacity: level / levels });
  });
}
/** Text without the braces of its subscripts: W_{h} as W_h. */
export const unbraced = (text) => text.replace(/[{}]/g, "");
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");
export const percent = (share) => `${fixed(100 * share, 0)}%`;
