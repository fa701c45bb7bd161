// What every view says when its kernel was restarted: one sentence, and what to do.

export const GONE = "The kernel was restarted, so nothing here answers any more: run the cell again.";

/**
 * Call `say` when the host has cut the view off from its kernel; returns what ends the watch.
 * JupyterLab and Notebook 7 tell each view, which hears it as its own `this`, and put the icon of a
 * broken link on every part of a widget: a style sheet takes them away where the sentence stands.
 * @param {Model<{}>} model
 * @param {() => void} say
 */
export function whenGone(model, say) {
  /** @this {{ model?: { comm_live?: boolean } } | void} */
  function look() {
    if (!this?.model?.comm_live) say();
  }
  model.on("comm_live_update", look);
  return () => model.off("comm_live_update", look);
}
