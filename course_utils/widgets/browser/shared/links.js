// Words around a figure: links in the text, [shut the gate](#explore=lstm&forget.b[0]=-6), what is
// said below it, and what is copied.

import { html, symbolHtml } from "./elements.js";

/**
 * Markdown cannot call a widget, but its links can be heard: in JupyterLab, Notebook 7 and VS Code
 * text and figure are parts of one page. Where no figure lives the link leads nowhere.
 * @param {HTMLElement} root
 * @param {Model<{ name: string }>} model
 * @param {(parts: Record<string, string>) => void} follow
 */
export function hearLinks(root, model, follow) {
  /** @type {Element | null} */
  let home = null; // the notebook that the figure belongs to, where the page holds several
  /** @param {Element} node */
  const notebookOf = (node) => node.closest?.(".jp-Notebook") ?? null;
  /** @param {MouseEvent} event */
  function onClick(event) {
    if (event.button !== 0 || event.ctrlKey || event.metaKey) return;
    const nodes = /** @type {HTMLAnchorElement[]} */ (event.composedPath());
    const link = nodes.find((node) => node.tagName === "A" && node.hash);
    const parts = new URLSearchParams(link?.hash.slice(1));
    if (!link || parts.get("explore") !== model.get("name")) return;
    if (root.isConnected) home = notebookOf(root);
    if (home && notebookOf(link) !== home) return;
    event.preventDefault();
    event.stopPropagation();
    parts.delete("explore");
    follow(Object.fromEntries(parts));
    for (let fold = root.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) {
      fold.open = true;
    }
    root.scrollIntoView({ block: "nearest" });
  }
  window.addEventListener("click", onClick, true);
  return () => window.removeEventListener("click", onClick, true);
}

/** A line that tells how things stand, read aloud when it changes. */
export function createStatus() {
  const root = html("p", { class: "message", role: "status" });
  /** @type {string | null} */
  let said = null;
  /** @type {Say} */
  const say = (text, problem = false) => {
    if (said !== text) root.replaceChildren(...symbolHtml(text));
    said = text;
    root.classList.toggle("problem", problem);
  };
  return { root, say };
}

/**
 * Where a copied text stands as well, for a browser that does not let a page copy.
 * @param {Say} say
 */
export function createCopied(say) {
  const root = html("pre", { class: "code", tabindex: "0", "aria-label": "Copied text", hidden: "" });
  /** @param {string} text */
  async function copy(text) {
    root.textContent = text;
    root.hidden = false;
    try {
      await navigator.clipboard.writeText(text);
      say("Copied. The same text stands below.");
    } catch {
      root.focus();
      say("This browser does not let a page copy; the text stands below.");
    }
  }
  return { root, copy };
}
