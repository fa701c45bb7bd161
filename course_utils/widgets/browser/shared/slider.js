// The one slider of all views: the browser's own, and beside it a box where its number can be typed.

import { html, setAttribute } from "./elements.js";
import { plain } from "./text.js";

/**
 * A slider that says its number as a person writes it, where the browser would say fifteen digits.
 * @param {Attributes} attributes
 * @param {(position: number) => string} written
 * @param {(position: number) => void} onMove
 */
export function createSlider(attributes, written, onMove) {
  const slider = html("input", { type: "range", ...attributes });
  slider.addEventListener("input", () => {
    const position = Number(slider.value);
    setAttribute(slider, "aria-valuetext", written(position));
    onMove(position);
  });
  /** @param {number} position */
  const show = (position, text = written(position)) => {
    if (Number(slider.value) !== position) slider.value = String(position);
    setAttribute(slider, "aria-valuetext", text);
  };
  return { slider, show };
}

/**
 * The same with a box, called `name`, that shows what is moved; `onSet` hears what is moved or typed.
 * @param {Attributes} attributes
 * @param {string} name
 * @param {(value: number | string) => void} onSet
 */
export function createNumber(attributes, name, onSet) {
  const box = html("input", { type: "text", inputmode: "decimal", "aria-label": `${name}, number` });
  const { slider, show: put } = createSlider(attributes, plain, (value) => {
    box.value = plain(value);
    onSet(value);
  });
  box.addEventListener("input", () => (box.dataset.typing = "yes"));
  box.addEventListener("change", () => {
    delete box.dataset.typing;
    onSet(box.value);
  });
  /** Show a number; what is being typed stays. @param {number} value */
  const show = (value) => {
    put(value);
    const isTyped = document.activeElement === box && box.dataset.typing;
    if (!isTyped && box.value !== plain(value)) box.value = plain(value);
  };
  return { slider, box, show };
}
