// Elements of a page, and symbols with subscripts in them.

import { minus, pieces } from "./text.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * Fill an element; an attribute that begins with "on" is a listener, one that is false or null none.
 * @template {Element} E
 * @param {E} node
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 */
export const html = (tag, attributes = {}, ...children) =>
  filled(document.createElement(tag), attributes, children);
/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {(Node | string)[]} children
 */
export const svg = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

/**
 * Change a text only where it differs: what did not move is not laid out again.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  const now = /** @type {Text | null} */ (node.firstChild);
  if (!now) node.textContent = text;
  else if (now.data !== text) now.data = text;
}

/**
 * Likewise for an attribute, which nothing else may change: to ask the page costs as much.
 * @param {Element & { kept?: Record<string, string> }} node
 * @param {string} name
 * @param {string} value
 */
export function setAttribute(node, name, value) {
  node.kept ??= {};
  if (node.kept[name] !== value) node.setAttribute(name, (node.kept[name] = value));
}

/** @param {string} symbol */
export function symbolHtml(symbol) {
  return pieces(symbol).map(([text, sub]) => (sub ? html("sub", {}, minus(text)) : text));
}

/** @param {string} symbol */
export function symbolSvg(symbol) {
  let lowered = false;
  return pieces(symbol).map(([text, sub]) => {
    /** @type {Attributes} */
    const attributes = { dy: sub === lowered ? 0 : sub ? 4 : -4 };
    lowered = sub;
    if (sub) attributes["font-size"] = "75%";
    return svg("tspan", attributes, minus(text));
  });
}
