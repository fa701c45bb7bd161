// A picture with controls: draws marks and hears what a person sets. What is shown then is computed
// here by state.js and told to Python.

import { html, svg, symbolHtml, symbolSvg } from "../shared/elements.js";
import { whenGone } from "../shared/gone.js";
import { keepFromCommands, keepFromNotebook } from "../shared/keys.js";
import { createCopied, createStatus, hearLinks } from "../shared/links.js";
import { createNumber } from "../shared/slider.js";
import { CUT_OFF, SILENCE, createSync } from "../shared/sync.js";
import { unbraced } from "./scene.js";
import { createState } from "./state.js";

// ---------------------------------------------------------------- marks

/**
 * A hundredth of a unit is less than a pixel.
 * @param {number} number
 */
const near = (number) => Math.round(100 * number) / 100;
/** @param {Box} box */
const boxPath = (box) => {
  const [x, y, w, h] = box.map(near);
  return `M${x} ${y}h${w}v${h}h${-w}z`;
};
/** @type {Record<Shape, (x: number, y: number, r: number) => string>} */
const DOT = {
  circle: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
  square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
  diamond: (x, y, r) => `M${x} ${y - 1.3 * r}l${1.3 * r} ${1.3 * r}l${-1.3 * r} ${1.3 * r}l${-1.3 * r} ${-1.3 * r}z`,
  triangle: (x, y, r) => `M${x} ${y - 1.2 * r}l${1.2 * r} ${2.2 * r}h${-2.4 * r}z`,
};

/** @type {("bold" | "faint" | "light" | "mono")[]} */
const LOOKS = ["bold", "faint", "light", "mono"];
/**
 * What each kind of mark is made of: an SVG element's name and its attributes.
 * @type {MarkMakers}
 */
const MARKS = {
  boxes: (mark) => ({
    tag: "path",
    class: `${mark.outline ? "frame" : "fill"} role-${mark.role}`,
    d: mark.boxes.map(boxPath).join(""),
    "fill-opacity": mark.outline ? 1 : mark.opacity,
  }),
  line: (mark) => ({
    tag: "path",
    class: `stroke role-${mark.role}`,
    d: `M${mark.points.map((point) => point.map(near).join(" ")).join("L")}`,
    "stroke-width": mark.width,
    "stroke-dasharray": mark.dashed ? "6 4" : "none",
  }),
  dots: (mark) => ({
    tag: "path",
    class: `fill role-${mark.role}`,
    d: mark.points.map(([x, y]) => DOT[mark.shape](near(x), near(y), mark.size)).join(""),
  }),
  label: (mark) => ({
    tag: "text",
    class: ["label", ...LOOKS.filter((look) => mark[look])].join(" "),
    x: mark.x,
    y: mark.y,
    "text-anchor": mark.anchor,
    style: `font-size:${mark.size}px`,
    transform: mark.turn ? `rotate(${mark.turn} ${mark.x} ${mark.y})` : "rotate(0)",
    text: mark.text,
  }),
};

/**
 * A sheet whose marks are changed in place: an element is made anew only where its kind differs.
 * @param {ViewLayout} layout
 * @param {(key: string, value: number | string) => void} onPick
 */
function createSheet(layout, onPick) {
  const drawing = svg("g", {});
  const places = svg("g", { class: "picks" });
  const root = svg("svg", { class: "sheet", role: "img" }, drawing, places);
  /**
   * @type {{ tag: string, node: SVGElement, attributes: Record<string, string | number>, text: string | null }[]}
   */
  const drawn = [];
  let picks = "";

  /** @param {number} k @param {Drawing} wanted */
  function mark(k, wanted) {
    const { tag, text, ...rest } = wanted;
    const attributes = /** @type {Record<string, string | number>} */ (rest);
    let item = drawn[k];
    if (item?.tag !== tag) {
      const node = svg(tag);
      if (item) item.node.replaceWith(node);
      else drawing.append(node);
      item = drawn[k] = { tag, node, attributes: {}, text: null };
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (item.attributes[name] !== value) item.node.setAttribute(name, String(value));
    }
    item.attributes = attributes;
    if (text !== undefined && item.text !== text) {
      item.node.replaceChildren(...(text.includes("_") ? symbolSvg(text) : [text]));
    }
    item.text = text ?? null;
  }
  /** @param {ViewShown} shown */
  function update(shown) {
    root.setAttribute("viewBox", `0 0 ${shown.width} ${shown.height}`);
    root.style.setProperty("--wide", `${shown.width}px`);
    const alternative = unbraced(`${layout.title}: ${shown.words}`);
    if (root.getAttribute("aria-label") !== alternative) root.setAttribute("aria-label", alternative);
    shown.marks.forEach((wanted, k) => {
      mark(k, /** @type {MarkMaker} */ (MARKS[wanted.kind])(wanted));
    });
    for (const { node } of drawn.splice(shown.marks.length)) node.remove();
    const now = JSON.stringify(shown.picks);
    if (now === picks) return;
    picks = now;
    places.replaceChildren(
      ...shown.picks.map(({ box: [x, y, width, height], key, value, title }) =>
        svg(
          "rect",
          { x, y, width, height, class: "pick", onclick: () => onPick(key, value) },
          svg("title", {}, title),
        ),
      ),
    );
  }
  return { root, update };
}

