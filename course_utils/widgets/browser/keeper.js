// Looks after the box of ipywidgets that it stands in: says that the kernel is gone, keeps what was
// typed until the cell is run again, says of a text that is no number that it is invalid, and moves
// the focus.

import { GONE, whenGone } from "./shared/gone.js";

const PATIENCE = 3000; // milliseconds without an answer until we say so
const SILENT =
  "The kernel does not answer: it is busy, or has ended. After a restart of the kernel run this cell again.";

// selectors are typed by the element that they find first: all of these have a value, or can be disabled
const TYPED = /** @type {"input"} */ ("input[type=text], textarea");
const DEAD = /** @type {"input"} */ ("button, select, input:not([type=text])");

/** @param {Host<KeeperTraits>} host */
function render({ model, el }) {
  el.setAttribute("role", "status");
  /** @returns {HTMLElement | null} */
  const box = () => el.closest(".course-box");
  const typed = () => [...(box()?.querySelectorAll(TYPED) ?? [])];
  // the notebook has its own shelf, where the host says which notebook it is
  const notebook = model.widget_manager?.context?.path ?? "";
  const shelf = `course-box ${notebook} ${model.get("name")}`;

  function keep() {
    if (!model.get("name")) return;
    const values = typed().map((input) => input.value);
    sessionStorage.setItem(shelf, JSON.stringify({ state: model.get("state"), values }));
    box()?.addEventListener("input", keep); // what is typed from now on, too
  }
  function gone() {
    clearTimeout(timer);
    keep();
    box()?.classList.add("course-gone");
    for (const control of box()?.querySelectorAll(DEAD) ?? []) control.disabled = true;
    el.textContent = model.get("name") ? `${GONE} What you typed comes back then.` : GONE;
  }
  function restore() {
    const kept = sessionStorage.getItem(shelf);
    if (!model.get("name") || kept === null) return;
    sessionStorage.removeItem(shelf);
    model.send?.({ restore: JSON.parse(kept) });
  }
  /** @type {Element | null | undefined} */
  let first = null; // the first box of the problem that goes
  const focus = () => {
    const input = typed()[0];
    if (!input || input === first) return;
    drawn.disconnect();
    const isTyping = document.activeElement?.matches("input, textarea, [contenteditable=true]");
    if (!isTyping) input.focus(); // who has gone on typing elsewhere stays there
  };
  const drawn = new MutationObserver(focus); // new boxes come in their own time
  const marked = new MutationObserver(() => {
    for (const input of typed()) {
      if (input.closest(".course-unread")) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  });
  /** @param {{ leave?: boolean, enter?: boolean, heard?: boolean }} content */
  const order = (content) => {
    if (content.leave) {
      first = typed()[0];
      const own = box();
      if (own) drawn.observe(own, { childList: true, subtree: true });
    }
    if (content.enter) focus();
    if (content.heard) heard();
  };
  // A kernel that crashed is not announced, and ipywidgets wait for its answer without a word.
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {Event} event */
  const ask = (event) => {
    const target = /** @type {Element} */ (event.target);
    const own = box();
    if (!own?.contains(target) || own.classList.contains("course-gone")) return;
    const isOrder = event instanceof KeyboardEvent ? event.key === "Enter" : target.closest("button");
    if (!isOrder) return;
    marked.observe(own, { subtree: true, attributeFilter: ["class"] });
    clearTimeout(timer);
    timer = setTimeout(silence, PATIENCE);
    model.send?.({ asked: true });
  };
  const silence = () => {
    keep();
    el.textContent = SILENT;
  };
  const heard = () => {
    clearTimeout(timer);
    sessionStorage.removeItem(shelf);
    box()?.removeEventListener("input", keep);
    el.textContent = "";
  };
  // the box is not there yet, but whatever happens in it passes through the window
  for (const kind of ["click", "keydown"]) window.addEventListener(kind, ask, true);
  restore();
  model.on("msg:custom", order);
  const forget = whenGone(model, gone);
  return () => {
    forget();
    drawn.disconnect();
    marked.disconnect();
    clearTimeout(timer);
    for (const kind of ["click", "keydown"]) window.removeEventListener(kind, ask, true);
    model.off("msg:custom", order);
  };
}

export default { render };
