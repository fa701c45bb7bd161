// Elements of a page, and symbols with subscripts in them.

import { minus, pieces } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

function element(namespace, tag, attributes, children) {
  const node = namespace ? document.createElementNS(namespace, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}
export const html = (tag, attributes = {}, ...children) => element(null, tag, attributes, children);
export const svg = (tag, attributes = {}, ...children) => element(SVG, tag, attributes, children);

/** Change a text only where it differs: what did not move is not laid out again. */
export function setText(node, text) {
  const now = node.firstChild;
  if (!now) node.textContent = text;
  else if (now.data !== text) now.data = text;
}

/** Likewise for an attribute, which nothing else may change: to ask the page costs as much. */
export function setAttribute(node, name, value) {
  node.kept ??= {};
  if (node.kept[name] !== value) node.setAttribute(name, (node.kept[name] = value));
}

export function symbolHtml(symbol) {
  return pieces(symbol).map(([text, sub]) => (sub ? html("sub", {}, minus(text)) : text));
}

export function symbolSvg(symbol) {
  let lowered = false;
  return pieces(symbol).map(([text, sub]) => {
    const attributes = { dy: sub === lowered ? 0 : sub ? 4 : -4 };
    lowered = sub;
    if (sub) attributes["font-size"] = "75%";
    return svg("tspan", attributes, minus(text));
  });
}
