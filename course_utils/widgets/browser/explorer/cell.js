// What the figure shows, as data: the numbers that are set, and what follows from them. Nothing
// here knows of a page or a kernel. Python has the same in setting.py and keeps the truth of it.

import { run, sum } from "../shared/program.js";
import { Refusal, asNumber, minus, quoted } from "../shared/text.js";

const FLAT = 0.01; // a gate is called saturated where its slope is below this
const SLOPES = { sigmoid: (y) => y * (1 - y), tanh: (y) => 1 - y * y };
const LIMITS = { h_0: 1, c_0: 3, xs: 5 };
const LIMIT = 10;
const FINENESS = { h_0: 0.01, c_0: 0.05 };
const PLACE = /^([\p{L}\p{N}_.]+)\[(\d+(?:,\d+)*)\]$/u;

const written = (number) => minus(String(Number(number.toPrecision(6))));

/** The smallest of 1, 1.5, 2, 3, 5, 7.5 and their tenfolds that is not below `size`. */
function niceAbove(size) {
  if (!(size > 0)) return 1;
  const ten = 10 ** Math.floor(Math.log10(size));
  return [1, 1.5, 2, 3, 5, 7.5, 10, 15].map((m) => m * ten).find((nice) => nice >= size);
}
const largest = (array) => Math.max(...array.flat().map(Math.abs));

/** The array with one entry replaced; the old one stays as it was. */
function replaced(array, [first, ...rest], value) {
  const copy = [...array];
  copy[first] = rest.length ? replaced(copy[first], rest, value) : value;
  return copy;
}

/** What a field becomes by what was typed, or a Refusal. */
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

/** A catalogue names what occurs in it several times by {"$": place}; this writes it out. */
function writtenOut(parts, item) {
  if (Array.isArray(item)) return item.map((part) => writtenOut(parts, part));
  if (item === null || typeof item !== "object") return item;
  if ("$" in item) return writtenOut(parts, parts[item.$]);
  return Object.fromEntries(Object.entries(item).map(([k, part]) => [k, writtenOut(parts, part)]));
}

/** `h_prev` before the first step is `h_0`. */
const initial = (name) => name.replace("_prev", "_0");

/**
 * A cell that is looked at. `state` has `values` (weights, `xs`, `h_0`, `c_0`), the `choice` of
 * conventions, which `step` is shown, counted from 0, the `preset` it began with, or null, and the
 * `origin`, which reset goes back to.
 */