// ---------------------------------------------------------------- controls

/**
 * Each kind of control: its elements, and how it shows a value. `keep` leaves what is typed.
 * @type {ControlMakers}
 */
const CONTROLS = {
  slider(control, set) {
    const { key, label: name, low, high, step } = control;
    const ends = { min: low, max: high, step };
    const { slider, box, show } = createNumber({ ...ends, "data-setting": key }, name, set);
    box.dataset.number = key;
    const label = html("label", {}, html("span", {}, ...symbolHtml(name)), slider);
    return {
      root: html("div", { class: "setting" }, label, box),
      show(value, _problem, limit) {
        slider.max = String(limit ?? high);
        show(value);
      },
    };
  },
  choice(control, set) {
    const choices = control.options.map(([value, text]) => html("option", { value }, text));
    const select = html("select", { "data-setting": control.key }, ...choices);
    select.addEventListener("change", () => set(select.value));
    const label = html("label", {}, html("span", {}, ...symbolHtml(control.label)), select);
    return {
      root: html("div", { class: "setting" }, label),
      show: (value) => (select.value = value),
    };
  },
  check(control, set) {
    const box = html("input", { type: "checkbox", "data-setting": control.key });
    box.addEventListener("change", () => set(box.checked));
    const label = html("label", {}, box, html("span", {}, ...symbolHtml(control.label)));
    return {
      root: html("div", { class: "setting" }, label),
      show: (value) => (box.checked = value),
    };
  },
  text(control, set) {
    const box = html("input", { type: "text", "data-setting": control.key, autocomplete: "off", spellcheck: "false", maxlength: 400 });
    box.addEventListener("input", () => {
      box.dataset.typing = "yes";
      set(box.value, true);
    });
    const finish = () => {
      delete box.dataset.typing; // Enter, or the box is left: now the text is finished
      set(box.value);
    };
    box.addEventListener("change", finish);
    // a text put back as it was is no change
    box.addEventListener("blur", () => box.dataset.typing && finish());
    const label = html("label", {}, html("span", {}, ...symbolHtml(control.label)), box);
    return {
      root: html("div", { class: "setting wide" }, label),
      /** What could not be taken stays in the box, to be mended there. */
      show(value, problem) {
        box.setAttribute("aria-invalid", String(problem));
        if (!problem && !box.dataset.typing && box.value !== value) box.value = value;
      },
    };
  },
};

// ---------------------------------------------------------------- the tables

/**
 * 0.25, −3, 1,234, 2·10⁻⁸ or nothing: what stands flush right.
 * @param {string} text
 */
const isNumber = (text) => /^[−\d.,e·⁻⁰¹²³⁴-⁹]*$/.test(text);

function createTables() {
  const inside = html("div", {});
  const root = html(
    "details",
    { class: "numbers" },
    html("summary", {}, "All numbers as a table"),
    inside,
  );
  /** @type {Table[]} */
  let latest = [];
  function draw() {
    inside.replaceChildren(
      ...latest.map(({ caption, columns, rows }) => {
        /** @param {number} k */
        const isOfNumbers = (k) => k > 0 && rows.every((row) => isNumber(row[k] ?? ""));
        const kinds = columns.map((_, k) => (isOfNumbers(k) ? "number" : "text"));
        const heads = columns.map((name, k) =>
          html("th", { scope: "col", class: kinds[k] }, ...symbolHtml(name)),
        );
        const body = rows.map(([head, ...cells]) =>
          html(
            "tr",
            {},
            html("th", { scope: "row" }, ...symbolHtml(head)),
            ...cells.map((cell, k) => html("td", { class: kinds[k + 1] }, cell)),
          ),
        );
        const table = html(
          "table",
          {},
          html("caption", {}, caption),
          html("thead", {}, html("tr", {}, ...heads)),
          html("tbody", {}, ...body),
        );
        const scroll = { class: "scroll", tabindex: "0", role: "region", "aria-label": caption };
        return html("div", scroll, table);
      }),
    );
  }
  root.addEventListener("toggle", () => root.open && draw());
  return {
    root,
    /** @param {ViewShown} shown */
    update(shown) {
      latest = shown.tables;
      if (root.open) draw();
    },
  };
}

// ---------------------------------------------------------------- all of it

