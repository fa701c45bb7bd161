// The view of the cell explorer: draws what the model shows and sends what a person moves.
// It computes no recurrent cell; every number on the screen came from the kernel.

const SILENCE =
  "The kernel does not answer. What you set is kept here and is sent again; after a restart of " +
  "the kernel run the cell again.";
const CARRIED = { xs: "x", h_0: "h_prev", c_0: "c_prev" }; // which node shows what a field sets

/** The element that has the focus, by a name that is the same after everything is built anew. */
function focusKeeper(root) {
  const names = ["data-keep", "data-field", "data-step-field"];
  const focused = root.getRootNode().activeElement;
  const name = root.contains(focused) && names.find((attribute) => focused.hasAttribute(attribute));
  const selector = name && `[${name}="${focused.getAttribute(name)}"]`;
  return () => selector && root.querySelector(selector)?.focus();
}

function createStatus() {
  const root = html("p", { class: "message", role: "status" });
  let said = null;
  const say = (text, problem = false) => {
    if (said !== text) root.replaceChildren(...symbolHtml(text));
    said = text;
    root.classList.toggle("problem", problem);
  };
  return { root, say };
}

/** Which node is lit, and its equation: the one hovered over, else the one chosen. */
function createSelection(model) {
  let [pinned, hovered, lit, parts, shown] = ["c", null, null, null, null];
  const paint = () => {
    const name = hovered ?? pinned;
    parts.equation.update(shown, name);
    if (lit !== name) parts.diagram.light(name);
    lit = name;
  };
  return {
    select(name, pin) {
      if (pin) pinned = name;
      hovered = pin ? null : name;
      paint();
    },
    /** Light the node that reads the number `key`. */
    selectReader(key) {
      const { nodes } = model.get("layout_of_cell").diagram;
      const reads = ({ name, equation: { plus, terms } }) =>
        plus.includes(key) || terms.some(({ W }) => W === key) || name === (CARRIED[key] ?? key);
      this.select(nodes.find(reads)?.name ?? pinned, true);
    },
    rebuilt(newParts) {
      parts = newParts;
      lit = hovered = null;
      const { nodes } = model.get("layout_of_cell").diagram;
      if (!nodes.some(({ name }) => name === pinned)) pinned = "h";
    },
    update(latest) {
      shown = latest;
      paint();
    },
  };
}

function render({ model, el }) {
  const root = html("div", { class: "cell-explorer", onkeydown: keepFromNotebook });
  el.append(root);
  const { root: status, say } = createStatus();
  const code = html("pre", { class: "code", tabindex: "0", "aria-label": "Python", hidden: "" });
  const selection = createSelection(model);
  let silence = SILENCE;
  const channel = createChannel(model, () => {
    parts.steps.stop();
    say(silence, true);
  });
  const ahead = createAhead(model, channel.isIdle);
  const ask = (content) => channel.ask(content);
  let parts = null;
  let openTab = 0;
  let moving = null; // the field whose slider moves, and where it stands

  function build() {
    const layout = model.get("layout_of_cell");
    const shown = model.get("shown");
    const count = shown.units;
    const units = count <= 2 ? [...Array(count).keys()] : [model.get("unit")];
    const focus = focusKeeper(root);
    const conventionsOpen = root.querySelector(".conventions")?.open ?? false;
    if (parts) openTab = parts.controls.current();
    parts?.steps.stop();
    parts = {
      toolbar: createToolbar(layout, shown, model.get("unit"), toolbarHandlers),
      diagram: createDiagram(layout, units, (name, pin) => selection.select(name, pin)),
      equation: createEquation(layout, units),
      controls: createControls(layout, count > 2 ? units[0] : null, channel, slideHandlers),
      steps: createSteps(layout, shown, units, channel, {
        onStep: (step) => ask({ step }),
        onSteps: (steps) => ask({ steps }),
      }),
      table: createTable(layout, count),
    };
    selection.rebuilt(parts);
    root.replaceChildren(
      parts.toolbar.root,
      createConventions(layout, conventionsOpen, (convention) => ask({ convention })),
      parts.steps.root,
      status,
      html("div", { class: "body" }, parts.diagram.root, parts.equation.root, parts.controls.root),
      parts.table.root,
      code,
    );
    parts.controls.open(Math.min(openTab, layout.tabs.length - 1));
    draw(shown);
    focus();
  }

  const toolbarHandlers = {
    onPreset: (preset) => ask({ preset }),
    onUnit(unit) {
      model.set("unit", unit);
      model.save_changes();
    },
    onReset: () => ask({ reset: "all" }),
    onPython() {
      try {
        model.send({ python: true });
      } catch {
        say(silence, true);
      }
    },
  };
  const slideHandlers = {
    onFocus(field, value) {
      selection.selectReader(field.key);
      if (value === null) ahead.leave();
      else ahead.watch(field, value);
    },
    onLeave: () => ahead.leave(),
    onSlide(field, value) {
      moving = { field, value };
      channel.set(field.key, field.at, value);
      ahead.watch(field, value);
      const known = ahead.find(model.get("shown"), field, value);
      if (known) draw(known);
    },
    onReset: (keys) => ask({ reset: keys }),
  };

  function draw(shown) {
    parts.toolbar.update(shown);
    parts.diagram.update(shown);
    selection.update(shown);
    parts.controls.update(shown);
    parts.steps.update(shown);
    parts.table.update(shown);
  }

  /** Draw what the kernel says, or, while a slider has moved on, what is known of where it is. */
  function update() {
    const shown = model.get("shown");
    code.hidden = true; // it would no longer say what is shown
    const own = channel.answered(shown);
    if (shown.problem || !own?.length || !own.every(ahead.isOf)) ahead.drop();
    const isBehind = moving && channel.isOpen(moving.field.key, moving.field.at);
    draw((isBehind && ahead.find(shown, moving.field, moving.value)) || shown);
    say(shown.message, shown.problem);
    ahead.fill();
  }

  async function onCustom(content, buffers) {
    if (content.ahead) ahead.take(content.ahead, buffers);
    if (!content.python) return;
    code.textContent = content.python;
    code.hidden = false;
    try {
      await navigator.clipboard.writeText(content.python);
      say("Copied. The same text stands below.");
    } catch {
      code.focus();
      say("This browser does not let a page copy; the text stands below.");
    }
  }

  function followLink(link) {
    ask({ link });
    root.scrollIntoView({ block: "nearest" });
  }

  let shownLayout = null;
  function onShown() {
    if (shownLayout !== model.get("layout_of_cell")) {
      shownLayout = model.get("layout_of_cell");
      build();
    }
    update();
  }
  const forgetLinks = hearLinks(root, model, followLink);
  const forgetKeys = keepFromCommands(root);
  const forgetGone = whenGone(model, () => {
    parts.steps.stop();
    say((silence = GONE), true);
  });
  model.on("change:shown", onShown);
  model.on("change:unit", build);
  model.on("msg:custom", onCustom);
  onShown();
  return () => {
    forgetLinks();
    forgetKeys();
    forgetGone();
    parts.steps.stop();
    channel.dispose();
    model.off("change:shown", onShown);
    model.off("change:unit", build);
    model.off("msg:custom", onCustom);
  };
}

export default { render };
