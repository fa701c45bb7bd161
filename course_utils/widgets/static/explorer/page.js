// Views on a page without a kernel: what has its state beside it comes to life. Before this text
// stand those of the views, after it the call with what the page has.

/** What a view asks of its model, for a model that no kernel knows. */
function pageModel(known) {
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

// What a view of each kind asks its model for, from the state that is stored with it.

const cellModel = (catalogues) => ({ cell, name, unit, ...state }) => {
  const shown = { ...state, sequence: 0, problem: false };
  return { catalogue: catalogues[cell], name, unit, shown };
};
const viewModel = (constants) => ({ name, layout, data, settings, preset }) => ({
  name,
  layout_of_view: layout,
  data: { ...constants[layout.view], ...data },
  shown: { settings, preset },
});
const questionModel = () => (asked) => ({ asked, guess: null });

/** What cannot come to life stays what it is: a picture with its table, a question and its answer. */
function bringToLife(kinds) {
  for (const [kind, render, known] of kinds) {
    for (const place of document.querySelectorAll(`.${kind}`)) {
      const el = html("div");
      try {
        render({ model: pageModel(known(JSON.parse(place.dataset.state))), el });
        place.replaceChildren(el);
      } catch (error) {
        console.error(error);
      }
    }
  }
  followAddress();
  window.addEventListener("hashchange", followAddress);
}
