// Views on a page without a kernel: what has its state beside it comes to life.

import { html } from "../shared/elements.js";

/**
 * A kind of what comes to life: the class of its places, what draws it there, and what its model has
 * for the state that is stored in a place.
 * @typedef {[place: string, render: (host: Host<any>) => unknown, known: (state: any) => object]} Wakened
 */

/**
 * What a view asks of its model, for a model that no kernel knows.
 * @param {Record<string, any>} known
 * @returns {Model<any>}
 */
function pageModel(known) {
  /** @type {Map<string, Set<(content?: unknown) => void>>} */
  const heard = new Map();
  /** @param {string} event */
  function listeners(event) {
    const found = heard.get(event) ?? new Set();
    heard.set(event, found);
    return found;
  }
  return {
    get: (key) => known[key],
    set(key, value) {
      known[key] = value;
      listeners(`change:${key}`).forEach((hear) => hear());
    },
    save_changes() {},
    on: (event, hear) => listeners(event).add(hear),
    off: (event, hear) => listeners(event).delete(hear),
    address: () => location.href.split("#")[0],
  };
}

/**
 * Large data that views compute from, by name: put here by scripts that hold nothing else.
 * @type {Record<string, unknown>}
 */
export const storedData = (/** @type {any} */ (globalThis).storedData ??= {});
const HERE = /** @type {HTMLScriptElement} */ (document.currentScript).src; // of a page that is one file: nothing, and it has its data
/** @type {Map<string, Promise<unknown>>} */
const loading = new Map();
/**
 * Load what a name stands for, once. A script may come from a folder, where fetch may not.
 * @param {string} name
 */
function load(name) {
  if (name in storedData) return null;
  if (!loading.has(name)) {
    const script = html("script", { src: String(new URL(`stored/${name}.js`, HERE)) });
    loading.set(
      name,
      new Promise((done, failed) => Object.assign(script, { onload: done, onerror: failed })),
    );
    document.head.append(script);
  }
  return loading.get(name);
}

const UNLOADED =
  "This figure stays a picture, because its data did not load. Load the page again to try once more.";
/** @type {Map<HTMLElement, () => Promise<void>>} */
const asleep = new Map(); // how a view is woken that has yet to load its data, by its place
/**
 * Bring a view to life when it is nearly seen, or when a link speaks of it.
 * @param {HTMLElement} place
 * @param {string[]} names
 * @param {() => void} live
 */
function whenNeeded(place, names, live) {
  const nearly = new IntersectionObserver(
    (seen) => seen.some((each) => each.isIntersecting) && begin(),
    { rootMargin: "200px" },
  );
  async function begin() {
    nearly.disconnect();
    asleep.delete(place);
    try {
      await Promise.all(names.map(load));
    } catch {
      place.append(html("p", { role: "status" }, UNLOADED)); // the picture stays
      return;
    }
    live();
  }
  asleep.set(place, begin);
  nearly.observe(place);
}

/** Set the figure that the page's own address speaks of, as a click on such a link would. */
async function followAddress() {
  if (!location.hash.startsWith("#explore=")) return;
  const name = new URLSearchParams(location.hash.slice(1)).get("explore");
  const wanted = [...asleep].filter(([place]) => place.dataset.name === name);
  await Promise.all(wanted.map(([, begin]) => begin()));
  const link = html("a", { href: location.hash, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
}

/**
 * What cannot come to life stays what it is: a picture with its table, a question and its answer.
 * @param {Wakened[]} kinds
 */
export function wake(kinds) {
  for (const [kind, render, known] of kinds) {
    const places = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`.${kind}`));
    for (const place of places) {
      const state = JSON.parse(String(place.dataset.state));
      const live = () => {
        const el = html("div");
        try {
          render({ model: pageModel(known(state)), el });
          place.replaceChildren(el);
        } catch (error) {
          console.error(error);
        }
      };
      if (state.stored) whenNeeded(place, state.stored, live);
      else live();
    }
  }
  followAddress();
  window.addEventListener("hashchange", followAddress);
}
