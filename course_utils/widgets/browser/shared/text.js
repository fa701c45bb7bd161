// Small tools: elements, symbols with subscripts, numbers as text. Other views share them.

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
const html = (tag, attributes = {}, ...children) => element(null, tag, attributes, children);
const svg = (tag, attributes = {}, ...children) => element(SVG, tag, attributes, children);

/** Change a text only where it differs: what did not move is not laid out again. */
function setText(node, text) {
  const now = node.firstChild;
  if (!now) node.textContent = text;
  else if (now.data !== text) now.data = text;
}

/** Likewise for an attribute, which nothing else may change: to ask the page costs as much. */
function setAttribute(node, name, value) {
  node.kept ??= {};
  if (node.kept[name] !== value) node.setAttribute(name, (node.kept[name] = value));
}

/** C_{t-1} as pieces: [["C", false], ["t-1", true]], the second of each saying "subscript". */
function pieces(symbol) {
  return symbol
    .split(/(_\{[^}]*\}|_[\p{L}\p{N}]+)/u)
    .filter(Boolean)
    .map((part) => (part[0] === "_" ? [part.replace(/[_{}]/g, ""), true] : [part, false]));
}
const minus = (text) => text.replaceAll("-", "−");
const spoken = (symbol) => pieces(symbol).map(([text]) => text).join(" ");

function symbolHtml(symbol) {
  return pieces(symbol).map(([text, sub]) => (sub ? html("sub", {}, minus(text)) : text));
}

function symbolSvg(symbol) {
  let lowered = false;
  return pieces(symbol).map(([text, sub]) => {
    const attributes = { dy: sub === lowered ? 0 : sub ? 4 : -4 };
    lowered = sub;
    if (sub) attributes["font-size"] = "75%";
    return svg("tspan", attributes, minus(text));
  });
}

function decimals(value, most = 4) {
  const size = Math.abs(value);
  const text = value.toFixed(Math.min(most, size < 10 ? 4 : size < 100 ? 3 : 1));
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}
const short = (value) => minus(String(Number(value.toPrecision(3))));
const plain = (value) => String(Number(value.toPrecision(8)));
const factor = (value) => (value < 0 ? `(${minus(plain4(value))})` : plain4(value));
const plain4 = (value) => String(Number(value.toFixed(4)));

/** As Python's f"{value:.{digits}f}": a tie goes to the even digit, where toFixed rounds it up. */
function fixed(value, digits) {
  const text = value.toFixed(digits);
  const isTie = Math.abs(value * 2 ** (digits + 1)) % 2 === 1;
  return isTie && /[13579]$/.test(text) ? (value * (1 - 1e-12)).toFixed(digits) : text;
}

/** As Python's f"{value:.{digits}g}". */
function general(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e").map(Number);
  if (exponent >= -4 && exponent < digits) return String(Number(fixed(value, digits - 1 - exponent)));
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Why something cannot be done, in one sentence. */
class Refusal extends Error {}

/** What was typed, cut where it is long. */
function quoted(raw) {
  const letters = [...String(raw)];
  return `“${letters.length <= 20 ? letters.join("") : `${letters.slice(0, 19).join("")}…`}”`;
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** What was typed as a number, with a comma or a point, or NaN. */
function asNumber(raw) {
  const text = String(raw).trim().replaceAll(",", ".").replaceAll("−", "-");
  return NUMBER.test(text) ? Number(text) : NaN;
}

const isPlain = (event) =>
  !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== "Escape";

/** JupyterLab takes plain keys for commands on cells, arrow keys too: here they move sliders. */
function keepFromNotebook(event) {
  if (isPlain(event)) event.stopPropagation();
}

/**
 * Notebook 7 takes them on their way down, before anything inside can hear of them: the mark that
 * its commands respect must stand on the element itself, and only while the key is a plain one.
 * Returns what ends it.
 */
function keepFromCommands(root) {
  const mark = (event) => {
    if (!root.contains(event.target)) return;
    event.target.toggleAttribute("data-lm-suppress-shortcuts", isPlain(event));
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}
