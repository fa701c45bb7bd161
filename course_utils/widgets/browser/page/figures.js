// What a page with figures loads. The page calls it with what its figures compute from.

import { renderCell } from "../explorer/explorer.js";
import * as kinds from "../views/kinds.js";
import { renderView } from "../views/view.js";
import { storedData, wake } from "./page.js";
import { QUESTIONS } from "./questions.js";

// What a view asks its model for, from the state that is stored with it.

/** @param {Record<string, Catalogue>} catalogues @returns {(state: any) => CellTraits} */
const cellModel = (catalogues) => ({ cell, name, unit, ...state }) => {
  const shown = { ...state, sequence: 0, problem: false };
  return { catalogue: catalogues[cell], name, unit, shown };
};
/** @param {Record<string, Data>} constants @returns {(state: any) => ViewTraits} */
const viewModel = (constants) => ({ name, layout, data, stored = [], settings, preset }) => {
  const large = Object.fromEntries(stored.map((/** @type {string} */ each) => [each, storedData[each]]));
  return {
    name,
    layout_of_view: layout,
    data: { ...constants[layout.view], ...data, ...large },
    shown: { settings, preset, message: "", problem: "", sequence: 0 },
  };
};

/** @type {Record<string, Kind>} */
const KINDS = kinds;

/** @param {{ catalogues: Record<string, Catalogue>, constants: Record<string, Data> }} known */
export function bringToLife({ catalogues, constants }) {
  wake([
    ["live-cell", renderCell, cellModel(catalogues)],
    ["live-figure", (host) => renderView(KINDS[host.model.get("layout_of_view").view], host), viewModel(constants)],
    QUESTIONS,
  ]);
}
