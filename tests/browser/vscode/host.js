// The page's side: what the Jupyter extension of VS Code does around its widget host.
//
// The host itself is theirs (@vscode/jupyter-ipywidgets8), and so is the connection to the kernel
// (@jupyterlab/services). Written here is what the extension does between the two: it finds the
// scripts of a widget's package, gives them to requirejs by name, and puts each view into a white
// box inside an output.

import { ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";
import katex from "@vscode/markdown-it-katex";
import MarkdownIt from "markdown-it";

const reader = new MarkdownIt({ html: true }).use(katex.default ?? katex, { enableFencedBlocks: true });
const VIEW = "application/vnd.jupyter.widget-view+json";

/** A widget host on a running kernel; `scripts` says where each package's script is. */
async function connect({ baseUrl, kernel, scripts }) {
  const { activate } = await import("/vscode/ipywidgets.js");
  activate();
  window.vscIPyWidgets8.load();
  const serverSettings = ServerConnection.makeSettings({
    baseUrl,
    wsUrl: baseUrl.replace(/^http/, "ws"),
  });
  const connection = new KernelConnection({ model: kernel, serverSettings, handleComms: true });
  const failures = [];
  const loader = {
    widgetsRegisteredInRequireJs: new Set(),
    async loadWidgetScript(name) {
      if (!scripts[name]) return;
      window.requirejs.config({ paths: { [name]: scripts[name] } });
      this.widgetsRegisteredInRequireJs.add(name);
    },
    errorHandler: (name, module, version, error) => failures.push(`${module}.${name}: ${error}`),
    successHandler() {},
  };
  const manager = new window.vscIPyWidgets.WidgetManager(connection, document.body, loader, () => {});
  // what a widget has inside that is no widget goes to VS Code's own renderers
  manager.registerMimeRenderer("text/markdown", async ({ data }, node) => {
    node.className = "markdown";
    node.innerHTML = reader.render(String(data["text/markdown"]));
  });
  return { connection, manager, failures };
}

/** Run code; put each widget that it displays into an output of its own, and return its errors. */
async function run({ connection, manager }, code) {
  const errors = [];
  const shown = [];
  const future = connection.requestExecute({ code });
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "error") errors.push(`${content.ename}: ${content.evalue}`);
    if (content.data?.[VIEW]) shown.push(show(manager, content.data[VIEW]));
  };
  await future.done;
  await Promise.all(shown);
  return errors;
}

async function show(manager, data) {
  const cell = document.createElement("div");
  cell.innerHTML =
    '<div class="output"><div class="cell-output-ipywidget-background">' +
    '<div class="cell-output"></div></div></div>';
  document.getElementById("container").append(cell);
  const model = await manager.get_model(data.model_id);
  const view = await manager.create_view(model, {});
  await manager.display_view(data, view, { node: cell.querySelector(".cell-output").parentElement });
}

/** A cell of Markdown: VS Code puts each into a shadow tree. */
function markdown(text) {
  const cell = document.createElement("div");
  cell.className = "preview";
  cell.attachShadow({ mode: "open" }).innerHTML = reader.render(text);
  document.getElementById("container").prepend(cell);
}

/** What of a cell's formulas KaTeX cannot read, and dollar signs that are left. */
function unread(text) {
  const page = document.createElement("div");
  page.innerHTML = reader.render(text);
  const errors = [...page.querySelectorAll(".katex-error")].map((node) => node.title);
  page.querySelectorAll(".katex, .katex-error, code, pre").forEach((node) => node.remove());
  return [...errors, ...(page.textContent.match(/.{0,30}\$.{0,30}/g) ?? [])];
}

window.host = { connect, run, markdown, unread };
