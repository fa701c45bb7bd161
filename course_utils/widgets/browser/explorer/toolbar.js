// Presets, units, conventions, reset, the state as Python and as a link.

import { html } from "../shared/elements.js";

/** @param {[value: string, text: string][]} entries @param {string} chosen */
function options(entries, chosen) {
  return entries.map(([value, text]) =>
    html("option", { value, selected: value === chosen ? "" : false }, text),
  );
}

/**
 * @param {string} label
 * @param {string} keep
 * @param {[value: string, text: string][]} entries
 * @param {string} chosen
 * @param {(value: string) => void} onPick
 */
function choice(label, keep, entries, chosen, onPick) {
  const onchange = () => onPick(select.value);
  const select = html("select", { "data-keep": keep, onchange }, ...options(entries, chosen));
  return { select, root: html("label", {}, `${label} `, select) };
}

/**
 * @param {CellLayout} layout
 * @param {CellShown} shown
 * @param {number} unit
 * @param {ToolbarHandlers} handlers
 */
export function createToolbar(layout, shown, unit, { onPreset, onUnit, onReset, onPython, onLink, onSvg, onPng }) {
  const own = html("option", { value: "" }, "Own numbers");
  /** @type {[string, string][]} */
  const presets = layout.presets.map(({ name, title }) => [name, title]);
  /** @type {[string, string][]} */
  const units = Array.from({ length: shown.units }, (_, k) => [String(k), String(k + 1)]);
  const { root: preset, select } = choice("Preset", "preset", presets, "", (name) => name && onPreset(name));
  select.prepend(own);
  const root = html(
    "div",
    { class: "toolbar" },
    preset,
    ...(units.length > 2 ? [choice("Unit", "unit", units, String(unit), (k) => onUnit(Number(k))).root] : []),
    html("button", { type: "button", onclick: onReset, "data-keep": "reset" }, "Reset all"),
    html(
      "span",
      { class: "legend" },
      html("i", { class: "above" }),
      "above 0 ",
      html("i", { class: "below" }),
      "below 0 · ▲▼ saturated: the slope is below 0.01 · pull a box sideways to set it",
    ),
  );
  const share = html(
    "details",
    { class: "share" },
    html("summary", { "data-keep": "share" }, "Copy or save"),
    html("button", { type: "button", onclick: onPython }, "Copy as Python"),
    html("button", { type: "button", onclick: onLink }, "Copy link"),
    html("button", { type: "button", onclick: onSvg }, "Save as SVG"),
    html("button", { type: "button", onclick: onPng }, "Save as PNG"),
  );
  /** @type {Update} */
  const update = (latest) => {
    own.hidden = latest.preset !== null;
    if (select.value !== (latest.preset ?? "")) select.value = latest.preset ?? "";
  };
  return { root, share, update };
}

/**
 * The points in which texts differ; folded, with what differs from this course's in the heading.
 * @param {CellLayout} layout
 * @param {boolean} isOpen
 * @param {(chosen: Choice) => void} onSwitch
 */
export function createConventions(layout, isOpen, onSwitch) {
  const changed = layout.conventions.flatMap(({ name, title, options: known }) =>
    known.slice(1).filter(({ value }) => value === layout.choice[name]).map((o) => `${title}: ${o.title}`),
  );
  const choices = layout.conventions.map(({ name, title, options: known }) => {
    const entries = known.map(/** @returns {[string, string]} */ (option) => [option.value, option.title]);
    const onPick = (/** @type {string} */ value) => onSwitch({ [name]: value });
    return choice(title, `by-${name}`, entries, layout.choice[name], onPick).root;
  });
  const heading = `Conventions: ${changed.join(", ") || "this course's"}`;
  return html(
    "details",
    { class: "conventions", open: isOpen ? "" : false },
    html("summary", { "data-keep": "conventions" }, heading),
    html("div", { class: "toolbar" }, ...choices),
  );
}
