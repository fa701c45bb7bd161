// Text on a grid, a letter a place, each as strongly coloured as its value is large: letters.py.

import { boxes, label, shaded } from "./scene.js";

/** @typedef {[start: number, line: string]} TextLine */
/** @typedef {[row: number, column: number]} Place */

const [COLUMN, SIZE] = [9.6, 15];
export const ROW = 24;
export const WIDE = 384;

const LINE = /[^\n]{1,38}$|[^\n]{0,37}[ \n]|[^\n]{38}/g;
/**
 * A text cut at its line breaks, and behind a word: [place of the first letter, the line].
 * @param {string} text
 * @returns {TextLine[]}
 */
export const linesOf = (text) => [...text.matchAll(LINE)].map((found) => [found.index, found[0]]);
/**
 * Row and column of each letter, in order.
 * @param {TextLine[]} lines
 * @returns {Place[]}
 */
export const placesIn = (lines) =>
  lines.flatMap(([, line], row) => [...line].map((_, column) => [row, column]));

/** @param {Place} place @param {number} x @param {number} y @returns {Box} */
const boxOf = ([row, column], x, y) =>
  [x + COLUMN * column, y + ROW * row, COLUMN, ROW - 3];

/**
 * Letters over boxes as strong in colour as `values` are large, -1 to 1.
 * @param {TextLine[]} lines
 * @param {number[]} values
 * @param {number} x
 * @param {number} y
 * @param {Role} positive
 */
export function tinted(lines, values, x, y, positive) {
  const placed = placesIn(lines).map((place) => boxOf(place, x, y));
  const whole = lines.map(([, line]) => line).join("");
  /** @type {Mark[]} */
  const marks = shaded(placed.map((box, k) => [box, values[k]]), positive).map((mark) => ({
    ...mark,
    opacity: 0.75 * mark.opacity,
  }));
  placed.forEach(([left, top, wide], k) => {
    const letter = whole[k];
    if (letter === " ") return;
    const shown = letter === "\n" ? "↵" : letter;
    const look = { faint: letter === "\n", mono: true };
    marks.push(label(left + wide / 2, top + SIZE, shown, SIZE, "middle", look));
  });
  return marks;
}
/** @param {Place} place @param {number} x @param {number} y */
export function frame(place, x, y) {
  const [left, top, wide, high] = boxOf(place, x, y);
  return boxes([[left - 1, top - 1, wide + 2, high + 2]], "state", { outline: true });
}
/**
 * Places that can be clicked, a letter each.
 * @param {Place[]} places
 * @param {number} x
 * @param {number} y
 * @returns {Clickable[]}
 */
export const picks = (places, x, y) =>
  places.map((place, k) => ({
    box: boxOf(place, x, y), key: "at", value: k + 1, title: `letter ${k + 1}`,
  }));

/**
 * A letter, or the name of what leaves no mark.
 * @param {string} letter
 */
export const named = (letter) => ({ " ": "(space)", "\n": "(line break)" })[letter] ?? letter;
