// A prediction: asked for, committed, and only then set beside what came out.

import { html, setText, svg, symbolHtml } from "./shared/elements.js";
import { keepFromCommands, keepFromNotebook } from "./shared/keys.js";
import { asNumber, decimals, minus, plain, short } from "./shared/text.js";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [460, 230, 48, 14, 14, 30];

/**
 * A number to be typed.
 * @param {NumberAsked} asked
 * @param {OnReady} onReady
 * @returns {Question<number>}
 */
function askNumber(asked, onReady) {
  const box = html("input", { type: "text", inputmode: "decimal", "aria-label": "Your prediction" });
  const wrong = html("span", { class: "wrong" });
  box.addEventListener("input", () => {
    const number = asNumber(box.value);
    const isNumber = Number.isFinite(number);
    setText(wrong, isNumber || !box.value.trim() ? "" : "expected a number, such as 0.75");
    box.setAttribute("aria-invalid", String(Boolean(wrong.textContent)));
    onReady(isNumber ? number : null);
  });
  return {
    root: html("div", {}, box, " ", wrong),
    show(guess, isOpen) {
      if (guess !== null && isOpen) box.value = plain(guess);
      box.disabled = isOpen;
    },
    says(guess) {
      const off = Math.abs(guess - asked.answer);
      const near = off < 5e-4 ? "That is it." : `Off by ${decimals(off, 3)}.`;
      return `You said ${minus(plain(guess))}; it is ${decimals(asked.answer)}. ${near}`;
    },
  };
}

/**
 * One of several.
 * @param {ChoiceAsked} asked
 * @param {OnReady} onReady
 * @param {string} name
 * @returns {Question<string>}
 */
function askChoice(asked, onReady, name) {
  const boxes = asked.options.map((option) => {
    const onchange = () => onReady(option);
    return html("input", { type: "radio", name, value: option, onchange });
  });
  const labels = asked.options.map((option, k) =>
    html("label", {}, boxes[k], html("span", {}, ...symbolHtml(option))),
  );
  return {
    root: html("div", { class: "options", role: "radiogroup", "aria-label": "Your prediction" }, ...labels),
    show(guess, isOpen) {
      boxes.forEach((box, k) => {
        box.checked = guess === asked.options[k];
        box.disabled = isOpen;
        labels[k].classList.toggle("answer", isOpen && asked.options[k] === asked.answer);
      });
    },
    says: (guess) =>
      guess === asked.answer ? `Yes: ${asked.answer}.` : `You said ${guess}; it is ${asked.answer}.`,
  };
}

/** How many steps a key moves a point. @type {Record<string, number>} */
const TURNS = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 };

/**
 * A curve over steps, drawn by hand or moved point by point with the arrow keys.
 * @param {CurveAsked} asked
 * @param {OnReady} onReady
 * @returns {Question<number[]>}
 */
