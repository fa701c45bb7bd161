// The diagram as a file of its own: with the look that the page gave it.

import { html } from "../shared/elements.js";

const LOOK = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size"];
LOOK.push("font-weight", "text-anchor", "opacity", "fill-opacity", "stroke-opacity");

/**
 * The drawing as SVG text that needs no style sheet.
 * @param {SVGSVGElement} drawing
 */
function asSvg(drawing) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const copies = /** @type {NodeListOf<SVGElement>} */ (copy.querySelectorAll("*"));
  drawing.querySelectorAll("*").forEach((node, k) => {
    const look = getComputedStyle(node);
    for (const name of LOOK) copies[k].style.setProperty(name, look.getPropertyValue(name));
  });
  const [, , width, height] = String(drawing.getAttribute("viewBox")).split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.style.background = getComputedStyle(drawing).getPropertyValue("--paper");
  return new XMLSerializer().serializeToString(copy);
}

/** @param {string} address @param {string} name */
function download(address, name) {
  const link = html("a", { href: address, download: name });
  link.click();
}

/** @param {SVGSVGElement} drawing @param {string} name */
export function saveSvg(drawing, name) {
  const address = URL.createObjectURL(new Blob([asSvg(drawing)], { type: "image/svg+xml" }));
  download(address, `${name}.svg`);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * Twice as large as it is drawn, for screens and slides.
 * @param {SVGSVGElement} drawing
 * @param {string} name
 */
export async function savePng(drawing, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asSvg(drawing))}`;
  await image.decode();
  const canvas = html("canvas", { width: 2 * image.width, height: 2 * image.height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  context.drawImage(image, 0, 0);
  download(canvas.toDataURL("image/png"), `${name}.png`);
}
