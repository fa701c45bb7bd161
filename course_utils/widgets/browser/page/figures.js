// What a page with figures loads. The page calls it with what its figures compute from.

import { renderCell } from "../explorer/explorer.js";
import * as kinds from "../views/kinds.js";
import { renderView } from "../views/view.js";
import { storedData, wake } from "./page.js";
import { QUESTIONS } from "./questions.js";

// What a view asks its model for, from the state that is stored with it.

const cellModel = (catalogues) => ({ cell, name, unit, ...state }) => {
  const shown = { ...state, sequence: 0, problem: false };
  return { catalogue: catalogues[cell], name, unit, shown };
};
const viewModel = (constants) => ({ name, layout, data, stored = [], settings, preset }) => {
  const large = Object.fromEntries(stored.map((each) => [each, storedData[each]]));
  return {
    name,
    layout_of_view: layout,
    data: { ...constants[layout.view], ...data, ...large },
    shown: { settings, preset },
  };
};

export function bringToLife({ catalogues, constants }) {
  wake([
    ["live-cell", renderCell, cellModel(catalogues)],
    ["live-figure", (host) => renderView(kinds[host.model.get("layout_of_view").view], host), viewModel(constants)],
    QUESTIONS,
  ]);
}
