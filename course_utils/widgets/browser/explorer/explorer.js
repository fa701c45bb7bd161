// The view of the cell explorer: draws what the cell's program computes from what a person moves.
// Where there is a kernel, Python is told, and computes the same with course_utils.cells.

import { html } from "../shared/elements.js";
import { whenGone } from "../shared/gone.js";
import { keepFromCommands, keepFromNotebook } from "../shared/keys.js";
import { createCopied, createStatus, hearLinks } from "../shared/links.js";
import { CUT_OFF, SILENCE, createSync } from "../shared/sync.js";
import { createCell } from "./cell.js";
import { createChallenges } from "./challenges.js";
import { createControls } from "./controls.js";
import { createDiagram } from "./diagram.js";
import { createEquation, createTable } from "./equation.js";
import { savePng, saveSvg } from "./save.js";
import { createSteps } from "./steps.js";
import { createConventions, createToolbar } from "./toolbar.js";

/**
 * @typedef {object} Parts
 * @property {ReturnType<typeof createToolbar>} toolbar
 * @property {ReturnType<typeof createDiagram>} diagram
 * @property {ReturnType<typeof createEquation>} equation
 * @property {ReturnType<typeof createControls>} controls
 * @property {ReturnType<typeof createSteps>} steps
 * @property {ReturnType<typeof createChallenges>} challenges
 * @property {ReturnType<typeof createTable>} table
 */

/** @type {Record<string, string>} */
const CARRIED = { xs: "x", h_0: "h_prev", c_0: "c_prev" }; // which node shows what a field sets

/**
 * The element that has the focus, by a name that is the same after everything is built anew.
 * @param {HTMLElement} root
 */
function focusKeeper(root) {
  const names = ["data-keep", "data-field", "data-step-field"];
  const page = /** @type {Document | ShadowRoot} */ (root.getRootNode());
  const focused = page.activeElement;
  const name = focused && root.contains(focused) && names.find((attribute) => focused.hasAttribute(attribute));
  const selector = name && `[${name}="${focused.getAttribute(name)}"]`;
  return () => {
    if (selector) /** @type {HTMLElement | null} */ (root.querySelector(selector))?.focus();
  };
}

/**
 * Which node is lit, and its equation: the one hovered over, else the one chosen.
 * @param {() => CellLayout} layout
 */
function createSelection(layout) {
  let pinned = "c";
  /** @type {string | null} */
  let hovered = null;
  /** @type {string | null} */
  let lit = null;
  /** @type {Parts} */
  let parts;
  /** @type {CellShown} */
  let shown;
  const paint = () => {
    const name = hovered ?? pinned;
    parts.equation.update(shown, name);
    if (lit !== name) parts.diagram.light(name);
    lit = name;
  };
  return {
    /** @param {string | null} name @param {boolean} pin */
    select(name, pin) {
      if (pin && name) pinned = name;
      hovered = pin ? null : name;
      paint();
    },
    /**
     * Light the node that reads the number `key`.
     * @param {string} key
     */
    selectReader(key) {
      const { nodes } = layout().diagram;
      /** @param {DiagramNode} node */
      const reads = ({ name, equation: { plus, terms } }) =>
        plus.includes(key) || terms.some(({ W }) => W === key) || name === (CARRIED[key] ?? key);
      this.select(nodes.find(reads)?.name ?? pinned, true);
    },
    /** @param {Parts} newParts */
    rebuilt(newParts) {
      parts = newParts;
      lit = hovered = null;
      const { nodes } = layout().diagram;
      if (!nodes.some(({ name }) => name === pinned)) pinned = "h";
    },
    /** @param {CellShown} latest */
    update(latest) {
      shown = latest;
      paint();
    },
  };
}

