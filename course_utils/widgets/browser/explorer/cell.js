// What the figure shows, as data: the numbers that are set, and what follows from them. Nothing
// here knows of a page or a kernel. Python has the same in setting.py and keeps the truth of it.

import { last, run, sum } from "../shared/program.js";
import { Refusal, asNumber, minus, quoted } from "../shared/text.js";

const FLAT = 0.01; // a gate is called saturated where its slope is below this
/** @type {Record<string, (y: number) => number>} */
const SLOPES = { sigmoid: (y) => y * (1 - y), tanh: (y) => 1 - y * y };
/** @type {Record<string, number>} */
const LIMITS = { h_0: 1, c_0: 3, xs: 5 };
const LIMIT = 10;
/** @type {Record<string, number>} */
const FINENESS = { h_0: 0.01, c_0: 0.05 };
const PLACE = /^([\p{L}\p{N}_.]+)\[(\d+(?:,\d+)*)\]$/u;

/** @param {number} number */
const written = (number) => minus(String(Number(number.toPrecision(6))));

/**
 * The smallest of 1, 1.5, 2, 3, 5, 7.5 and their tenfolds that is not below `size`.
 * @param {number} size
 */
function niceAbove(size) {
  if (!(size > 0)) return 1;
  const ten = 10 ** Math.floor(Math.log10(size));
  return [1, 1.5, 2, 3, 5, 7.5, 10, 15].map((m) => m * ten).find((nice) => nice >= size) ?? size;
}
/** @param {Vector | Matrix} array */
const largest = (array) => Math.max(...array.flat().map(Math.abs));

/**
 * The array with one entry replaced; the old one stays as it was.
 * @template {Nested} Part
 * @param {Part} array
 * @param {number[]} at
 * @param {number} value
 */
function replaced(array, [first, ...rest], value) {
  const copy = [.../** @type {Nested[]} */ (array)];
  copy[first] = rest.length ? replaced(copy[first], rest, value) : value;
  return /** @type {Part} */ (copy);
}

/**
 * What a field becomes by what was typed, or a Refusal.
 * @param {Field} field
 * @param {number | string} raw
 * @param {number} old
 */
function readNumber(field, raw, old) {
  const stays = `It stays at ${written(old)}.`;
  if (!String(raw).trim()) throw new Refusal(`${field.label}: the box is empty, expected a number. ${stays}`);
  const number = asNumber(raw);
  if (!Number.isFinite(number)) {
    throw new Refusal(`${field.label}: ${quoted(raw)} is not a number. ${stays}`);
  }
  if (Math.abs(number) > field.limit) {
    const [low, high] = [written(-field.limit), written(field.limit)];
    throw new Refusal(`${field.label}: ${written(number)} is outside ${low} to ${high}. ${stays}`);
  }
  return number;
}

/**
 * A catalogue names what occurs in it several times by {"$": place}; this writes it out.
 * @param {unknown[]} parts
 * @param {any} item
 * @returns {any}
 */
function writtenOut(parts, item) {
  if (Array.isArray(item)) return item.map((part) => writtenOut(parts, part));
  if (item === null || typeof item !== "object") return item;
  if ("$" in item) return writtenOut(parts, parts[item.$]);
  return Object.fromEntries(Object.entries(item).map(([k, part]) => [k, writtenOut(parts, part)]));
}

/**
 * The number at a place such as [1, 0].
 * @param {Nested} array
 * @param {number[]} at
 */
export const entryOf = (array, at) =>
  /** @type {number} */ (at.reduce((part, k) => /** @type {Nested[]} */ (part)[k], array));
/**
 * Of all numbers, the few that stand in a matrix: a weight's, `xs`, and what is kept along the steps.
 * @param {Numbers} numbers
 * @param {string} name
 */
export const matrixOf = (numbers, name) => /** @type {Matrix} */ (/** @type {Nested} */ (numbers[name]));
/**
 * Of the numbers that are set, those of a bias or a first state.
 * @param {Values} values
 * @param {string} key
 */
const vectorOf = (values, key) => /** @type {Vector} */ (values[key]);

