// The diagram as a file of its own: with the look that the page gave it.

import { html } from "../shared/elements.js";

const LOOK = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size"];
LOOK.push("font-weight", "text-anchor", "opacity", "fill-opacity", "stroke-opacity");

/** The drawing as SVG text that needs no style sheet. */
function asSvg(drawing) {
  const copy = drawing.cloneNode(true);
  const copies = copy.querySelectorAll("*");
  drawing.querySelectorAll("*").forEach((node, k) => {
    const look = getComputedStyle(node);
    for (const name of LOOK) copies[k].style.setProperty(name, look.getPropertyValue(name));
  });
  const [, , width, height] = drawing.getAttribute("viewBox").split(" ");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.style.background = getComputedStyle(drawing.closest(".cell-explorer")).getPropertyValue("--paper");
  return new XMLSerializer().serializeToString(copy);
}

function download(address, name) {
  const link = html("a", { href: address, download: name });
  link.click();
}

export function saveSvg(drawing, name) {
  const address = URL.createObjectURL(new Blob([asSvg(drawing)], { type: "image/svg+xml" }));
  download(address, `${name}.svg`);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Twice as large as it is drawn, for screens and slides. */
export async function savePng(drawing, name) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asSvg(drawing))}`;
  await image.decode();
  const canvas = html("canvas", { width: 2 * image.width, height: 2 * image.height });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  context.drawImage(image, 0, 0);
  download(canvas.toDataURL("image/png"), `${name}.png`);
}
