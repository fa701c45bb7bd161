// Asks twice a second whether the form was saved, and shows it anew where it stands.

/** @type {string | null} */
let shown = null;
/** @param {Document} page @param {string} id */
const part = (page, id) => /** @type {HTMLElement} */ (page.getElementById(id));
async function look() {
  try {
    const version = await (await fetch("/version")).text();
    if (shown !== null && version !== shown) {
      const form = part(document, "form");
      form.classList.add("working");
      part(document, "state").textContent = "working it out …";
      const fresh = new DOMParser().parseFromString(await (await fetch("/")).text(), "text/html");
      document.title = fresh.title;
      form.replaceWith(part(fresh, "form"));
    }
    shown = version;
  } catch {
    part(document, "state").textContent = "course check has ended";
  }
  setTimeout(look, 500);
}
look();
