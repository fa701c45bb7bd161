// The explorer on a page without a kernel: each picture that has its state beside it comes to life.
// Before this text stand those of the explorer, after it the call with what the page has.

/** What a view asks of its model, for a model that no kernel knows. */
function pageModel(catalogue, { name, unit, ...state }) {
  const known = { catalogue, name, unit, shown: { ...state, sequence: 0, problem: false } };
  const heard = new Map();
  const listeners = (event) => heard.get(event) ?? heard.set(event, new Set()).get(event);
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

/** Set the figure that the page's own address speaks of, as a click on such a link would. */
function followAddress() {
  if (!location.hash.startsWith("#explore=")) return;
  const link = html("a", { href: location.hash, hidden: "" });
  document.body.append(link);
  link.click();
  link.remove();
}

/** What cannot come to life stays the picture and the table that it is. */
function bringToLife(catalogues) {
  for (const place of document.querySelectorAll(".live-cell")) {
    const el = html("div");
    const state = JSON.parse(place.dataset.state);
    try {
      render({ model: pageModel(catalogues[state.cell], state), el });
      place.replaceChildren(el);
    } catch (error) {
      console.error(error);
    }
  }
  followAddress();
  window.addEventListener("hashchange", followAddress);
}