const SLICE = 12; // milliseconds of a frame for a picture that takes longer than one

/**
 * What is computed here: drawn at once, or as it comes, and told to Python.
 * @param {Model<ViewTraits>} model
 * @param {ViewLayout} layout
 * @param {Kind} kind
 * @param {() => void} onShown
 * @param {() => void} onSilence
 */
function createSource(model, layout, kind, onShown, onSilence) {
  const state = createState(layout, kind, model.get("data"), model.get("shown"));
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let frame = 0;
  /** Show what there is, where motion is unwanted only what is whole, and go on in the next frame. */
  function show() {
    cancelAnimationFrame(frame);
    if (state.isWhole || !isStill) onShown();
    if (!state.isWhole) frame = requestAnimationFrame(goOn);
  }
  function goOn() {
    const end = performance.now() + SLICE;
    state.goOn(() => performance.now() > end);
    show();
  }
  if (!state.isWhole) frame = requestAnimationFrame(goOn);
  const sync = createSync(model, {
    onNews(shown) {
      state.take(shown);
      show();
    },
    onAnswer: onShown,
    onSilence,
  });
  return {
    shown: () => state.shown,
    isWhole: () => state.isWhole,
    link: state.link,
    /** @param {ViewOrder} order */
    ask(order) {
      state.obey(order);
      show();
      if (!state.shown.problem) sync.push(state.state);
      if (!state.shown.message && sync.isSilent()) onSilence();
    },
    dispose() {
      cancelAnimationFrame(frame);
      sync.dispose();
    },
  };
}

/**
 * Show a view of a kind; returns what ends it.
 * @param {Kind} kind
 * @param {Host<ViewTraits>} host
 */
export function renderView(kind, { model, el }) {
  const layout = model.get("layout_of_view");
  const { root: status, say } = createStatus();
  const { root: code, copy } = createCopied(say);
  let isCutOff = false;
  const silence = () => say(isCutOff ? CUT_OFF : SILENCE, true);
  const source = createSource(model, layout, kind, update, silence);
  /** @param {ViewOrder} order */
  const ask = (order) => {
    root.dataset.waiting = "yes";
    source.ask(order);
  };
  const controls = layout.controls.map((control) => {
    /** @type {SetValue} */
    const set = (value, typing = false) => ask({ change: [control.key, value, typing] });
    const make = /** @type {ControlMaker} */ (CONTROLS[control.kind]);
    return { key: control.key, ...make(control, set) };
  });
  const sheet = createSheet(layout, (key, value) => ask({ change: [key, value, false] }));
  const picture = html("div", { class: "scroll" }, sheet.root);
  const tables = createTables();
  const presets = html(
    "select",
    { onchange: () => presets.value && ask({ preset: presets.value }) },
    html("option", { value: "" }, "Own settings"),
    ...layout.presets.map(({ title }) => html("option", { value: title }, title)),
  );
  /** On a page the whole address; in a notebook what a link in its text would say. */
  const copyLink = () => copy(`${model.address?.() ?? ""}${source.link(model.get("name"))}`);
  const toolbar = html(
    "div",
    { class: "toolbar" },
    ...(layout.presets.length ? [html("label", {}, "Preset ", presets)] : []),
    html("button", { type: "button", onclick: () => ask({ reset: "all" }) }, "Reset"),
    html("button", { type: "button", onclick: copyLink }, "Copy link"),
  );
  const root = html(
    "div",
    { class: "cell-explorer live-view", role: "group", "aria-label": layout.title, onkeydown: keepFromNotebook },
    toolbar,
    html("div", { class: "settings" }, ...controls.map((control) => control.root)),
    status,
    picture,
    tables.root,
    code,
  );

  function update() {
    const shown = source.shown();
    code.hidden = true; // it would no longer say what is shown
    for (const { key, show } of controls) {
      show(shown.settings[key], shown.problem === key, shown.limits[key]);
    }
    presets.value = shown.preset;
    sheet.update(shown);
    tables.update(shown);
    say(shown.message || shown.words, Boolean(shown.problem));
    if (source.isWhole()) delete root.dataset.waiting;
    else root.dataset.waiting = "yes";
  }
  update();
  el.append(root);
  /** On a narrow screen it is moved sideways, by keyboard too. */
  const watch = new ResizeObserver(() => {
    picture.tabIndex = picture.scrollWidth > picture.clientWidth ? 0 : -1;
  });
  watch.observe(picture);
  const forgetLinks = hearLinks(root, model, (link) => ask({ link }));
  const forgetKeys = keepFromCommands(root);
  const forgetGone = whenGone(model, () => {
    isCutOff = true;
    silence();
  });
  return () => {
    forgetLinks();
    forgetKeys();
    forgetGone();
    watch.disconnect();
    source.dispose();
  };
}
