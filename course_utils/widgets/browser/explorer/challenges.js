// What to try: the figure says itself when a goal is reached.

import { html, setText, symbolHtml } from "../shared/elements.js";

/**
 * @param {CellLayout} layout
 * @param {boolean} isOpen
 * @param {() => number | null} tried
 * @param {Set<number>} met
 * @param {(k: number) => void} onTry
 */
export function createChallenges(layout, isOpen, tried, met, onTry) {
  const { challenges } = layout;
  const heading = html("summary", { "data-keep": "challenges" });
  const items = challenges.map(({ text }, k) => {
    const sign = html("span", { class: "sign" });
    const onclick = () => onTry(k);
    const button = html("button", { type: "button", onclick, "data-keep": `try${k}` }, "Try");
    button.setAttribute("aria-label", `Try challenge ${k + 1}`);
    return { sign, item: html("li", {}, button, " ", ...symbolHtml(text), " ", sign) };
  });
  const list = html("ol", {}, ...items.map(({ item }) => item));
  const root = html("details", { class: "challenges", open: isOpen ? "" : false }, heading, list);
  function update() {
    setText(heading, `Challenges: ${met.size} of ${challenges.length} met`);
    items.forEach(({ sign, item }, k) => {
      setText(sign, met.has(k) ? "✓ met" : "");
      item.classList.toggle("current", tried() === k);
    });
  }
  update();
  return { root, update };
}