/**
 * `h_prev` before the first step is `h_0`.
 * @param {string} name
 */
const initial = (name) => name.replace("_prev", "_0");

/**
 * A cell that is looked at. `state` has `values` (weights, `xs`, `h_0`, `c_0`), the `choice` of
 * conventions, which `step` is shown, counted from 0, the `preset` it began with, or null, and the
 * `origin`, which reset goes back to.
 * @param {Catalogue} catalogue
 * @param {CellState} first
 */
export function createCell(catalogue, first) {
  const { conventions, presets, carried, challenges, most_steps: most } = catalogue;
  /** @type {Map<string, Reading>} */
  const readings = new Map();
  /** @type {CellState} */
  let state = first;
  /** @type {CellLayout} */
  let layout;
  let isStale = false; // what is laid out no longer fits
  /** @type {Challenge & { from: Values } | null} */
  let challenge = null; // what is tried, and the values it began with

  /**
   * The diagram, the program and the tabs of a convention.
   * @param {{ choice: Choice }} chosen
   * @returns {Reading}
   */
  function reading({ choice }) {
    const name = conventions.map((convention) => choice[convention.name]).join();
    const found = readings.get(name) ?? writtenOut(catalogue.parts, catalogue.readings[name]);
    readings.set(name, found);
    return found;
  }

  // -------------------------------------------------------------- what follows from the numbers

  /** Every number of every step, each from the state that the one before hands on. */
  function traces() {
    const { xs, ...values } = state.values;
    /** @type {Numbers[]} */
    const found = [];
    for (const x of xs) {
      const before = carried.map(([name, field]) => [
        name,
        found.length ? last(found)[field] : values[initial(name)],
      ]);
      found.push(run(reading(state).program, { ...values, ...Object.fromEntries(before), x }));
    }
    return found;
  }

  /** @returns {CellShown} */
  function shown() {
    const { diagram } = reading(state);
    const steps = traces();
    const gates = diagram.nodes.filter(({ kind }) => kind === "sigmoid").map(({ name }) => name);
    const over = [...carried.map(([, field]) => field), ...gates];
    const along = over.map((name) => [`${name}_along`, steps.map((trace) => trace[name])]);
    /** @type {Numbers} */
    const numbers = Object.assign({}, state.values, steps[state.step], Object.fromEntries(along));
    const flat = diagram.nodes
      .filter(({ kind }) => kind in SLOPES)
      .map(({ name, kind }) => [name, numbers[name].map((y) => SLOPES[kind](y) < FLAT)]);
    /** @param {string[]} names */
    const overTime = (names) => [0, ...steps.flatMap((trace) => names.flatMap((name) => trace[name]))];
    /** @param {string[]} names */
    const size = (names) => niceAbove(Math.max(largest(overTime(names)), 1));
    /** @param {NodeKind[]} kinds */
    const ofKinds = (...kinds) =>
      diagram.nodes.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
    const bars = diagram.bars.flatMap(({ name, ghost }) => (ghost ? [name, ghost] : [name]));
    const inState = size(ofKinds("state", "value"));
    const [sums, vectors] = [size(ofKinds("sum")), size(ofKinds("vector"))];
    const full = { sigmoid: 1, tanh: 1, state: inState, value: inState, sum: sums, vector: vectors };
    return {
      numbers,
      saturated: Object.fromEntries(flat),
      scale: size(bars),
      below: overTime(bars).some((value) => value < 0),
      full,
      movable: state.step ? layout.movable.filter((name) => !(initial(name) in state.values)) : layout.movable,
      units: numbers.h.length,
      step: state.step,
      preset: state.preset,
    };
  }

  // -------------------------------------------------------------- what can be set

  /** @param {string} key @param {number[]} at @param {string} label @returns {Field} */
  function field(key, at, label) {
    const limit = Math.max(LIMITS[key] ?? LIMIT, niceAbove(largest(state.values[key])));
    return { key, at, label, limit, step: FINENESS[key] ?? 0.1 };
  }

  /**
   * A gate's weights and biases as the matrix that they are, one row per unit.
   * @param {CatalogueTab} tab
   * @returns {Tab}
   */
  function matrixTab({ name, title, role, blocks }) {
    /** @param {Values} values */
    /** @type {Record<string, number>} */
    const sizes = { x: state.values.xs[0].length, h_prev: state.values.h_0.length };
    /** @param {string} vector */
    const columnsOf = (vector) =>
      Array.from({ length: sizes[vector] }, (_, j) => `${vector[0]}_${j + 1}`);
    const columns = blocks.map(({ reads, column }) => (column ? [column] : reads.flatMap(columnsOf)));
    const rows = state.values.h_0.map((_, unit) => ({
      label: `unit ${unit + 1}`,
      fields: blocks.flatMap(({ key, symbol, column }, k) =>
        columns[k].map((read, j) =>
          column
            ? field(key, [unit], `${symbol}, unit ${unit + 1}`)
            : field(key, [unit, j], `${symbol}, unit ${unit + 1}, from ${read}`),
        ),
      ),
    }));
    return { name, title, role, columns: columns.flat(), rows, by_unit: true };
  }

  /**
   * The inputs of all steps and the state before the first.
   * @returns {Tab}
   */
  function sequenceTab() {
    const { xs } = state.values;
    const before = xs.length > 1 ? "0" : "{t-1}";
    /** @type {(key: string, at: number[], symbol: string, array: Vector) => Tab["rows"][number]} */
    const row = (key, at, symbol, array) => ({
      label: symbol,
      fields: array.map((_, j) => field(key, [...at, j], `${symbol}, entry ${j + 1}`)),
    });
    const rows = xs.map((x, t) => row("xs", [t], xs.length > 1 ? `x_${t + 1}` : "x_t", x));
    for (const [name, , letter] of carried) {
      const key = initial(name);
      rows.push(row(key, [], `${letter}_${before}`, vectorOf(state.values, key)));
    }
    const longest = Math.max(...rows.map(({ fields }) => fields.length));
    const columns = Array.from({ length: longest }, (_, j) => String(j + 1));
    const title = ["x", ...carried.map(([, , letter]) => letter)].join(", ");
    return { name: "state", title, role: "state", columns, rows, by_unit: false };
  }

  /**
   * What a box is set by: x and the first state by themselves, sums and gates by their bias.
   * @param {string} name
   * @returns {Handle | null}
   */
  function handle(name) {
    const { nodes } = reading(state).diagram;
    const { equation } = /** @type {DiagramNode} */ (nodes.find((node) => node.name === name));
    if (name === "x") return { key: "xs" };
    if (initial(name) in state.values) return { key: initial(name) };
    const squashed = /^(σ|tanh)\(\{(\w+)\}\)$/.exec(equation.filled ?? "");
    if (squashed) {
      const inner = handle(squashed[2]);
      return inner?.sum ? { ...inner, squash: squashed[1] } : null;
    }
    const key = equation.plus.find((part) => part in state.values);
    return key && !equation.times ? { key, sum: name } : null;
  }
  /**
   * The change by which a box shows `target`, as near as its number can be set.
   * @param {string} name
   * @param {number} unit
   * @param {number} target
   * @returns {Change}
   */
  function pulled(name, unit, target) {
    const { key, sum: summed, squash } = /** @type {Handle} */ (handle(name));
    const at = key === "xs" ? [state.step, unit] : [unit];
    const { limit, step } = field(key, at, "");
    let value = target;
    if (summed) {
      const within = Math.min(Math.max(target, squash === "σ" ? 1e-4 : -0.9999), 0.9999);
      /** @type {Record<string, (y: number) => number>} */
      const inverse = { σ: (y) => Math.log(y / (1 - y)), tanh: Math.atanh };
      const sumWanted = squash ? inverse[squash](within) : target;
      value = vectorOf(state.values, key)[unit] + sumWanted - shown().numbers[summed][unit];
    }
    const fine = squash ? 0.01 : step;
    const rounded = Number((Math.round(value / fine) * fine).toFixed(2));
    return [key, at, Math.min(Math.max(rounded, -limit), limit)];
  }

  function layOut() {
    const { diagram, tabs } = reading(state);
    layout = {
      title: catalogue.title,
      diagram,
      tabs: [...tabs.map(matrixTab), sequenceTab()],
      presets,
      conventions,
      choice: state.choice,
      carried: carried.map(([, name, letter]) => [name, letter]),
      movable: diagram.nodes.map(({ name }) => name).filter(handle),
      gates: diagram.nodes.filter(({ kind }) => kind === "sigmoid"),
      challenges,
      most_steps: most,
    };
  }

  // -------------------------------------------------------------- what a person may ask for

  /** @param {Values} values @param {string} preset */
  function start(values, preset) {
    const [choice, step] = [asChosen(), 0];
    state = { values, choice, step, preset, origin: { values, choice, step } };
  }
  /** @param {string} name */
  function toPreset(name) {
    const preset = presets.find((known) => known.name === name);
    if (!preset) {
      const known = presets.map((each) => each.name).join(", ");
      throw new Refusal(`preset is '${name}', expected one of ${known}`);
    }
    start(preset.values, name);
  }
  /**
   * This course's own conventions.
   * @returns {Choice}
   */
  const asChosen = () =>
    Object.fromEntries(conventions.map(({ name, options }) => [name, options[0].value]));
  /** What the preset is for; it says so of this course's conventions only. */
  function note() {
    const own = conventions.every(({ name, options }) => state.choice[name] === options[0].value);
    return (own && presets.find(({ name }) => name === state.preset)?.note) || "";
  }
  /**
   * Change every number that can be changed; return what is wrong with the last of the others.
   * @param {Change[]} changes
   */
  function change(changes) {
    const fields = layout.tabs.flatMap(({ rows }) => rows.flatMap((row) => row.fields));
    let problem = "";
    for (const [key, at, raw] of changes) {
      try {
        const known = fields.find((f) => f.key === key && String(f.at) === String(at));
        if (!known) throw new Refusal(`there is no number ${key}[${at.join(", ")}]`);
        const old = entryOf(state.values[key], at);
        const array = replaced(state.values[key], at, readNumber(known, raw, old));
        state = { ...state, values: { ...state.values, [key]: array } };
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        problem = refusal.message;
      }
    }
    return problem;
  }
  /** @param {number | string} asked */
  function toStep(asked) {
    const [count, step] = [state.values.xs.length, Number(asked)];
    if (!(Number.isInteger(step) && step >= 1 && step <= count)) {
      throw new Refusal(`step is '${asked}', expected 1 to ${count}`);
    }
    state = { ...state, step: step - 1 };
  }
  /**
   * Make the sequence longer by inputs of zeros, or cut it.
   * @param {number} count
   */
  function toSteps(count) {
    if (!(Number.isInteger(count) && count >= 1 && count <= most)) {
      throw new Refusal(`there are ${count} steps, expected 1 to ${most}`);
    }
    const { xs } = state.values;
    const zeros = Array.from({ length: Math.max(count - xs.length, 0) }, () => xs[0].map(() => 0));
    const values = { ...state.values, xs: [...xs.slice(0, count), ...zeros] };
    const step = zeros.length ? count - 1 : Math.min(state.step, count - 1);
    state = { ...state, values, step };
  }
  /**
   * By another convention: what is new is 0, a second bias that goes is added to the first.
   * @param {Values} values
   * @param {Choice} choice
   * @returns {Values}
   */
  function byConvention(values, choice) {
    const known = reading({ choice }).tabs.flatMap(({ blocks }) => blocks.map(({ key }) => key));
    /** @type {Record<string, Vector | Matrix>} */
    const found = Object.fromEntries(known.map((key) => [key, values.h_0.map(() => 0)]));
    for (const [key, array] of Object.entries(values)) {
      if (key.endsWith(".p") && !known.includes(key)) continue;
      if (!/(^|\.)b(_h)?$/.test(key)) found[key] = array;
      else if (!key.endsWith("_h")) {
        const bias = vectorOf(values, key);
        const second = vectorOf(values, `${key}_h`) ?? bias.map(() => 0);
        if (choice.biases === "two") [found[key], found[`${key}_h`]] = [bias, second];
        else found[key] = bias.map((b, k) => b + second[k]);
      }
    }
    return /** @type {Values} */ (found);
  }
  /** @param {Choice} asked */
  function toConvention(asked) {
    const choice = { ...state.choice, ...asked };
    for (const [name, value] of Object.entries(asked)) {
      const known = conventions.find((each) => each.name === name)?.options.map((o) => o.value);
      if (!known?.includes(value)) {
        const expected = (known ?? conventions.map((each) => each.name)).join(", ");
        const said = known ? `${name} is '${value}'` : `is '${name}'`;
        throw new Refusal(`convention ${said}, expected one of ${expected}`);
      }
    }
    state = { ...state, choice, values: byConvention(state.values, choice) };
  }
  /**
   * Set all that a link in the text asks for.
   * @param {Record<string, string>} parts
   */
  function follow(parts) {
    const names = conventions.map(({ name }) => name);
    /** @type {Change[]} */
    const changes = [];
    for (const [name, value] of Object.entries(parts)) {
      if (["preset", "steps", "step", ...names].includes(name)) continue;
      const place = PLACE.exec(name);
      if (!place) {
        throw new Refusal(
          `the link says '${name}', expected preset, steps, step, a convention ` +
            `(${names.join(", ")}) or a number such as x[0]`,
        );
      }
      changes.push([place[1], place[2].split(",").map(Number), value]);
    }
    if ("preset" in parts) toPreset(parts.preset);
    const asked = Object.fromEntries(names.filter((n) => n in parts).map((n) => [n, parts[n]]));
    toConvention(asked);
    if ("steps" in parts) toSteps(Number(parts.steps));
    if ("step" in parts) toStep(parts.step);
    layOut();
    const { step } = state;
    const problem = change(changes.map(([k, at, v]) => (k === "x" ? ["xs", [step, ...at], v] : [k, at, v])));
    if (problem) throw new Refusal(problem);
    return "preset" in parts ? note() : "";
  }
  /** @param {"all" | string[]} keys */
  function reset(keys) {
    const { origin } = state;
    if (keys === "all") {
      state = { ...state, ...origin };
      return note();
    }
    const fresh = byConvention(origin.values, state.choice);
    const values = { ...state.values, ...Object.fromEntries(keys.map((key) => [key, fresh[key]])) };
    state = { ...state, values, step: Math.min(state.step, values.xs.length - 1) };
    return "";
  }
  /**
   * How many numbers differ; more than any challenge allows where the sizes do.
   * @param {Nested | undefined} now
   * @param {Nested | undefined} before
   * @returns {number}
   */
  function differences(now, before) {
    if (!Array.isArray(now)) return now === before ? 0 : 1;
    if (!Array.isArray(before) || now.length !== before.length) return Infinity;
    return sum(now.map((part, k) => differences(part, before[k])));
  }
  /** Whether what is tried is reached. */
  function isMet() {
    if (!challenge) return false;
    const { goals, moves, only, from } = challenge;
    const moved = Object.entries(state.values).map(([key, now]) => ({ key, count: differences(now, from[key]) }));
    if (sum(moved.map(({ count }) => count)) > moves) return false;
    if (only && moved.some(({ key, count }) => count && key !== only)) return false;
    const { numbers } = shown();
    /** @param {string} name @param {number[]} at */
    const valueOf = (name, at) => entryOf(numbers[name], at);
    return goals.every(({ name, at, low, high, minus }) => {
      const value = valueOf(name, at) - (minus ? valueOf(minus, at) : 0);
      return low <= value && value <= high;
    });
  }
  /**
   * Each returns what it says, and says whether what is laid out still fits.
   * @type {CellOrders}
   */
  const ORDERS = {
    preset(name) {
      toPreset(name);
      isStale = true;
      return note();
    },
    step(step) {
      toStep(step);
      return "";
    },
    steps(count) {
      toSteps(count);
      isStale = true;
      return "";
    },
    convention(asked) {
      toConvention(asked);
      isStale = true;
      const options = conventions.flatMap(({ name, options: all }) =>
        all.filter(({ value }) => asked[name] === value),
      );
      return options.map((option) => option.note).join(" ");
    },
    link(parts) {
      const said = follow(parts);
      isStale = true;
      return said;
    },
    challenge(k) {
      const tried = challenges[k];
      follow({ ...asChosen(), ...tried.start });
      challenge = { ...tried, from: state.values };
      isStale = true;
      return "";
    },
    reset(keys) {
      const count = state.values.xs.length;
      const said = reset(keys);
      if (keys === "all" || count !== state.values.xs.length) isStale = true;
      return said;
    },
  };

  /**
   * Do one thing; return what is to be said, and whether it is a problem. All or nothing.
   * @param {CellOrder} order
   * @returns {Done}
   */
  function obey(order) {
    const before = { state, layout };
    isStale = false;
    try {
      if (order.changes) {
        const problem = change(order.changes);
        return { message: problem, problem: Boolean(problem) };
      }
      const [[name, argument]] = Object.entries(order);
      const orders = /** @type {Record<string, (asked: any) => string>} */ (ORDERS);
      const message = orders[name](argument);
      if (isStale) layOut();
      return { message, problem: false };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      ({ state, layout } = before);
      return { message: refusal.message, problem: true };
    }
  }

  /**
   * What link sets the figure as it stands: from a preset of its sizes, or null.
   * @param {string} name
   */
  function link(name) {
    const { values, choice, step } = state;
    /** @param {Values} values */
    const sizes = ({ h_0, xs }) => `${h_0.length}, ${xs[0].length}`;
    /** @param {CellPreset} preset */
    const like = (preset) => sizes(preset.values) === sizes(values);
    const preset = presets.find((each) => each.name === state.preset) ?? presets.find(like);
    if (!preset) return null;
    /** @type {[string, string | number][]} */
    const parts = [["explore", name], ["preset", preset.name]];
    for (const { name: convention, options } of conventions) {
      if (choice[convention] !== options[0].value) parts.push([convention, choice[convention]]);
    }
    const base = byConvention(preset.values, choice);
    if (values.xs.length !== base.xs.length) parts.push(["steps", values.xs.length]);
    if (step) parts.push(["step", step + 1]);
    /** @type {(key: string, at: number[], now: Nested, before: Nested | undefined) => void} */
    const compare = (key, at, now, before) => {
      const inside = /** @type {Nested[] | undefined} */ (before);
      if (Array.isArray(now)) now.forEach((part, j) => compare(key, [...at, j], part, inside?.[j]));
      else if (now !== (before ?? 0)) parts.push([`${key}[${at}]`, now]);
    };
    for (const [key, array] of Object.entries(values)) compare(key, [], array, base[key]);
    return `#${parts.map(([part, value]) => `${part}=${encodeURIComponent(value)}`).join("&")}`;
  }

  /** The state as Python text that computes the step shown. */
  function python() {
    /** @type {(item: Nested) => string} */
    const text = (item) =>
      Array.isArray(item)
        ? `[${item.map(text).join(", ")}]`
        : Number.isInteger(item) && Math.abs(item) < 1e16
          ? `${Object.is(item, -0) ? "-0" : item}.0`
          : String(item);
    const { values, step } = state;
    return `${reading(state).python.join("\n")}\n`.replace(/<([\p{L}\p{N}_.]+)>/gu, (_, key) =>
      key === "steps" ? `${step + 1}` : key === "inputs" ? `${values.xs[0].length}` : text(values[key]),
    );
  }

  /**
   * Show what somebody else has set; what was stored before a convention came is this course's.
   * @param {CellState} given
   */
  function take({ values, choice: asked, step, preset, origin: first }) {
    const choice = { ...asChosen(), ...asked };
    const origin = first ? { ...first, choice: { ...asChosen(), ...first.choice } } : { values, choice, step };
    state = { values, choice, step, preset, origin };
    layOut();
  }

  take(first);
  return {
    obey,
    pulled,
    shown,
    python,
    link,
    isMet,
    get state() {
      return state;
    },
    get layout() {
      return layout;
    },
    take,
  };
}