function askCurve(asked, onReady) {
  const { low, high, answer } = asked;
  const count = answer.length;
  const at = asked.at ?? answer.map((_, k) => k + 1);
  /** @type {(number | null)[]} */
  const points = Array(count).fill(null);
  let isOpen = false;
  /** @param {number} k */
  const x = (k) => LEFT + (k * (WIDTH - LEFT - RIGHT)) / (count - 1);
  /** @param {number} value */
  const y = (value) => TOP + ((high - value) * (HEIGHT - TOP - BOTTOM)) / (high - low);
  /** @param {(number | null)[]} values */
  const line = (values) => {
    const drawn = values.flatMap((value, k) => (value === null ? [] : [`${x(k)},${y(value)}`]));
    return drawn.length > 1 ? `M${drawn.join("L")}` : "";
  };
  const own = svg("path", { class: "own" });
  const other = svg("path", { class: "other" });
  const step = (high - low) / 40;
  const dots = points.map((_, k) => {
    const dot = svg("circle", { cx: x(k), cy: y((low + high) / 2), r: 7, class: "unset" });
    for (const [name, value] of Object.entries({
      tabindex: "0",
      role: "slider",
      "aria-label": `step ${at[k]}`,
      "aria-valuemin": low,
      "aria-valuemax": high,
    })) {
      dot.setAttribute(name, String(value));
    }
    dot.addEventListener("keydown", (event) => {
      const by = TURNS[event.key];
      if (isOpen || !by) return;
      event.preventDefault();
      put(k, (points[k] ?? (low + high) / 2) + by * step);
    });
    return dot;
  });
  const ticks = [low, (low + high) / 2, high].map((value) =>
    svg("text", { x: LEFT - 11, y: y(value) + 4, "text-anchor": "end" }, short(value)),
  );
  const steps = points.map((_, k) =>
    svg("text", { x: x(k), y: HEIGHT - 8, "text-anchor": "middle" }, `${at[k]}`),
  );
  const frame = svg("rect", {
    x: LEFT, y: TOP, width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM, class: "frame",
  });
  const zero = low < 0 && high > 0 ? [svg("path", { class: "zero", d: `M${LEFT},${y(0)}H${WIDTH - RIGHT}` })] : [];
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": "Your curve: one value per step" },
    frame, ...zero, ...ticks, ...steps, other, own, ...dots,
  );
  /** @param {number} k @param {number} value */
  function put(k, value) {
    points[k] = Number(Math.min(Math.max(value, low), high).toFixed(3));
    draw();
    onReady(points.every((point) => point !== null) ? [...points] : null);
  }
  function draw() {
    own.setAttribute("d", line(points));
    dots.forEach((dot, k) => {
      const value = points[k] ?? (low + high) / 2;
      dot.setAttribute("cy", String(y(value)));
      dot.setAttribute("aria-valuenow", String(value));
      dot.setAttribute("aria-valuetext", points[k] === null ? "not set" : short(value));
      dot.classList.toggle("unset", points[k] === null);
    });
    other.setAttribute("d", isOpen ? line(answer) : "");
  }
  /** @param {PointerEvent} event */
  function hear(event) {
    if (isOpen || (event.type === "pointermove" && !event.buttons)) return;
    const box = drawing.getBoundingClientRect();
    const [across, down] = [event.clientX - box.left, event.clientY - box.top];
    const at = ((across / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    const k = Math.min(Math.max(Math.round(at * (count - 1)), 0), count - 1);
    const share = ((down / box.height) * HEIGHT - TOP) / (HEIGHT - TOP - BOTTOM);
    put(k, high - share * (high - low));
  }
  drawing.addEventListener("pointerdown", hear);
  drawing.addEventListener("pointermove", hear);
  draw();
  return {
    root: drawing,
    show(guess, opened) {
      isOpen = opened;
      if (guess) guess.forEach((value, k) => (points[k] = value));
      for (const dot of dots) dot.setAttribute("aria-disabled", String(opened));
      draw();
    },
    says(guess) {
      const off = guess.reduce((total, value, k) => total + Math.abs(value - answer[k]), 0) / count;
      const values = answer.map((value) => decimals(value, 2)).join(", ");
      return `The dashed line is what came out: ${values}. Off by ${decimals(off, 2)} per step.`;
    },
  };
}

/** @type {Askers} */
const KINDS = { number: askNumber, choice: askChoice, curve: askCurve };

/** @param {Host<PredictionTraits>} host */
export function renderPrediction({ model, el }) {
  const asked = model.get("asked");
  /** @type {unknown} */
  let ready = null;
  const input = /** @type {Asker} */ (KINDS[asked.kind])(asked, (guess) => {
    ready = guess;
    commit.disabled = guess === null;
  }, `prediction-${Math.random()}`);
  const commit = html("button", { type: "button", disabled: "", onclick: () => give() }, "Commit");
  const status = html("p", { class: "message", role: "status" });
  const root = html(
    "div",
    { class: "prediction", role: "group", "aria-label": "Prediction", onkeydown: keepFromNotebook },
    html("p", { class: "question" }, html("strong", {}, "Predict. "), ...symbolHtml(asked.question)),
    input.root,
    commit,
    status,
  );
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === root.querySelector("input[type=text]") && !commit.disabled) give();
  });
  el.append(root);

  function give() {
    model.set("guess", ready);
    model.save_changes();
    update();
  }
  function update() {
    const guess = model.get("guess");
    const isOpen = guess !== null && guess !== undefined;
    input.show(isOpen ? guess : null, isOpen);
    commit.hidden = isOpen;
    if (isOpen) status.replaceChildren(...symbolHtml(input.says(guess)));
  }
  const forgetKeys = keepFromCommands(root);
  model.on("change:guess", update);
  update();
  return () => {
    forgetKeys();
    model.off("change:guess", update);
  };
}

export default { render: renderPrediction };