/** @param {Host<CellTraits>} host */
export function renderCell({ model, el }) {
  const root = html("div", { class: "cell-explorer", onkeydown: keepFromNotebook });
  el.append(root);
  const { root: status, say } = createStatus();
  const { root: code, copy } = createCopied(say);
  const cell = createCell(model.get("catalogue"), model.get("shown"));
  const selection = createSelection(() => cell.layout);
  /** @type {Parts} */
  let parts;
  /** @type {CellLayout | undefined} */
  let drawnLayout;
  let openTab = 0;
  let silence = SILENCE;

  const sync = createSync(model, {
    onNews(shown) {
      cell.take(shown);
      show(shown);
    },
    onAnswer: () => say(""),
    onSilence: () => say(silence, true),
  });

  /**
   * Do what a person asks for, draw it, and let Python know.
   * @param {CellOrder} order
   */
  function ask(order) {
    const done = cell.obey(order);
    show(done);
    if (!done.problem || order.changes) sync.push(cell.state);
    if (!done.message && sync.isSilent()) say(silence, true);
    lookWhetherMet();
  }
  /** @type {OnSet} */
  const set = (key, at, value) => ask({ changes: [[key, at, value]] });

  let held = { value: 0, range: 0 }; // what a box that is pulled showed at first, and what fills it
  /** @type {OnDrag} */
  function drag({ name, kind }, unit, boxes, isNew) {
    const { numbers, full } = cell.shown();
    if (!(unit in numbers[name])) return;
    if (isNew) held = { value: numbers[name][unit], range: (kind === "sigmoid" ? 1 : 2) * full[kind] };
    ask({ changes: [cell.pulled(name, unit, held.value + boxes * held.range)] });
  }

  function build() {
    const { layout } = cell;
    const shown = cell.shown();
    const count = shown.units;
    const unit = Math.min(model.get("unit"), count - 1);
    const units = count <= 2 ? [...Array(count).keys()] : [unit];
    const focus = focusKeeper(root);
    /** @param {string} part */
    const isOpen = (part) => /** @type {HTMLDetailsElement | null} */ (root.querySelector(`.${part}`))?.open ?? false;
    const conventionsOpen = isOpen("conventions");
    const [challengesOpen, shareOpen] = [isOpen("challenges"), isOpen("share")];
    if (parts) openTab = parts.controls.current();
    parts?.steps.stop();
    parts = {
      toolbar: createToolbar(layout, shown, unit, toolbarHandlers),
      diagram: createDiagram(layout, units, {
        onSelect: (name, pin) => selection.select(name, pin),
        onDrag: drag,
      }),
      equation: createEquation(layout, units),
      controls: createControls(layout, count > 2 ? unit : null, {
        onFocus: ({ key }) => selection.selectReader(key),
        onSet: set,
        onReset: (keys) => ask({ reset: keys }),
      }),
      steps: createSteps(layout, shown, units, {
        onSet: set,
        onStep: (step) => ask({ step }),
        onSteps: (steps) => ask({ steps }),
      }),
      challenges: createChallenges(layout, challengesOpen, () => tried, met, tryChallenge),
      table: createTable(layout, count),
    };
    parts.toolbar.share.open = shareOpen;
    drawnLayout = layout;
    stepDrawn = null;
    selection.rebuilt(parts);
    root.replaceChildren(
      parts.toolbar.root,
      html(
        "div",
        { class: "folds" },
        createConventions(layout, conventionsOpen, (convention) => ask({ convention })),
        parts.challenges.root,
        parts.toolbar.share,
      ),
      parts.steps.root,
      status,
      html(
        "div",
        { class: "body" },
        html("div", { class: "picture" }, parts.diagram.root),
        parts.equation.root,
        parts.controls.root,
        parts.table.root,
      ),
      code,
    );
    parts.controls.open(Math.min(openTab, layout.tabs.length - 1));
    draw(shown);
    focus();
  }

  /** @type {ToolbarHandlers} */
  const toolbarHandlers = {
    onPreset: (preset) => ask({ preset }),
    onUnit(unit) {
      model.set("unit", unit);
      model.save_changes();
    },
    onReset: () => ask({ reset: "all" }),
    onPython: () => copy(cell.python()),
    /** On a page the whole address; in a notebook what a link in its text would say. */
    onLink() {
      const link = cell.link(model.get("name"));
      if (link) copy(`${model.address?.() ?? ""}${link}`);
      else say("No preset has as many units and inputs, so no link can say it: copy it as Python.");
    },
    onSvg: () => saveSvg(parts.diagram.root, model.get("name")),
    onPng: () => savePng(parts.diagram.root, model.get("name")),
  };

  /**
   * The challenge that is tried, and those that were met.
   * @type {number | null}
   */
  let tried = null;
  const met = new Set();
  /** @param {number} k */
  function tryChallenge(k) {
    ask({ challenge: k });
    tried = k;
    say(`${cell.layout.challenges[k].text}`);
    parts.challenges.update();
  }
  function lookWhetherMet() {
    if (tried === null || met.has(tried) || !cell.isMet()) return;
    met.add(tried);
    say(`Met: challenge ${tried + 1} of ${cell.layout.challenges.length}.`);
    parts.challenges.update();
  }

  /** @type {number | null} */
  let stepDrawn = null;
  /** @param {CellShown} shown */
  function draw(shown) {
    if (stepDrawn !== null && shown.step === stepDrawn + 1) parts.diagram.flow();
    stepDrawn = shown.step;
    parts.toolbar.update(shown);
    parts.diagram.update(shown);
    selection.update(shown);
    parts.controls.update(shown);
    parts.steps.update(shown);
    parts.table.update(shown);
  }
  /** @param {Done} done */
  function show({ message, problem }) {
    code.hidden = true; // it would no longer say what is shown
    if (drawnLayout !== cell.layout) build();
    else draw({ ...cell.shown(), problem });
    say(message, problem);
  }

  const forgetLinks = hearLinks(root, model, (link) => ask({ link }));
  const forgetKeys = keepFromCommands(root);
  const forgetGone = whenGone(model, () => say((silence = CUT_OFF), true));
  model.on("change:unit", build);
  show(model.get("shown"));
  return () => {
    forgetLinks();
    forgetKeys();
    forgetGone();
    parts.steps.stop();
    sync.dispose();
    model.off("change:unit", build);
  };
}

export default { render: renderCell };
