// Links in the text around the figure: [shut the gate](#explore=lstm&forget.b[0]=-6).

/**
 * Markdown cannot call a widget, but its links can be heard: in JupyterLab, Notebook 7 and VS Code
 * text and figure are parts of one page. Where no figure lives the link leads nowhere.
 */
function hearLinks(root, model, follow) {
  let home = null; // the notebook that the figure belongs to, where the page holds several
  const notebookOf = (node) => node.closest?.(".jp-Notebook") ?? null;
  function onClick(event) {
    if (event.button !== 0 || event.ctrlKey || event.metaKey) return;
    const link = event.composedPath().find((node) => node.tagName === "A" && node.hash);
    const parts = new URLSearchParams(link?.hash.slice(1));
    if (parts.get("explore") !== model.get("name")) return;
    if (root.isConnected) home = notebookOf(root);
    if (home && notebookOf(link) !== home) return;
    event.preventDefault();
    event.stopPropagation();
    parts.delete("explore");
    follow(Object.fromEntries(parts));
  }
  window.addEventListener("click", onClick, true);
  return () => window.removeEventListener("click", onClick, true);
}
