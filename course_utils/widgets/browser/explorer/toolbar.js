// Presets, units, conventions, reset, the state as Python and as a link.

import { html } from "../shared/elements.js";

function options(entries, chosen) {
  return entries.map(([value, text]) =>
    html("option", { value, selected: value === chosen ? "" : false }, text),
  );
}

function choice(label, keep, entries, chosen, onPick) {
  const onchange = (event) => onPick(event.target.value);
  return html(
    "label",
    {},
    `${label} `,
    html("select", { "data-keep": keep, onchange }, ...options(entries, chosen)),
  );
}

export function createToolbar(layout, shown, unit, { onPreset, onUnit, onReset, onPython, onLink, onSvg, onPng }) {
  const own = html("option", { value: "" }, "Own numbers");
  const presets = layout.presets.map(({ name, title }) => [name, title]);
  const units = Array.from({ length: shown.units }, (_, k) => [String(k), String(k + 1)]);
  const preset = choice("Preset", "preset", presets, "", (name) => name && onPreset(name));
  const select = preset.querySelector("select");
  select.prepend(own);
  const root = html(
    "div",
    { class: "toolbar" },
    preset,
    ...(units.length > 2 ? [choice("Unit", "unit", units, String(unit), (k) => onUnit(Number(k)))] : []),
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
  const update = (latest) => {
    own.hidden = latest.preset !== null;
    if (select.value !== (latest.preset ?? "")) select.value = latest.preset ?? "";
  };
  return { root, share, update };
}

/** The points in which texts differ; folded, with what differs from this course's in the heading. */
export function createConventions(layout, isOpen, onSwitch) {
  const changed = layout.conventions.flatMap(({ name, title, options: known }) =>
    known.slice(1).filter(({ value }) => value === layout.choice[name]).map((o) => `${title}: ${o.title}`),
  );
  const choices = layout.conventions.map(({ name, title, options: known }) =>
    choice(title, `by-${name}`, known.map((o) => [o.value, o.title]), layout.choice[name], (value) =>
      onSwitch({ [name]: value }),
    ),
  );
  const heading = `Conventions: ${changed.join(", ") || "this course's"}`;
  return html(
    "details",
    { class: "conventions", open: isOpen ? "" : false },
    html("summary", { "data-keep": "conventions" }, heading),
    html("div", { class: "toolbar" }, ...choices),
  );
}
