// Bundles the views into FOLDER (node build.js FOLDER): for Python, which sends them, and for pages,
// which may stand in a folder and so load no modules. `make browser` puts them where Python looks.

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as kinds from "./views/kinds.js";

const TOOLS = new URL("../../../build/browser/", import.meta.url); // where make installs esbuild
const { build } = createRequire(TOOLS)("esbuild");
const SOURCES = fileURLToPath(new URL(".", import.meta.url));
const outdir = resolve(process.argv[2]);
const how = {
  absWorkingDir: SOURCES,
  outdir,
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  logLevel: "warning",
};

await build({
  ...how,
  format: "esm",
  entryPoints: {
    explorer: "explorer/explorer.js",
    keeper: "keeper.js",
    prediction: "prediction.js",
    slider: "slider.js",
  },
});
for (const kind of Object.keys(kinds)) {
  const contents = `
    import { ${kind} } from "./views/kinds.js";
    import { renderView } from "./views/view.js";
    export default { render: (host) => renderView(${kind}, host) };`;
  const stdin = { contents, resolveDir: SOURCES };
  await build({ ...how, format: "esm", outdir: undefined, outfile: `${outdir}/views/${kind}.js`, stdin });
}
await build({
  ...how,
  format: "iife",
  globalName: "courseFigures",
  entryPoints: { figures: "page/figures.js", questions: "page/questions.js" },
});
await build({
  ...how,
  entryPoints: {
    explorer: "explorer/explorer.css",
    keeper: "keeper.css",
    page: "page/page.css",
    prediction: "prediction.css",
    slider: "slider.css",
    view: "views/view.css",
  },
});