export function createCell(catalogue, first) {
  const { conventions, presets, carried, challenges, most_steps: most } = catalogue;
  const readings = new Map();
  let state = null;
  let layout = null;
  let challenge = null; // what is tried, and the values it began with

  /** The diagram, the program and the tabs of a convention. */
  function reading({ choice }) {
    const name = conventions.map((convention) => choice[convention.name]).join();
    if (!readings.has(name)) {
      readings.set(name, writtenOut(catalogue.parts, catalogue.readings[name]));
    }
    return readings.get(name);
  }

  // -------------------------------------------------------------- what follows from the numbers

  /** Every number of every step, each from the state that the one before hands on. */
  function traces() {
    const { xs, ...values } = state.values;
    const found = [];
    for (const x of xs) {
      const before = carried.map(([name, field]) => [
        name,
        found.length ? found.at(-1)[field] : values[initial(name)],
      ]);
      found.push(run(reading(state).program, { ...values, ...Object.fromEntries(before), x }));
    }
    return found;
  }

  function shown() {
    const { diagram } = reading(state);
    const steps = traces();
    const gates = diagram.nodes.filter(({ kind }) => kind === "sigmoid").map(({ name }) => name);
    const over = [...carried.map(([, field]) => field), ...gates];
    const along = over.map((name) => [`${name}_along`, steps.map((trace) => trace[name])]);
    const numbers = { ...state.values, ...steps[state.step], ...Object.fromEntries(along) };
    const flat = diagram.nodes
      .filter(({ kind }) => kind in SLOPES)
      .map(({ name, kind }) => [name, numbers[name].map((y) => SLOPES[kind](y) < FLAT)]);
    const overTime = (names) => [0, ...steps.flatMap((trace) => names.flatMap((name) => trace[name]))];
    const size = (names) => niceAbove(Math.max(largest(overTime(names)), 1));
    const ofKinds = (...kinds) =>
      diagram.nodes.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name);
    const bars = diagram.bars.flatMap(({ name, ghost }) => (ghost ? [name, ghost] : [name]));
    const inState = size(ofKinds("state", "value"));
    const full = { sigmoid: 1, tanh: 1, state: inState, value: inState };
    for (const kind of ["sum", "vector"]) full[kind] = size(ofKinds(kind));
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

  function field(key, at, label) {
    const limit = Math.max(LIMITS[key] ?? LIMIT, niceAbove(largest(state.values[key])));
    return { key, at, label, limit, step: FINENESS[key] ?? 0.1 };
  }

  /** A gate's weights and biases as the matrix that they are, one row per unit. */
  function matrixTab({ name, title, role, blocks }) {
    const sizes = { x: state.values.xs[0].length, h_prev: state.values.h_0.length };
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

  /** The inputs of all steps and the state before the first. */
  function sequenceTab() {
    const { xs } = state.values;
    const [inputs, before] = xs.length > 1 ? [(t) => `x_${t + 1}`, "0"] : [() => "x_t", "{t-1}"];
    const row = (key, at, symbol, array) => ({
      label: symbol,
      fields: array.map((_, j) => field(key, [...at, j], `${symbol}, entry ${j + 1}`)),
    });
    const rows = xs.map((x, t) => row("xs", [t], inputs(t), x));
    for (const [name, , letter] of carried) {
      const key = initial(name);
      rows.push(row(key, [], `${letter}_${before}`, state.values[key]));
    }
    const longest = Math.max(...rows.map(({ fields }) => fields.length));
    const columns = Array.from({ length: longest }, (_, j) => String(j + 1));
    const title = ["x", ...carried.map(([, , letter]) => letter)].join(", ");
    return { name: "state", title, role: "state", columns, rows, by_unit: false };
  }

  /** What a box is set by: x and the first state by themselves, sums and gates by their bias. */
  function handle(name) {
    const { nodes } = reading(state).diagram;
    const { equation } = nodes.find((node) => node.name === name);
    if (name === "x") return { key: "xs" };
    if (initial(name) in state.values) return { key: initial(name) };
    const squashed = /^(σ|tanh)\(\{(\w+)\}\)$/.exec(equation.filled);
    if (squashed) {
      const inner = handle(squashed[2]);
      return inner?.sum ? { ...inner, squash: squashed[1] } : null;
    }
    const key = equation.plus.find((part) => part in state.values);
    return key && !equation.times ? { key, sum: name } : null;
  }
  /** The change by which a box shows `target`, as near as its number can be set. */
  function pulled(name, unit, target) {
    const { key, sum: summed, squash } = handle(name);
    const at = key === "xs" ? [state.step, unit] : [unit];
    const { limit, step } = field(key, at, "");
    let value = target;
    if (summed) {
      const within = Math.min(Math.max(target, squash === "σ" ? 1e-4 : -0.9999), 0.9999);
      const inverse = { σ: (y) => Math.log(y / (1 - y)), tanh: Math.atanh };
      const sumWanted = squash ? inverse[squash](within) : target;
      value = state.values[key][unit] + sumWanted - shown().numbers[summed][unit];
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

  function start(values, preset) {
    const [choice, step] = [asChosen(), 0];
    state = { values, choice, step, preset, origin: { values, choice, step } };
  }
  function toPreset(name) {
    const preset = presets.find((known) => known.name === name);
    if (!preset) {
      const known = presets.map((each) => each.name).join(", ");
      throw new Refusal(`preset is '${name}', expected one of ${known}`);
    }
    start(preset.values, name);
  }
  /** This course's own conventions. */
  const asChosen = () =>
    Object.fromEntries(conventions.map(({ name, options }) => [name, options[0].value]));
  /** What the preset is for; it says so of this course's conventions only. */
  function note() {
    const own = conventions.every(({ name, options }) => state.choice[name] === options[0].value);
    return (own && presets.find(({ name }) => name === state.preset)?.note) || "";
  }
  /** Change every number that can be changed; return what is wrong with the last of the others. */
  function change(changes) {
    const fields = layout.tabs.flatMap(({ rows }) => rows.flatMap((row) => row.fields));
    let problem = "";
    for (const [key, at, raw] of changes) {
      try {
        const known = fields.find((f) => f.key === key && String(f.at) === String(at));
        if (!known) throw new Refusal(`there is no number ${key}[${at.join(", ")}]`);
        const old = at.reduce((array, j) => array[j], state.values[key]);
        const array = replaced(state.values[key], at, readNumber(known, raw, old));
        state = { ...state, values: { ...state.values, [key]: array } };
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        problem = refusal.message;
      }
    }
    return problem;
  }
  function toStep(step) {
    const count = state.values.xs.length;
    if (!(Number.isInteger(Number(step)) && step >= 1 && step <= count)) {
      throw new Refusal(`step is '${step}', expected 1 to ${count}`);
    }
    state = { ...state, step: step - 1 };
  }
  /** Make the sequence longer by inputs of zeros, or cut it. */
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
  /** By another convention: what is new is 0, a second bias that goes is added to the first. */
  function byConvention(values, choice) {
    const known = reading({ choice }).tabs.flatMap(({ blocks }) => blocks.map(({ key }) => key));
    const found = Object.fromEntries(known.map((key) => [key, values.h_0.map(() => 0)]));
    for (const [key, array] of Object.entries(values)) {
      if (key.endsWith(".p") && !known.includes(key)) continue;
      if (!/(^|\.)b(_h)?$/.test(key)) found[key] = array;
      else if (!key.endsWith("_h")) {
        const second = values[`${key}_h`] ?? array.map(() => 0);
        if (choice.biases === "two") [found[key], found[`${key}_h`]] = [array, second];
        else found[key] = array.map((b, k) => b + second[k]);
      }
    }
    return found;
  }
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
  /** Set all that a link in the text asks for. */
  function follow(parts) {
    const names = conventions.map(({ name }) => name);
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
  /** How many numbers differ; more than any challenge allows where the sizes do. */
  function differences(now, before) {
    if (!Array.isArray(now)) return now === before ? 0 : 1;
    if (now.length !== before?.length) return Infinity;
    return sum(now.map((part, k) => differences(part, before[k])));
  }
  /** Whether what is tried is reached. */
  function isMet() {
    if (!challenge) return false;
    const { goals, moves, only, start } = challenge;
    const moved = Object.entries(state.values).map(([key, now]) => [key, differences(now, start[key])]);
    if (sum(moved.map(([, count]) => count)) > moves) return false;
    if (only && moved.some(([key, count]) => count && key !== only)) return false;
    const { numbers } = shown();
    const valueOf = (name, at) => at.reduce((array, k) => array[k], numbers[name]);
    return goals.every(({ name, at, low, high, minus }) => {
      const value = valueOf(name, at) - (minus ? valueOf(minus, at) : 0);
      return low <= value && value <= high;
    });
  }
  /** Each returns what it says, and leaves what is laid out as it is, or null for a new layout. */
  const ORDERS = {
    preset(name) {
      toPreset(name);
      layout = null;
      return note();
    },
    step(step) {
      toStep(step);
      return "";
    },
    steps(count) {
      toSteps(count);
      layout = null;
      return "";
    },
    convention(asked) {
      toConvention(asked);
      layout = null;
      const options = conventions.flatMap(({ name, options: all }) =>
        all.filter(({ value }) => asked[name] === value),
      );
      return options.map((option) => option.note).join(" ");
    },
    link(parts) {
      const said = follow(parts);
      layout = null;
      return said;
    },
    challenge(k) {
      const tried = challenges[k];
      follow({ ...asChosen(), ...tried.start });
      challenge = { ...tried, start: state.values };
      layout = null;
      return "";
    },
    reset(keys) {
      const count = state.values.xs.length;
      const said = reset(keys);
      if (keys === "all" || count !== state.values.xs.length) layout = null;
      return said;
    },
  };

  /** Do one thing; return what is to be said, and whether it is a problem. All or nothing. */
  function obey(order) {
    const before = [state, layout];
    try {
      if (order.changes) {
        const problem = change(order.changes);
        return { message: problem, problem: Boolean(problem) };
      }
      const [[name, argument]] = Object.entries(order);
      const message = ORDERS[name](argument);
      if (!layout) layOut();
      return { message, problem: false };
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      [state, layout] = before;
      return { message: refusal.message, problem: true };
    }
  }

  /** What link sets the figure as it stands: from a preset of its sizes, or null. */
  function link(name) {
    const { values, choice, step } = state;
    const sizes = ({ h_0, xs }) => `${h_0.length}, ${xs[0].length}`;
    const like = (preset) => sizes(preset.values) === sizes(values);
    const preset = presets.find((each) => each.name === state.preset) ?? presets.find(like);
    if (!preset) return null;
    const parts = [["explore", name], ["preset", preset.name]];
    for (const { name: convention, options } of conventions) {
      if (choice[convention] !== options[0].value) parts.push([convention, choice[convention]]);
    }
    const base = byConvention(preset.values, choice);
    if (values.xs.length !== base.xs.length) parts.push(["steps", values.xs.length]);
    if (step) parts.push(["step", step + 1]);
    const compare = (key, at, now, before) => {
      if (Array.isArray(now)) now.forEach((part, j) => compare(key, [...at, j], part, before?.[j]));
      else if (now !== (before ?? 0)) parts.push([`${key}[${at}]`, now]);
    };
    for (const [key, array] of Object.entries(values)) compare(key, [], array, base[key]);
    return `#${parts.map(([part, value]) => `${part}=${encodeURIComponent(value)}`).join("&")}`;
  }

  /** The state as Python text that computes the step shown. */
  function python() {
    const text = (item) =>
      Array.isArray(item)
        ? `[${item.map(text).join(", ")}]`
        : Number.isInteger(item) && Math.abs(item) < 1e16
          ? `${Object.is(item, -0) ? "-0" : item}.0`
          : String(item);
    const { values, step } = state;
    return `${reading(state).python.join("\n")}\n`.replace(/<([\p{L}\p{N}_.]+)>/gu, (_, key) =>
      key === "steps" ? step + 1 : key === "inputs" ? values.xs[0].length : text(values[key]),
    );
  }

  /** Show what somebody else has set; what was stored before a convention came is this course's. */
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
