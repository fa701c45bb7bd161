// Keys that a notebook would take for its own commands.

/** @param {KeyboardEvent} event */
const isPlain = (event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Escape";

/**
 * JupyterLab takes plain keys for commands on cells, arrow keys too: here they move sliders.
 * @param {KeyboardEvent} event
 */
export function keepFromNotebook(event) {
  if (isPlain(event)) event.stopPropagation();
}

/**
 * Notebook 7 takes them on their way down, before anything inside can hear of them: the mark that
 * its commands respect must stand on the element itself, and only while the key is a plain one.
 * Returns what ends it.
 * @param {HTMLElement} root
 */
export function keepFromCommands(root) {
  /** @param {KeyboardEvent} event */
  const mark = (event) => {
    const target = /** @type {Element} */ (event.target);
    if (!root.contains(target)) return;
    target.toggleAttribute("data-lm-suppress-shortcuts", isPlain(event));
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}
