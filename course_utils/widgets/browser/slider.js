// One labelled slider. The number lives in the kernel; at most one move is under way to it, and of
// those made meanwhile the last alone follows: what takes long in the kernel never queues. The
// kernel's number moves the handle again once every move is answered.

import { html } from "./shared/elements.js";
import { createSlider } from "./shared/slider.js";

const PATIENCE = 3000; // milliseconds without an answer until we say so
const SILENT = "The kernel does not answer. After a restart of the kernel run the cell again.";

/** @type {("min" | "max" | "step")[]} */
const ENDS = ["min", "max", "step"];

/** @param {Host<SliderTraits>} host */
function render({ model, el }) {
  el.classList.add("course-slider");
  const name = html("span", { class: "name" });
  const number = html("span", { class: "number", "aria-hidden": "true" }); // the slider says it itself
  const message = html("span", { role: "status" });
  const { slider: input, show } = createSlider({}, (position) => written(valueAt(position)), slide);
  el.replaceChildren(html("label", {}, name, input), number, message);

  let moves = 0; // how many have been sent
  let unanswered = false;
  /** @type {number | null} */
  let waiting = null; // where the handle was put meanwhile
  let held = false; // in the middle of a drag that counts where it ends
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {number} value */
  const written = (value) => {
    const decimals = model.get("decimals");
    const text = decimals === null ? String(Number(value.toPrecision(3))) : value.toFixed(decimals);
    return text.replace("-", "−");
  };
  /** @param {number} position */
  const valueAt = (position) => (model.get("log") ? 10 ** position : position);
  const follow = () => {
    if (held) return;
    const value = model.get("value");
    number.textContent = written(value);
    show(model.get("log") ? Math.log10(value) : value, written(value));
  };
  const fit = () => {
    name.textContent = model.get("description");
    for (const end of ENDS) input[end] = String(model.get(end));
    follow();
  };
  /** @param {number} position */
  const send = (position) => {
    clearTimeout(timer);
    timer = setTimeout(silence, PATIENCE);
    waiting = null;
    unanswered = true;
    moves = Math.max(moves, model.get("heard")) + 1;
    model.send?.({ position, move: moves });
  };
  const silence = () => {
    message.textContent = SILENT;
    unanswered = false; // the next move tries again
  };
  const heard = () => {
    if (model.get("heard") < moves) return;
    clearTimeout(timer);
    message.textContent = "";
    unanswered = false;
    if (waiting === null) follow();
    else send(waiting);
  };
  const move = () => {
    if (unanswered) waiting = Number(input.value);
    else send(Number(input.value));
  };
  /** @param {number} position */
  function slide(position) {
    number.textContent = written(valueAt(position));
    held = !model.get("continuous");
    if (!held) move();
  }
  const release = () => {
    if (held) move();
    held = false;
  };
  const changed = () => {
    if (!unanswered && model.get("heard") >= moves) follow();
  };
  // In command mode JupyterLab and Notebook 7 take arrow keys for themselves, Notebook 7 before they
  // reach the page's elements: only the window hears of them earlier. The slider still moves.
  /** @param {KeyboardEvent} event */
  const keep = (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (plain && event.target === input) event.stopPropagation();
  };

  fit();
  window.addEventListener("keydown", keep, true);
  input.addEventListener("change", release);
  model.on("change:value", changed);
  model.on("change:heard", heard);
  model.on("change:min change:max change:step change:description change:decimals", fit);
  return () => {
    clearTimeout(timer);
    window.removeEventListener("keydown", keep, true);
    model.off("change:value", changed);
    model.off("change:heard", heard);
    model.off("change:min change:max change:step change:description change:decimals", fit);
  };
}

export default { render };
